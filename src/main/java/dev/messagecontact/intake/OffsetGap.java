package dev.messagecontact.intake;

/** What to do where the commands at a partition's next offset are gone: deleted by retention or by hand. */
public enum OffsetGap {
    /** Stop that partition until a person has decided. */
    STOP,
    /** Go on at the first command that is there. */
    CONTINUE
}
