package dev.messagecontact.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

    private static final Duration MOST_SLACK = Duration.ofDays(1);
    private static final int SLACK_OF_TIME = 10;

    /** Reads it from the configuration of a topic. */
    public static Retention of(Config config) {
        if (!text(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
            return new Retention(null, null);
        }
        long millis = Long.parseLong(text(config, TopicConfig.RETENTION_MS_CONFIG));
        long bytes = Long.parseLong(text(config, TopicConfig.RETENTION_BYTES_CONFIG));
        return new Retention(millis < 0 ? null : Duration.ofMillis(millis), bytes < 0 ? null : bytes);
    }

    /**
     * Since when no record is deleted by its age, with some slack: clocks differ, and a retention may just have been changed.
     * Empty if that is not known: the topic deletes by size too, or keeps its records for ever, so somebody deletes them.
     */
    public Optional<Instant> keepsSince(Instant now) {
        if (time == null || bytes != null) {
            return Optional.empty();
        }
        Duration part = time.dividedBy(SLACK_OF_TIME);
        Duration slack = part.compareTo(MOST_SLACK) < 0 ? part : MOST_SLACK;
        return Optional.of(now.minusMillis(time.toMillis()).plus(slack));
    }

    private static String text(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null ? "-1" : entry.value();
    }
}
