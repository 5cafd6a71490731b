package dev.messagecontact.registration;

import java.util.Locale;

/** What the worker does with a batch. {@link #DECIDE} runs inside of {@link #PERSIST}; {@link #ASK} belongs to no batch. */
public enum Stage {
    DECODE,
    /** Proving the senders; left out where authorization is off. */
    AUTHORIZE,
    VALIDATE,
    DECIDE,
    /** All of the database's transaction but the deciding inside it. */
    PERSIST,
    PUBLISH,
    /** A question to the database outside of a batch: where to start, whether it answers. Not timed. */
    ASK;

    /** Its name in metrics, traces and pages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
