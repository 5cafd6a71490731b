package dev.messagecontact.settings;

/** What to do with a partition whose next command the broker no longer has. */
public enum OffsetsGap {
    /** Take no further command from it until an operator has looked. */
    STOP,
    /** Go on with the oldest command that is still there. */
    CONTINUE
}
