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

    /** How many offsets that are. */
    public long size() {
        return end - begin;
    }
}
