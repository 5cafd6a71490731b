package dev.messagecontact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.TestServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitWatchIT {

    private final String prefix = TestServices.uniquePrefix();
    private final Map<String, String> environment = TopicsIT.environment(prefix);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    @Test
    void each_line_becomes_a_record_byte_for_byte_under_its_directory() throws IOException {
        // given
        createTopics();
        String command = "{ \"ResourceDirectoryId\" : \"rd-1\", \"Name\":\"tom\" } ";
        Path file = Files.write(folder.resolve("f"), (command + "\r\n\n\u00FFbroken\n").getBytes(ISO_8859_1));
        // when
        CommandLineRun run = CommandLineRun.of(environment, "submit", file.toString());
        // then
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().matches("2 sent, 0 failed, in .* s \\(.* per second\\)\n"), run.out());
        assertEquals(List.of("null:\u00FFbroken", "rd-1:" + command), commands(2));
    }

    @Test
    void a_line_that_the_brokers_refuse_is_told_and_the_others_are_sent() throws IOException {
        createTopics();
        String large = "{\"Name\":\"" + "x".repeat(2_000_000) + "\"}";
        Path file = Files.writeString(folder.resolve("f"), "{}\n" + large + "\n{}\n");
        CommandLineRun run = CommandLineRun.of(environment, "submit", file.toString());
        assertEquals(1, run.exitCode());
        assertTrue(
                run.out().matches("2 sent, 1 failed, in .*; first failure: line 2: RecordTooLargeException\n"),
                run.out());
    }

    @Test
    void without_the_topic_nothing_is_created_by_the_way() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "{}\n");
        String message = "there is no topic %scommands; `contacts topics` creates it\n".formatted(prefix);
        assertEquals(
                new CommandLineRun(1, "", "contacts submit: " + message),
                CommandLineRun.of(environment, "submit", file.toString()));
        assertEquals(1, CommandLineRun.of(environment, "topics", "--check").exitCode());
        assertEquals(1, CommandLineRun.of(environment, "watch").exitCode());
    }

    @Test
    void what_is_committed_is_watched_and_what_is_aborted_is_not() {
        // given
        createTopics();
        try (KafkaProducer<String, String> producer = producer()) {
            producer.initTransactions();
            publish(producer, "{\"ResourceDirectoryId\":\"aborted\"}");
            producer.abortTransaction();
            publish(producer, "{\"ResourceDirectoryId\":\"rd-1\"}");
            publishMore(producer, "{\"ResourceDirectoryId\":\"rd-2\"}");
            producer.commitTransaction();
        }
        // when
        CommandLineRun run = CommandLineRun.of(environment, "watch", "--from-beginning", "--count", "2", "--for", "1m");
        // then
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of("rd-1", "rd-2"),
                run.out()
                        .lines()
                        .map(line -> line.replaceAll(".*added +(\\S+) .*", "$1"))
                        .sorted()
                        .toList(),
                run.out());
    }

    @Test
    void a_count_that_is_not_reached_in_time_is_code_1_and_a_time_alone_is_code_0() {
        createTopics();
        assertEquals(
                new CommandLineRun(1, "", ""), CommandLineRun.of(environment, "watch", "--count", "1", "--for", "1ms"));
        assertEquals(new CommandLineRun(0, "", ""), CommandLineRun.of(environment, "watch", "--for", "1ms"));
    }

    private void createTopics() {
        assertEquals(0, CommandLineRun.of(environment, "topics").exitCode());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the transaction's end reports a failure
    private void publishMore(KafkaProducer<String, String> producer, String value) {
        producer.send(new ProducerRecord<>(prefix + "results", "key", value));
    }

    private void publish(KafkaProducer<String, String> producer, String value) {
        producer.beginTransaction();
        publishMore(producer, value);
        producer.flush();
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", TestServices.bootstrapServers());
        properties.put("transactional.id", prefix + "events");
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    /** As many records of the command topic as {@code key:value}, sorted. */
    private List<String> commands(int count) {
        Map<String, Object> properties = Map.of("bootstrap.servers", TestServices.bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, 3)
                    .mapToObj(partition -> new TopicPartition(prefix + "commands", partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> commands = new ArrayList<>();
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (commands.size() < count && System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> command : consumer.poll(Duration.ofSeconds(1))) {
                    commands.add(text(command.key()) + ":" + new String(command.value(), ISO_8859_1));
                }
            }
            return commands.stream().sorted().toList();
        }
    }

    private static String text(byte @Nullable [] key) {
        return key == null ? "null" : new String(key, UTF_8);
    }
}
