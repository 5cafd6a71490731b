package dev.messagecontact.recovery.audit;

import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash (FNV-1a, its bits mixed at the end) of values in a row; it finds what differs by accident, not what was
 * made to collide. Not thread-safe.
 */
final class Digest {

    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final int END = 0x1ff; // no byte and no character pair: keeps "ab","c" apart from "a","bc"

    private long hash = OFFSET_BASIS;

    Digest add(byte @Nullable [] bytes) {
        if (bytes == null) {
            return step(-1);
        }
        for (byte each : bytes) {
            step(each & 0xff);
        }
        return step(END);
    }

    Digest add(@Nullable CharSequence text) {
        if (text == null) {
            return step(-1);
        }
        for (int i = 0; i < text.length(); i++) {
            step(text.charAt(i));
        }
        return step(-2);
    }

    Digest add(long number) {
        return step(number).step(number >>> 32);
    }

    private Digest step(long value) {
        hash = (hash ^ value) * PRIME;
        return this;
    }

    long toLong() {
        long mixed = hash ^ (hash >>> 33);
        mixed *= 0xff51afd7ed558ccdL;
        mixed ^= mixed >>> 33;
        mixed *= 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /** The hash of one text. */
    static long of(String text) {
        return new Digest().add(text).toLong();
    }

    // Two hashes of 32 bits in one number: of something's ids and dates, and of all that it is.

    static long pair(Digest ids, Digest all) {
        return pair((int) ids.toLong(), (int) all.toLong());
    }

    private static long pair(int ids, int all) {
        return ((long) ids << 32) | (all & 0xffffffffL);
    }

    /** Whether the whole of such a pair is this one. */
    static boolean isOf(Digest whole, long pair) {
        return all(pair) == (int) whole.toLong();
    }

    static int ids(long pair) {
        return (int) (pair >>> 32);
    }

    private static int all(long pair) {
        return (int) pair;
    }

    /** Each half by itself, so that the order of several does not matter. */
    static long plus(long pair, long other) {
        return pair(ids(pair) + ids(other), all(pair) + all(other));
    }

    /** Takes away again what {@link #plus} has added. */
    static long minus(long pair, long other) {
        return pair(ids(pair) - ids(other), all(pair) - all(other));
    }
}
