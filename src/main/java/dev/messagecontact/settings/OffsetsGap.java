package dev.messagecontact.settings;

/**
 * What to do with a partition whose next command the topic no longer has, which the topic has lost the last records of, or
 * whose answered commands the database has no receipt for.
 */
public enum OffsetsGap {
    /** Take no further command from it until an operator has looked. */
    STOP,
    /** Go on without what is missing: with the oldest command that is still there, or the first that came in the place of lost ones. */
    CONTINUE
}
