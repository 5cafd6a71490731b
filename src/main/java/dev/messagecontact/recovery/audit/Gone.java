package dev.messagecontact.recovery.audit;

/**
 * Up to when events may have been deleted: one that should have been published for a command before that time is not
 * missed. In milliseconds since 1970 UTC; {@link #NOTHING} where all events are there.
 */
record Gone(long answers, long verifications, long deadLetters) {

    static final long NOTHING = Long.MIN_VALUE;
    static final long EVERYTHING = Long.MAX_VALUE;
}
