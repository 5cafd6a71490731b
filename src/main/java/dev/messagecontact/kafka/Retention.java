package dev.messagecontact.kafka;

import java.time.Duration;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * How long a topic keeps its records; it may keep some longer, since it deletes whole segments.
 *
 * @param time null if for ever
 * @param bytes of one partition, from which on the oldest are deleted, however young; null if there is no such limit
 */
public record Retention(@Nullable Duration time, @Nullable Long bytes) {

    /** Reads it from the configuration of a topic. */
    public static Retention of(Config config) {
        if (!text(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
            return new Retention(null, null);
        }
        long millis = Long.parseLong(text(config, TopicConfig.RETENTION_MS_CONFIG));
        long bytes = Long.parseLong(text(config, TopicConfig.RETENTION_BYTES_CONFIG));
        return new Retention(millis < 0 ? null : Duration.ofMillis(millis), bytes < 0 ? null : bytes);
    }

    private static String text(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null ? "-1" : entry.value();
    }
}
