package dev.messagecontact.recovery;

import dev.messagecontact.receipts.Answered.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A small number for each offset of a part of one partition, 0 where none was set. The numbers are kept bit by bit, in one
 * set of offsets for each bit, so an offset takes as many bits as the largest number has. Not thread-safe.
 */
final class AnswerNumbers {

    /** How many offsets a part may have. */
    static final int MOST = Integer.MAX_VALUE - 8;

    private final Span part;
    private final List<BitSet> bits = new ArrayList<>();

    AnswerNumbers(Span part) {
        this.part = part;
    }

    void set(long offset, int number) {
        int place = (int) (offset - part.from());
        for (int bit = 0; bit < bits.size() || number >> bit != 0; bit++) {
            if (bit == bits.size()) {
                bits.add(new BitSet((int) part.size()));
            }
            bits.get(bit).set(place, (number >> bit & 1) != 0);
        }
    }

    int at(long offset) {
        int place = (int) (offset - part.from());
        int number = 0;
        for (int bit = 0; bit < bits.size(); bit++) {
            number |= bits.get(bit).get(place) ? 1 << bit : 0;
        }
        return number;
    }
}
