package dev.messagecontact;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.Background;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.TestServices;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.Workshop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
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
        assertTrue(
                run.out()
                        .matches(
                                "2 sent, 0 failed, in .* s \\(.* per second\\); lines that are no JSON object, .*: 1, first: line 3\n"),
                run.out());
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
                run.out().matches("2 sent, 1 failed, in .*; first failure: line 2: longer than 1,048,576 bytes\n"),
                run.out());
        assertEquals("line 2: longer than 1,048,576 bytes\n", run.err());
    }

    @Test
    void what_the_worker_will_reject_is_sent_and_counted() throws IOException {
        createTopics();
        Path file = folder.resolve("f.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
            packed.write("{\"ResourceDirectoryId\":\"rd-1\"}\r{\r\nnull\r\r\n".getBytes(UTF_8));
        }
        CommandLineRun run = CommandLineRun.of(environment, "submit", file.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.out()
                        .matches(
                                "3 sent, 0 failed, in .*; lines that are no JSON object, which the worker will reject: 2,"
                                        + " first: line 2\n"),
                run.out());
        assertEquals(List.of("null:null", "null:{", "rd-1:{\"ResourceDirectoryId\":\"rd-1\"}"), commands(3));
    }

    @Test
    void a_file_that_is_cut_off_is_code_1_and_what_was_sent_of_it_is_told() throws IOException {
        createTopics();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(whole)) {
            packed.write("{}\n{}\n".getBytes(UTF_8));
        }
        Path file = Files.write(folder.resolve("f"), Arrays.copyOf(whole.toByteArray(), whole.size() - 4));
        CommandLineRun run = CommandLineRun.of(environment, "submit", file.toString());
        assertEquals(1, run.exitCode());
        assertTrue(
                run.out().matches("2 sent, 0 failed, in .*; " + file + " cannot be read beyond line 2\n"), run.out());
    }

    @Test
    void when_it_is_interrupted_it_tells_what_was_acknowledged() throws Exception {
        // given
        createTopics();
        ProcessBuilder java = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Duser.language=ar", // has digits of its own, which nothing that is printed may have
                "-Duser.country=EG",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.messagecontact.Contacts",
                "submit",
                "-");
        java.environment().putAll(environment);
        Process submit = java.redirectError(folder.resolve("err").toFile()).start();
        // when
        submit.getOutputStream().write("{\"a\":1}\n{\"a\":2}\n".getBytes(UTF_8));
        submit.getOutputStream().write(new byte[1_100_000]); // a line without an end
        submit.getOutputStream().flush();
        await("the long line is told").until(() -> Files.size(folder.resolve("err")) > 0);
        commands(2);
        submit.toHandle().destroy(); // SIGTERM; Ctrl-C takes the same way
        // then
        String told = new String(submit.getInputStream().readAllBytes(), UTF_8);
        assertTrue(
                told.matches("2 sent, 1 failed, in .*; first failure: line 3: longer than 1,048,576 bytes;"
                        + " interrupted, the lines after these were not sent\n"),
                told);
        assertEquals(143, submit.waitFor());
        assertEquals("line 3: longer than 1,048,576 bytes\n", Files.readString(folder.resolve("err")));
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

    @Test
    void an_event_in_a_partition_that_was_added_meanwhile_is_watched() throws Exception {
        // given
        createTopics();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.bootstrapServers()));
                KafkaProducer<String, String> producer = producer()) {
            producer.initTransactions();
            publish(producer, "{\"ResourceDirectoryId\":\"rd-1\"}");
            producer.commitTransaction();
            StringWriter out = new StringWriter();
            CompletableFuture<Integer> watch = Background.of(() -> Workshop.commandLine(environment)
                    .setOut(new PrintWriter(out))
                    .execute("watch", "--from-beginning", "--count", "2", "--for", "1m"));
            await("the first event is printed").until(() -> out.toString().contains("rd-1"));
            // when
            TestTopics.grow(admin, prefix + "results", 4);
            publishToAddedPartition();
            // then
            assertEquals(0, watch.get(), out.toString());
            assertTrue(out.toString().contains("results:3:0"), out.toString());
        }
    }

    @Test
    void a_watch_ends_when_nobody_reads_what_it_prints() {
        // given
        createTopics();
        try (KafkaProducer<String, String> producer = producer()) {
            producer.initTransactions();
            publish(producer, "{\"ResourceDirectoryId\":\"rd-1\"}");
            producer.commitTransaction();
        }
        PrintWriter closed = new PrintWriter(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        StringWriter err = new StringWriter();
        // when
        int exitCode = Workshop.commandLine(environment)
                .setOut(closed)
                .setErr(new PrintWriter(err))
                .execute("watch", "--from-beginning");
        // then
        assertEquals(1, exitCode);
        assertEquals("contacts: standard output was closed, or cannot be written\n", err.toString());
    }

    /** By a producer that was made after the partition and so knows of it. */
    private void publishToAddedPartition() {
        Map<String, Object> properties = Map.of("bootstrap.servers", TestServices.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(prefix + "results", 3, "key", "{}"), (position, failure) -> {});
        }
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
            await(count + " commands").until(() -> {
                consumer.poll(Duration.ofSeconds(1))
                        .forEach(command ->
                                commands.add(text(command.key()) + ":" + new String(command.value(), ISO_8859_1)));
                return commands.size() >= count;
            });
            return commands.stream().sorted().toList();
        }
    }

    private static String text(byte @Nullable [] key) {
        return key == null ? "null" : new String(key, UTF_8);
    }
}
