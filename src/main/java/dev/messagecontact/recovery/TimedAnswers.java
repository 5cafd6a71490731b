package dev.messagecontact.recovery;

import dev.messagecontact.receipts.Answered.Span;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of the answers to the commands of a part of one partition, 0 where there is none. A command is named by its
 * offset and its timestamp: if a topic has lost its last records, others stand at their offsets, and answers to both may be
 * there. Of a timestamp 32 bits are kept, which is the same time again after 49 days. Not thread-safe.
 */
final class TimedAnswers {

    /** What an offset takes besides its share of {@link AnswerNumbers}. */
    static final int BYTES_PER_OFFSET = Integer.BYTES;

    private final Span part;
    private final AnswerNumbers numbers;
    private final int[] times;
    /** The numbers of further answers at an offset that has one already, by offset and time. */
    private final Map<Long, Map<Integer, Integer>> others = new HashMap<>();

    TimedAnswers(Span part) {
        this.part = part;
        this.numbers = new AnswerNumbers(part);
        this.times = new int[(int) part.size()];
    }

    void set(long offset, long time, int number) {
        int place = (int) (offset - part.from());
        if (numbers.at(offset) == 0 || times[place] == (int) time) {
            numbers.set(offset, number);
            times[place] = (int) time;
        } else {
            others.computeIfAbsent(offset, key -> new HashMap<>()).put((int) time, number);
        }
    }

    int at(long offset, long time) {
        int place = (int) (offset - part.from());
        return times[place] == (int) time
                ? numbers.at(offset)
                : others.getOrDefault(offset, Map.of()).getOrDefault((int) time, 0);
    }

    /** Whether any command at this offset has an answer. */
    boolean has(long offset) {
        return numbers.at(offset) != 0;
    }
}
