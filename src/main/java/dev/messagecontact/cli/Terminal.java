package dev.messagecontact.cli;

/** Whether a person is watching. Java cannot tell for standard error alone; the launcher can, and says so. */
public final class Terminal {

    /** Set by the launcher. */
    private static final String STANDARD_ERROR = "contacts.stderr.terminal";

    private Terminal() {}

    public static boolean hasStandardError() {
        return Boolean.getBoolean(STANDARD_ERROR);
    }
}
