package dev.messagecontact.topics;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;

import dev.messagecontact.settings.TopicSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic as it should be.
 *
 * @param exact configurations that must have this value
 * @param leastMessageBytes the least that {@code max.message.bytes} must be; 0 for whatever the broker has
 */
record PlannedTopic(String name, int partitions, short replication, Map<String, String> exact, int leastMessageBytes) {

    /** Room for a command's key and headers beside its value, and what brokers allow by default. */
    private static final int ROOM_BESIDE_VALUE = 64 * 1024;

    private static final int BROKERS_USUAL_LIMIT = 1024 * 1024 + 12;

    /** One that commands are taken from. */
    static PlannedTopic commands(TopicSettings topics, String name, int commandMaxBytes) {
        return new PlannedTopic(
                name,
                topics.partitions(),
                topics.replication(),
                Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE, MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"),
                commandMaxBytes + ROOM_BESIDE_VALUE);
    }

    static PlannedTopic events(TopicSettings topics, String name) {
        return new PlannedTopic(
                name,
                topics.partitions(),
                topics.replication(),
                Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE),
                0);
    }

    /** @param largestCommand the largest record that the command topic accepts, in bytes */
    static PlannedTopic deadLetters(TopicSettings topics, int largestCommand) {
        return new PlannedTopic(
                topics.names().deadLetters(),
                topics.partitions(),
                topics.replication(),
                Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE),
                largestCommand + Topics.ROOM_FOR_DEAD_LETTER_HEADERS);
    }

    NewTopic asNewTopic() {
        Map<String, String> configs = new TreeMap<>(exact);
        if (leastMessageBytes > 0) {
            configs.put(MAX_MESSAGE_BYTES_CONFIG, String.valueOf(maxMessageBytesAtCreation()));
        }
        Optional<Short> replicas =
                replication == TopicSettings.BROKER_DEFAULT ? Optional.empty() : Optional.of(replication);
        return new NewTopic(name, Optional.of(partitions), replicas).configs(configs);
    }

    /** A command that is too large for us should reach us, so that it is answered. */
    int maxMessageBytesAtCreation() {
        return Math.max(leastMessageBytes, BROKERS_USUAL_LIMIT);
    }

    /** What differs in a topic that exists, for people; empty if nothing does. */
    List<String> differences(ExistingTopic existing) {
        List<String> differences = new ArrayList<>();
        if (existing.partitions() != partitions) {
            differences.add("partitions %d, not %d".formatted(existing.partitions(), partitions));
        }
        if (replication != TopicSettings.BROKER_DEFAULT && existing.replication() != replication) {
            differences.add("replication %d, not %d".formatted(existing.replication(), replication));
        }
        new TreeMap<>(exact).forEach((key, value) -> {
            String actual = existing.config(key);
            if (!value.equals(actual)) {
                differences.add("%s %s, not %s".formatted(key, actual, value));
            }
        });
        if (existing.maxMessageBytes() < leastMessageBytes) {
            differences.add("%s %d, less than %d"
                    .formatted(MAX_MESSAGE_BYTES_CONFIG, existing.maxMessageBytes(), leastMessageBytes));
        }
        return differences;
    }
}
