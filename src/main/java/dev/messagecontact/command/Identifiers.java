package dev.messagecontact.command;

/** The syntax of the ids that a command carries. */
public final class Identifiers {

    /** A request id and a directory id have at least 1 character and at most this many. */
    public static final int MAX_LENGTH = 64;

    private Identifiers() {}

    /** Whether it is 1-64 of {@code [A-Za-z0-9._:-]}. */
    public static boolean isRequestId(String text) {
        return isOf(text, "._:-");
    }

    /** Whether it is 1-64 of {@code [A-Za-z0-9_-]}. */
    public static boolean isDirectoryId(String text) {
        return isOf(text, "_-");
    }

    /** Whether it is the id of a contact: {@code c-} and 16 letters or digits. */
    public static boolean isContactId(String text) {
        return isDerived(text, "c-");
    }

    /** Whether it is the id of a verification: {@code v-} and 16 letters or digits. */
    public static boolean isVerificationId(String text) {
        return isDerived(text, "v-");
    }

    private static boolean isDerived(String text, String prefix) {
        return text.startsWith(prefix)
                && text.length() == prefix.length() + 16
                && isOf(text.substring(prefix.length()), "");
    }

    private static boolean isOf(String text, String marks) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && marks.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
