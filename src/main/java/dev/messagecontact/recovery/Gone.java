package dev.messagecontact.recovery;

import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.Retention;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Up to when events may have been deleted: one that should have been published for a command before that time is not
 * missed. In milliseconds since 1970 UTC; {@link #NOTHING} where all events are there.
 */
public record Gone(long answers, long verifications, long deadLetters) {

    public static final long NOTHING = Long.MIN_VALUE;
    private static final long EVERYTHING = Long.MAX_VALUE;

    /**
     * Up to when a topic may have deleted records: at most up to the first that a partition still has, and nothing that is
     * younger than its retention. The first alone would not do: of a partition that few events go to, it may be of today,
     * or all may be deleted.
     *
     * @param partitions of the topic, all of them
     * @param retention of the topic, or null if it is not known
     */
    public static long of(Collection<Offsets> partitions, @Nullable Retention retention, Instant now) {
        long first = partitions.stream()
                .filter(offsets -> offsets.begin() > 0)
                .mapToLong(offsets -> offsets.firstTime() == Offsets.ANY_TIME ? EVERYTHING : offsets.firstTime())
                .max()
                .orElse(NOTHING);
        Optional<Instant> kept = retention == null ? Optional.empty() : retention.keepsSince(now);
        return Math.min(first, kept.map(Instant::toEpochMilli).orElse(EVERYTHING));
    }
}
