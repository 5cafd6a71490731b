package dev.messagecontact.recovery;

import dev.messagecontact.kafka.Offsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Recognises events of an earlier command topic of the same name, whose partitions and offsets mean other commands: they are
 * older than the first record of the topic that exists now. That is possible only if the broker sets the timestamps; of
 * a topic dated by its senders, every event counts. Not thread-safe.
 */
public final class EarlierTopic {

    private final long firstTime;
    private long events;

    /** @param dated whether the broker dates the command records */
    public EarlierTopic(Collection<Offsets> commands, boolean dated) {
        this.firstTime = commands.stream()
                .mapToLong(Offsets::firstTime)
                .filter(time -> dated && time != Offsets.ANY_TIME)
                .min()
                .orElse(Long.MIN_VALUE);
    }

    /**
     * Whether an event is of an earlier topic; counts it if so.
     *
     * @param time as in {@code ce_time}
     */
    public boolean has(@Nullable String time) {
        return has(millis(time));
    }

    /** The same, with the command's timestamp in milliseconds. */
    public boolean has(long millis) {
        boolean earlier = millis < firstTime;
        events += earlier ? 1 : 0;
        return earlier;
    }

    /** How many events were. */
    public long events() {
        return events;
    }

    private static long millis(@Nullable String time) {
        try {
            return time == null ? Long.MAX_VALUE : Instant.parse(time).toEpochMilli();
        } catch (DateTimeParseException e) {
            return Long.MAX_VALUE; // it is of none, so it is a hole
        }
    }
}
