package dev.messagecontact.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
}
