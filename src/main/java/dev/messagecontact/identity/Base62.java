package dev.messagecontact.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Base-62 digits: {@code 0-9A-Za-z}, in this order. */
final class Base62 {

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final int HALF = 8;
    private static final BigInteger HALF_RANGE = BigInteger.valueOf(62).pow(HALF);

    private Base62() {}

    /** The digest read as one unsigned big-endian number, its lowest 16 digits, zeros in front kept. */
    static String last16Digits(byte[] digest) {
        BigInteger[] halves = new BigInteger(1, digest).mod(HALF_RANGE.pow(2)).divideAndRemainder(HALF_RANGE);
        byte[] digits = new byte[2 * HALF];
        write(halves[0].longValue(), digits, 0);
        write(halves[1].longValue(), digits, HALF);
        return new String(digits, StandardCharsets.US_ASCII);
    }

    private static void write(long number, byte[] digits, int from) {
        for (int i = from + HALF - 1; i >= from; i--) {
            digits[i] = DIGITS[(int) (number % 62)];
            number /= 62;
        }
    }
}
