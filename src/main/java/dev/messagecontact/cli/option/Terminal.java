package dev.messagecontact.cli.option;

/** Whether a person is watching. Java cannot find that out for single streams; the launcher can, and sets it. */
public final class Terminal {

    /** Both are set by the launcher. */
    private static final String STANDARD_ERROR = "contacts.stderr.terminal";

    private static final String STANDARD_INPUT = "contacts.stdin.terminal";

    private Terminal() {}

    public static boolean hasStandardError() {
        return Boolean.getBoolean(STANDARD_ERROR);
    }

    /** Whether a question can be shown to a person who can answer it. */
    static boolean isInteractive() {
        return hasStandardError() && Boolean.getBoolean(STANDARD_INPUT);
    }
}
