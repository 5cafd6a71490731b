package dev.messagecontact.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Base-62 digits: {@code 0-9A-Za-z}, in this order. */
final class Base62 {

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    /** So many digits that a remainder and 32 more bits fit into a long. */
    private static final int AT_ONCE = 4;

    private static final long RANGE_AT_ONCE = 62L * 62 * 62 * 62;

    private Base62() {}

    /** The digest read as one unsigned big-endian number, its lowest 16 digits, zeros in front kept. */
    static String last16Digits(byte[] digest) {
        int[] words = new int[digest.length / Integer.BYTES];
        ByteBuffer.wrap(digest).asIntBuffer().get(words);
        byte[] digits = new byte[16];
        for (int end = digits.length; end > 0; end -= AT_ONCE) {
            write(divide(words), digits, end - AT_ONCE);
        }
        return new String(digits, StandardCharsets.US_ASCII);
    }

    /** Long division: leaves the quotient in the words, returns the remainder. */
    private static long divide(int[] words) {
        long remainder = 0;
        for (int i = 0; i < words.length; i++) {
            long dividend = (remainder << Integer.SIZE) | Integer.toUnsignedLong(words[i]);
            words[i] = (int) (dividend / RANGE_AT_ONCE);
            remainder = dividend % RANGE_AT_ONCE;
        }
        return remainder;
    }

    private static void write(long number, byte[] digits, int from) {
        for (int i = from + AT_ONCE - 1; i >= from; i--) {
            digits[i] = DIGITS[(int) (number % 62)];
            number /= 62;
        }
    }
}
