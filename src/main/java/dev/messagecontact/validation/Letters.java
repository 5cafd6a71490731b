package dev.messagecontact.validation;

/**
 * The letters of a name: ASCII and Han.
 *
 * <p>The Han letters are those of Unicode 17 with script Han and general category Lo or Lm. The table is our own because
 * each Java release knows another Unicode version, and one command must get one answer on all of them.
 */
final class Letters {

    /** First and last code point of each range, ascending. */
    private static final int[] HAN = {
        0x3005, 0x3005, // ideographic iteration mark
        0x303B, 0x303B, // vertical ideographic iteration mark
        0x3400, 0x4DBF, // extension A
        0x4E00, 0x9FFF, // unified ideographs
        0xF900, 0xFA6D, // compatibility ideographs
        0xFA70, 0xFAD9,
        0x16FE3, 0x16FE3, // old Chinese iteration mark
        0x16FF2, 0x16FF3, // Chinese small simplified er, traditional er
        0x20000, 0x2A6DF, // extension B
        0x2A700, 0x2B81D, // extensions C and D
        0x2B820, 0x2CEAD, // extension E
        0x2CEB0, 0x2EBE0, // extension F
        0x2EBF0, 0x2EE5D, // extension I
        0x2F800, 0x2FA1D, // compatibility supplement
        0x30000, 0x3134A, // extension G
        0x31350, 0x33479, // extensions H and J
    };

    private Letters() {}

    /** Whether it has nothing but ASCII and Han letters. */
    static boolean only(String text) {
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (!isAscii(codePoint) && !isHan(codePoint)) {
                return false;
            }
            i += Character.charCount(codePoint);
        }
        return true;
    }

    private static boolean isAscii(int codePoint) {
        return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
    }

    static boolean isHan(int codePoint) {
        for (int i = 0; i < HAN.length && codePoint >= HAN[i]; i += 2) {
            if (codePoint <= HAN[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
