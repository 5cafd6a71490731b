package dev.messagecontact.recovery.explain;

/** What a text may name commands by. Of several that fit, the first one counts: whoever sends a command chooses its RequestId. */
public enum NamedBy {
    REQUEST_ID,
    /** {@code partition:offset} of a record in the command topic. */
    POSITION,
    CONTACT_ID
}
