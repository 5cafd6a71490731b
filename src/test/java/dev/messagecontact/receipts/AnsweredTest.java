package dev.messagecontact.receipts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.receipts.Answered.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AnsweredTest {

    private static final int OFFSETS = 12;

    @Test
    void the_commands_behind_an_open_one_are_answered() {
        Answered answered = new Answered(120, List.of(100L, 103L));

        assertEquals(
                List.of(99L, 101L, 102L, 104L, 119L),
                LongStream.of(99, 100, 101, 102, 103, 104, 119, 120, 121)
                        .filter(answered::contains)
                        .boxed()
                        .toList());
        assertEquals(100, answered.firstOpen());
        assertEquals(118, answered.count());
    }

    @Test
    void reading_on_keeps_open_what_is_not_yet_read_again_or_waits_again() {
        Answered restarted = new Answered(120, List.of(100L, 103L, 110L));

        assertEquals(new Answered(120, List.of(103L, 110L)), restarted.after(101, List.of()));
        assertEquals(new Answered(120, List.of(100L, 110L)), restarted.after(105, List.of(100L)));
        assertEquals(Answered.before(120), restarted.after(115, List.of()));
        assertEquals(new Answered(130, List.of(125L)), restarted.after(130, List.of(125L)));
    }

    @Test
    void spans_are_told_as_people_read_them() {
        assertEquals(List.of("3", "7 to 9"), texts(new Answered(10, List.of()), new Answered(7, List.of(3L))));
        assertEquals(List.of("2 to 5"), texts(Answered.before(6), new Answered(4, List.of(2L, 3L))));
        assertEquals(List.of(), texts(new Answered(6, List.of(2L)), Answered.before(6)));
    }

    private static List<String> texts(Answered answered, Answered other) {
        return answered.minus(other).stream().map(Span::toString).toList();
    }

    /** Each is compared with what the same means for sets of offsets. */
    @Test
    void unions_differences_and_heads_are_those_of_sets() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            Answered one = any(random);
            Answered other = any(random);
            String both = one + " and " + other;

            TreeSet<Long> union = set(one);
            union.addAll(set(other));
            assertEquals(union, set(one.union(other)), both);
            assertEquals(one.union(other), other.union(one), both);
            assertEquals(union.size(), one.union(other).count(), both);

            TreeSet<Long> difference = set(one);
            difference.removeAll(set(other));
            List<Span> spans = one.minus(other);
            assertEquals(new ArrayList<>(difference), offsets(spans), both);
            for (int span = 1; span < spans.size(); span++) {
                assertEquals(true, spans.get(span - 1).to() < spans.get(span).from(), both);
            }

            long end = random.nextInt(OFFSETS + 1);
            assertEquals(set(one).headSet(end), set(one.head(end)), one + " before " + end);
        }
    }

    private static Answered any(Random random) {
        int upTo = random.nextInt(OFFSETS + 1);
        return new Answered(
                upTo,
                LongStream.range(0, upTo)
                        .filter(offset -> random.nextInt(3) == 0)
                        .boxed()
                        .toList());
    }

    private static TreeSet<Long> set(Answered answered) {
        TreeSet<Long> set = new TreeSet<>();
        LongStream.range(0, OFFSETS).filter(answered::contains).forEach(set::add);
        return set;
    }

    private static List<Long> offsets(List<Span> spans) {
        return spans.stream()
                .flatMapToLong(span -> LongStream.range(span.from(), span.to()))
                .boxed()
                .toList();
    }
}
