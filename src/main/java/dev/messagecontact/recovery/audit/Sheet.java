package dev.messagecontact.recovery.audit;

import dev.messagecontact.fault.OperatorException;
import java.util.Arrays;

/**
 * What is known of every position in the command topic that an audit looks at: {@value #BYTES_PER_SLOT} bytes each, and with
 * the index of contacts {@value #BYTES_PER_CONTACT} more for each contact. Every array has one meaning. Not thread-safe.
 */
final class Sheet {

    static final int BYTES_PER_SLOT = 5 * 8 + 2 + 2;
    static final int BYTES_PER_CONTACT = 6;
    /** Arrays are not longer, on any JVM. */
    static final long MOST_SLOTS = Integer.MAX_VALUE - 8L;

    /** A command stands here. */
    static final short COMMAND = 1;
    /** It was answered other than in a replay. */
    static final short ANSWERED = 2;
    /** It was answered in a replay. */
    static final short REPLAYED = 4;

    static final short EMAIL_DUE = 8;
    static final short SMS_DUE = 16;
    static final short DEAD_LETTER_DUE = 32;
    /** What is due may have been published and deleted since. */
    static final short MAY_BE_GONE = 64;
    /** It made a contact. */
    static final short CONTACT = 128;
    /** It was refused, and today's rules would not refuse it: wrong unless it was resubmitted. */
    static final short WRONGLY_REFUSED = 256;
    /** A later command in range repairs its refusal. */
    static final short RESUBMITTED = 512;
    /** Its dead letter may only point to it. */
    static final short MAY_BE_POINTED_TO = 1024;
    /** An operator has moved the group past it, and it has no answer other than in a replay. */
    static final short SKIPPED = 2048;

    /** What an audit takes beside it: buffers of the consumer, caches of the driver, a batch of rows. */
    private static final long BESIDES = 64L << 20;

    /** For each command: the code of the row that it made, and the digest of that row. */
    private final byte[] rowCode;

    private final long[] rowDigest;

    /** For each command: the code of its answer, and the digest of that answer. */
    private final byte[] answerCode;

    private final long[] answerDigest;

    /** For each command that made a contact: the hash of the contact's id. */
    private final long[] contact;

    /**
     * For each command that made a contact: the sum of the digests of the verification requests that are still missing. For
     * one that may be pointed to, and so made none: the digest of the dead letter that would point to it.
     */
    private final long[] open;

    /** For each command that must have a dead letter: the digest of the dead letter. */
    private final long[] deadLetter;

    private final short[] marks;
    private int[] index = new int[0];

    Sheet(int slots) {
        rowDigest = new long[slots];
        answerDigest = new long[slots];
        rowCode = new byte[slots];
        answerCode = new byte[slots];
        contact = new long[slots];
        open = new long[slots];
        deadLetter = new long[slots];
        marks = new short[slots];
    }

    /**
     * A sheet with room for this many commands.
     *
     * @param heap the most memory that this JVM may use, in bytes
     * @throws OperatorException if the audit could not go on within it: better than to crawl
     */
    static Sheet within(long heap, int slots) {
        long needed = slots * (long) (BYTES_PER_SLOT + BYTES_PER_CONTACT) + BESIDES;
        if (needed > heap) {
            throw new OperatorException(
                    "%,d offsets need %,d MB of memory, and this Java has %,d: give it more (-Xmx), or audit"
                                    .formatted(slots, needed >> 20, heap >> 20)
                            + " partitions or ranges one by one");
        }
        return new Sheet(slots);
    }

    /** From now on, a command that was answered only in a replay counts as answered. */
    void countReplays() {
        for (int slot = 0; slot < marks.length; slot++) {
            if (has(slot, REPLAYED)) {
                mark(slot, ANSWERED);
            }
        }
    }

    int size() {
        return marks.length;
    }

    void mark(int slot, short mark) {
        marks[slot] |= mark;
    }

    void unmark(int slot, short mark) {
        marks[slot] &= (short) ~mark;
    }

    boolean has(int slot, short mark) {
        return (marks[slot] & mark) != 0;
    }

    void setRow(int slot, byte code, long digest) {
        rowCode[slot] = code;
        rowDigest[slot] = digest;
    }

    void setAnswer(int slot, byte code, long digest) {
        answerCode[slot] = code;
        answerDigest[slot] = digest;
    }

    byte rowCode(int slot) {
        return rowCode[slot];
    }

    byte answerCode(int slot) {
        return answerCode[slot];
    }

    long rowDigest(int slot) {
        return rowDigest[slot];
    }

    long answerDigest(int slot) {
        return answerDigest[slot];
    }

    /** Notes the verification requests that must come for the contact of this slot. */
    void expectVerifications(int slot, long digests) {
        open[slot] = digests;
    }

    /** Notes a verification request that came. */
    void tickOffVerification(int slot, long digest) {
        open[slot] = Digest.minus(open[slot], digest);
    }

    /** The sum of what must come and did not, less what came and should not have. */
    long openVerifications(int slot) {
        return open[slot];
    }

    /** Notes the dead letter that must come. */
    void expectDeadLetter(int slot, long digest) {
        deadLetter[slot] = digest;
    }

    long deadLetter(int slot) {
        return deadLetter[slot];
    }

    /** Notes the dead letter that would point to this record, in place of having it. */
    void expectPointer(int slot, long digest) {
        open[slot] = digest;
        mark(slot, MAY_BE_POINTED_TO);
    }

    /** Whether a dead letter that points to this record may have come, and this is the one. */
    boolean isPointer(int slot, long digest) {
        return has(slot, MAY_BE_POINTED_TO) && open[slot] == digest;
    }

    // The index: open addressing over slots; the key of an entry is the contact of its slot.

    /** Makes room for the contacts of all rows and answers that are known by now. */
    void prepareIndex() {
        long contacts = 0;
        for (int slot = 0; slot < marks.length; slot++) {
            if (rowCode[slot] == AnswerCode.ADDED || answerCode[slot] == AnswerCode.ADDED) {
                contacts++;
            }
        }
        index = new int[(int) Math.min(MOST_SLOTS, contacts + contacts / 2 + 1)];
        Arrays.fill(index, Scope.OUTSIDE);
    }

    /** Makes a slot's contact known, unless another slot has. */
    boolean addContact(int slot, long hash) {
        int at = placeOf(hash);
        if (index[at] != Scope.OUTSIDE) {
            return false;
        }
        index[at] = slot;
        contact[slot] = hash;
        mark(slot, CONTACT);
        return true;
    }

    /** The slot of the command that made a contact, or {@link Scope#OUTSIDE}. */
    int slotOfContact(long hash) {
        return index[placeOf(hash)];
    }

    /** The index of a contact, or the free index where it would be; there is always a free one. */
    private int placeOf(long hash) {
        int at = (int) (((hash >>> 32) * index.length) >>> 32);
        while (index[at] != Scope.OUTSIDE && contact[index[at]] != hash) {
            at = at + 1 == index.length ? 0 : at + 1;
        }
        return at;
    }
}
