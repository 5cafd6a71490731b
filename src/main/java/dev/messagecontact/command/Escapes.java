package dev.messagecontact.command;

/** The escapes of JSON texts, such as {@code \u0041}. */
final class Escapes {

    private static final int DIGITS = 4;
    private static final char LAST_ASCII = 0x7F;
    private static final char NO_DIGIT = 'x';

    private Escapes() {}

    /**
     * Makes the parser refuse escapes with a character that is not ASCII: it looks at the lower byte of each only, and would take
     * U+0130 for the digit 0.
     */
    static void spoilForeignDigits(char[] text, int start, int length) {
        int end = start + length;
        for (int i = start; i < end - 1; i++) {
            if (text[i] == '\\') {
                i++; // what is escaped, perhaps another backslash
                int last = text[i] == 'u' ? Math.min(end - 1, i + DIGITS) : i;
                for (int digit = i + 1; digit <= last; digit++) {
                    text[digit] = text[digit] > LAST_ASCII ? NO_DIGIT : text[digit];
                }
            }
        }
    }
}
