package dev.messagecontact.ops;

import java.util.Locale;

/** What a batch goes through, in this order. */
public enum Stage {
    DECODE,
    VALIDATE,
    DECIDE,
    /** All of the database's transaction but the deciding inside it. */
    PERSIST,
    PUBLISH;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
