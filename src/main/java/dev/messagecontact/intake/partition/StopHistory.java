package dev.messagecontact.intake.partition;

import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.receipts.Answered;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a partition is stopped, when it is tried again, and which record is suspected of stopping it once more: the one that has
 * done so, until it has an answer. Only the lane's thread may call it.
 */
final class StopHistory {

    /** What stopped a partition may be gone, so it is tried again: soon at first, then less and less often. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What an operator is told; null while nothing stops the partition. */
    private @Nullable Stop last;

    /** The stop by a record that has no answer since, whatever else has stopped the partition meanwhile. */
    private @Nullable Stop byRecord;

    private long retryAt;
    private int repeats;

    /** Whether an operator was told where the partition goes on; a fault of all partitions is told once, not once for each. */
    private boolean announced;

    /** What an operator is told; null if nothing stops the partition. */
    @Nullable
    Stop last() {
        return last;
    }

    /** The stop by the suspected record; null if no record is suspected. */
    @Nullable
    Stop byRecord() {
        return byRecord;
    }

    /** Whether the partition is to be tried again. */
    boolean isRetryDue(long now) {
        return now - retryAt >= 0;
    }

    /**
     * The partition is stopped.
     *
     * @param isOfRecord whether a record stopped it: only an answer to that record says that this is over
     * @return whether this is news to an operator
     */
    boolean stopped(Stop why, boolean isOfRecord, long now) {
        boolean isNews = !why.equals(last);
        boolean isRepeat =
                last != null && last.offset() == why.offset(); // reasons may tell how far a topic goes by now
        repeats = isRepeat ? repeats + 1 : 0;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(repeats, 5));
        retryAt = now + (pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE).toNanos();
        last = why;
        byRecord = isOfRecord ? why : byRecord;
        announced = false;
        return isNews;
    }

    /**
     * The partition is read again, with this answered; it still counts as stopped while a record is suspected.
     *
     * @return whether this is news to an operator
     */
    boolean read(Answered answered) {
        byRecord = isOver(answered) ? null : byRecord;
        last = byRecord;
        boolean isNews = !announced && last == null;
        announced = true;
        return isNews;
    }

    /**
     * This is answered.
     *
     * @return whether the suspected record is among it
     */
    boolean answered(Answered answered) {
        if (!isOver(answered)) {
            return false;
        }
        byRecord = null;
        last = null;
        return true;
    }

    private boolean isOver(Answered answered) {
        return byRecord != null && answered.contains(byRecord.offset());
    }
}
