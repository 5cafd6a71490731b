package dev.messagecontact.command;

/** The syntax of the two ids that a command carries. */
public final class Identifiers {

    /** Both ids have at least 1 character and at most this many. */
    public static final int MAX_LENGTH = 64;

    private Identifiers() {}

    /** Whether it is 1-64 of {@code [A-Za-z0-9._:-]}. */
    public static boolean isRequestId(String text) {
        return hasLegalLength(text) && text.chars().allMatch(c -> isLetterOrDigit(c) || ".:_-".indexOf(c) >= 0);
    }

    /** Whether it is 1-64 of {@code [A-Za-z0-9_-]}. */
    public static boolean isDirectoryId(String text) {
        return hasLegalLength(text) && text.chars().allMatch(c -> isLetterOrDigit(c) || c == '_' || c == '-');
    }

    private static boolean hasLegalLength(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH;
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
