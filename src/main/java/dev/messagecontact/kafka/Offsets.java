package dev.messagecontact.kafka;

/**
 * What stands in one partition.
 *
 * @param begin the first offset that is still there
 * @param end exclusive
 * @param firstTime the timestamp of the first record, in milliseconds since 1970 UTC; {@link #ANY_TIME} if there is none
 */
public record Offsets(long begin, long end, long firstTime) {

    public static final long ANY_TIME = -1;

    /** Some offsets in a row, where the times play no part. */
    public static Offsets of(long begin, long end) {
        return new Offsets(begin, end, ANY_TIME);
    }

    /** The part of these that lies between two offsets, perhaps empty; the times play no part in it. */
    public Offsets within(long from, long to) {
        return of(Math.max(begin, from), end).endingAt(to);
    }

    /** Those of them before this offset, perhaps none. */
    public Offsets endingAt(long offset) {
        return new Offsets(begin, Math.max(begin, Math.min(end, offset)), firstTime);
    }

    /** Whether a record can stand at this offset. */
    public boolean contains(long offset) {
        return offset >= begin && offset < end;
    }

    /** Whether reading can begin at this offset: at one of these, or behind the last one, where the next record will stand. */
    public boolean canBeginAt(long offset) {
        return offset >= begin && offset <= end;
    }

    /** How many offsets there are. */
    public long size() {
        return end - begin;
    }
}
