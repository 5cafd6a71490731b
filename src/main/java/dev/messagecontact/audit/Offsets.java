package dev.messagecontact.audit;

/**
 * What stands in one partition.
 *
 * @param begin the first offset that is still there
 * @param end exclusive
 * @param firstTime the timestamp of the first record, in milliseconds since 1970 UTC; {@link #ANY_TIME} if there is none
 */
record Offsets(long begin, long end, long firstTime) {

    static final long ANY_TIME = -1;

    long size() {
        return end - begin;
    }
}
