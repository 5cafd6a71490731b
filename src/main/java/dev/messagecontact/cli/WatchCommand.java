package dev.messagecontact.cli;

import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.TopicNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contacts watch}. */
@Command(
        name = "watch",
        description = "Follow results, errors, verification requests and dead letters: one line per committed event, "
                + "personal data masked. It ends with Ctrl-C, --for or --count; with both of these the exit code is 1 "
                + "if the count was not reached in time.")
public final class WatchCommand implements Callable<Integer> {

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);

    private final CommonOptions common;

    @Option(names = "--from-beginning", description = "Begin with the oldest events; otherwise with those to come.")
    private boolean fromBeginning;

    @Option(names = "--for", paramLabel = "DURATION", description = "End after this long, such as 30s or PT1M.")
    private @Nullable Duration limit;

    @Option(names = "--count", paramLabel = "N", description = "End after this many events.")
    private @Nullable Long count;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    public WatchCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        KafkaSettings kafka = settings.kafka();
        TopicNames topics = settings.topics().names();
        List<String> watched = topics.all().stream()
                .filter(topic -> !topic.equals(topics.commands()))
                .toList();
        ShortLived.requireTopics(kafka, watched);
        long seen = ShortLived.talk(kafka, () -> follow(kafka, watched, new EventLine(topics)));
        return count == null || seen >= count ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    /** @return how many events were printed */
    private long follow(KafkaSettings kafka, List<String> topics, EventLine line) {
        long end = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
        long most = count == null ? Long.MAX_VALUE : count;
        long seen = 0;
        PrintWriter out = spec.commandLine().getOut();
        try (Consumer<byte[], byte[]> consumer = consumer(kafka)) {
            takePlace(consumer, topics);
            while (seen < most && (limit == null || System.nanoTime() < end)) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(LONGEST_POLL)) {
                    if (seen < most) {
                        out.println(line.of(event));
                        seen++;
                    }
                }
                out.flush();
            }
        }
        return seen;
    }

    private void takePlace(Consumer<byte[], byte[]> consumer, List<String> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        topics.forEach(topic -> consumer.partitionsFor(topic)
                .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position); // now, not at the first poll
    }

    private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka) {
        Map<String, Object> properties = kafka.forConsumer();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // In no group: it commits nothing and stands in nobody's way.
        properties.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ShortLived.PATIENCE_IN_MS);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
