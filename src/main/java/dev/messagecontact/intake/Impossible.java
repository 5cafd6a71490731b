package dev.messagecontact.intake;

import org.jspecify.annotations.Nullable;

/** Something that no waiting mends; the message is one line that says what, for a person to act. */
public final class Impossible extends RuntimeException {

    private final String line;

    Impossible(String line) {
        this(line, null);
    }

    Impossible(String line, @Nullable Throwable cause) {
        super(line, cause);
        this.line = line;
    }

    public String line() {
        return line;
    }
}
