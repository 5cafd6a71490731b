package dev.messagecontact.topics;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_MS_CONFIG;

import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.TopicSettings;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic as it should be.
 *
 * @param partitions how many it is created with
 * @param leastPartitions fewer are a difference
 * @param exact configurations that must have this value
 * @param retention how long it keeps records
 * @param leastMessageBytes the least that {@code max.message.bytes} must be; 0 for whatever the broker has
 */
record PlannedTopic(
        String name,
        int partitions,
        int leastPartitions,
        short replication,
        Map<String, String> exact,
        Duration retention,
        int leastMessageBytes) {

    /** Room for a command's key and headers beside its value, and what brokers allow by default. */
    private static final int ROOM_BESIDE_VALUE = 64 * 1024;

    /** Kafka deletes whole segments, so a record may stand this much longer than its topic's retention. */
    private static final Duration LONGEST_SEGMENT = Duration.ofDays(1);

    /** It has as many partitions as its readers want. */
    private static final int ANY = 1;

    /** One that commands are taken from. Of the commands' own there must be as many partitions as lanes are planned for. */
    static PlannedTopic taken(TopicSettings topics, String name, int commandMaxBytes) {
        return planned(
                topics,
                name,
                name.equals(topics.names().commands()) ? topics.partitions() : ANY,
                Map.of(MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"),
                commandMaxBytes + ROOM_BESIDE_VALUE);
    }

    static PlannedTopic events(TopicSettings topics, String name) {
        return planned(topics, name, ANY, Map.of(), 0);
    }

    /** @param largestCommand the largest record that the command topic accepts, in bytes */
    static PlannedTopic deadLetters(TopicSettings topics, int largestCommand) {
        return planned(
                topics,
                topics.names().deadLetters(),
                ANY,
                Map.of(),
                largestCommand + Topics.ROOM_FOR_DEAD_LETTER_HEADERS);
    }

    private static PlannedTopic planned(
            TopicSettings topics,
            String name,
            int leastPartitions,
            Map<String, String> besides,
            int leastMessageBytes) {
        Map<String, String> exact = new TreeMap<>(besides);
        exact.put(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE);
        Duration retention = topics.retention().of(topics.names(), name);
        return new PlannedTopic(
                name, topics.partitions(), leastPartitions, topics.replication(), exact, retention, leastMessageBytes);
    }

    NewTopic asNewTopic() {
        Map<String, String> configs = new TreeMap<>(exact);
        configs.put(RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        configs.put(SEGMENT_MS_CONFIG, Long.toString(LONGEST_SEGMENT.toMillis()));
        if (leastMessageBytes > 0) {
            configs.put(MAX_MESSAGE_BYTES_CONFIG, String.valueOf(maxMessageBytesAtCreation()));
        }
        Optional<Short> replicas =
                replication == TopicSettings.BROKER_DEFAULT ? Optional.empty() : Optional.of(replication);
        return new NewTopic(name, Optional.of(partitions), replicas).configs(configs);
    }

    /**
     * What a topic that exists has in its own way, in words such as {@code retention P30D}. Another retention than planned, and
     * another number of partitions that suffices, is shown and not counted as a difference: it is the choice of who runs the
     * topic.
     */
    List<String> remarks(ExistingTopic existing) {
        List<String> remarks = new ArrayList<>();
        if (existing.partitions() != partitions && existing.partitions() >= leastPartitions) {
            remarks.add(otherPartitions(existing));
        }
        remarks.add(retentionOf(existing));
        return remarks;
    }

    private String retentionOf(ExistingTopic existing) {
        String actual = existing.configuration().value(RETENTION_MS_CONFIG);
        String planned = Long.toString(retention.toMillis());
        StringBuilder words = new StringBuilder();
        words.append(
                planned.equals(actual)
                        ? "retention " + inWords(retention)
                        : "%s %s, not %s".formatted(RETENTION_MS_CONFIG, actual, planned));
        Duration segment = existing.configuration().longestSegment();
        if (segment.compareTo(LONGEST_SEGMENT) > 0) {
            words.append(", %s %d, more than %d"
                    .formatted(SEGMENT_MS_CONFIG, segment.toMillis(), LONGEST_SEGMENT.toMillis()));
        }
        return words.toString();
    }

    private static String inWords(Duration kept) {
        return kept.equals(Duration.ofDays(kept.toDays()))
                ? Period.ofDays((int) kept.toDays()).toString()
                : kept.toString();
    }

    /** A command that is too large for the worker should still reach it, so that it is answered. */
    int maxMessageBytesAtCreation() {
        return Math.max(leastMessageBytes, TopicConfiguration.USUAL_LARGEST_RECORD);
    }

    /** What differs in a topic that exists, for people; empty if nothing does. */
    List<String> differences(ExistingTopic existing) {
        List<String> differences = new ArrayList<>();
        if (existing.partitions() < leastPartitions) {
            differences.add(otherPartitions(existing));
        }
        if (replication != TopicSettings.BROKER_DEFAULT && existing.replication() != replication) {
            differences.add("replication %d, not %d".formatted(existing.replication(), replication));
        }
        new TreeMap<>(exact).forEach((key, value) -> {
            String actual = existing.configuration().value(key);
            if (!value.equals(actual)) {
                differences.add("%s %s, not %s".formatted(key, actual, value));
            }
        });
        int largest = existing.configuration().largestRecord();
        if (largest < leastMessageBytes) {
            differences.add("%s %d, less than %d".formatted(MAX_MESSAGE_BYTES_CONFIG, largest, leastMessageBytes));
        }
        return differences;
    }

    private String otherPartitions(ExistingTopic existing) {
        return "partitions %d, not %d".formatted(existing.partitions(), partitions);
    }
}
