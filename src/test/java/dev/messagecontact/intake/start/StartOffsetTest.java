package dev.messagecontact.intake.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.intake.start.StartOffset.Finding;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.settings.OffsetsGap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartOffsetTest {

    private static final Offsets AVAILABLE = Offsets.of(10, 100);

    /** Receipts are written as settled/published; "old" is the progress of a release that kept no receipts. */
    @ParameterizedTest(name = "committed {0}, receipt {1}, old {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                // committed, receipt, old, goes on at, settled, published
                "-,  -,     -,  10, 10, 10", // a new group on a new database
                "-,  50/40, -,  40, 50, 40", // the group's offsets are gone
                "-,  -,     30, 30, 30, 30",
                "50, 50/50, -,  50, 50, 50",
                "50, 50/40, -,  50, 50, 50", // published, but not yet written down
                "40, 50/40, -,  40, 50, 40", // a crash between the two commits
                "20, 50/50, -,  20, 50, 50", // a tool has moved the group back: a replay
                "50, -,     30, 50, 50, 50", // the old release wrote it down with the next batch only
                "20, -,     30, 20, 30, 30",
                "60, 40/40, 50, 60, 60, 60", // the old release took over again from this one, and wrote it down with
                // the next batch only
                "60, 70/60, 50, 60, 70, 60", // and was taken over from for good
                "60, 50/50, 50, stop, -, -",
                "0,  -,     -,  stop, -, -", // offset 0 was deleted
                "50, 40/40, -,  stop, -, -", // the database has lost something
                "50, -,     -,  stop, -, -",
                "5,  50/50, -,  stop, -, -", // the topic was cut
                "101, 101/101, -, stop, -, -", // the topic has lost its last records
                "90, 101/90, -, stop, -, -", // and the group was moved back by a tool
                "101, 100/100, -, stop, -, -", // and the database has forgotten them
            })
    void it_goes_on_where_group_and_database_agree(
            Long committed, String receipt, Long old, String next, Long settled, Long published) {
        StartOffset start = start(committed, receipt, old, OffsetsGap.STOP);
        if (next.equals("stop")) {
            assertNotNull(start.stop());
        } else {
            assertNull(start.stop(), () -> String.valueOf(start.stop()));
            assertEquals(
                    List.of(Long.parseLong(next), settled, published),
                    List.of(start.progress().firstOpen(), start.settled().firstOpen(), start.published()));
            assertNull(start.remark());
        }
    }

    @ParameterizedTest(name = "committed {0}, receipt {1}: goes on at {2}")
    @CsvSource(
            nullValues = "-",
            value = {"5, 50/50, 10, 50", "50, 40/40, 50, 40", "50, -, 50, 50"})
    void told_to_it_goes_on_across_a_gap_and_says_so(Long committed, String receipt, long next, long settled) {
        StartOffset start = start(committed, receipt, null, OffsetsGap.CONTINUE);
        assertNull(start.stop());
        assertEquals(next, start.progress().firstOpen());
        assertEquals(settled, start.settled().firstOpen());
        assertTrue(String.valueOf(start.remark()).endsWith("because OFFSETS_GAP=continue"), start.remark());
    }

    @ParameterizedTest(name = "committed {0}, receipt {1}, old {2}: goes on at {3}, settled to {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "101, 101/101, -, 100, 100, 100",
                "90, 101/90, -, 90, 100, 90", // not yet published, or the group was moved back
                "101, 100/100, -, 100, 100, 100", // the database has forgotten them, and the worker came no further
                "105, 40/40, -, 100, 40, 100", // and the database has lost something, too
                "105, -, -, 100, 100, 100",
                "105, -, 105, 100, 100, 100",
                "-, 101/101, -, 100, 100, 100",
            })
    void told_to_it_takes_what_comes_in_the_place_of_lost_records_as_new(
            Long committed, String receipt, Long old, long next, long settled, long published) {
        StartOffset start = start(committed, receipt, old, OffsetsGap.CONTINUE);
        assertNull(start.stop());
        assertTrue(start.isPastLostTail());
        assertEquals(
                List.of(next, settled, published),
                List.of(start.progress().firstOpen(), start.settled().firstOpen(), start.published()));
        assertTrue(String.valueOf(start.remark()).startsWith("its last records, offsets 100 to 10"), start.remark());
        assertTrue(String.valueOf(start.remark()).endsWith("because OFFSETS_GAP=continue"), start.remark());
    }

    @Test
    void what_the_topic_has_lost_the_database_need_not_have() {
        assertEquals(Finding.LOST_TAIL, found(CommittedOffset.of(Answered.before(105)), "100/100"));
        assertEquals(Finding.DATABASE_BEHIND, found(CommittedOffset.of(Answered.before(105)), "90/90"));
    }

    @Test
    void a_group_that_a_tool_has_moved_past_the_end_has_lost_nothing() {
        assertEquals(Finding.DATABASE_BEHIND, found(new OffsetAndMetadata(105), "100/100"));
    }

    private static Finding found(OffsetAndMetadata committed, String receipt) {
        return StartOffset.of(committed, receipt(receipt), null, AVAILABLE, OffsetsGap.STOP)
                .finding();
    }

    @Test
    void a_stop_says_how_many_offsets_are_missing() {
        assertEquals(5, start(5L, "50/50", null, OffsetsGap.STOP).stop().missing());
        assertEquals(10, start(50L, "40/40", null, OffsetsGap.STOP).stop().missing());
        assertEquals(40, start(50L, null, null, OffsetsGap.STOP).stop().missing());
    }

    @Test
    void a_stop_at_a_gap_is_no_other_one_when_commands_come() {
        OffsetAndMetadata committed = CommittedOffset.of(Answered.before(5));
        Stop stop = stop(start(5L, "50/50", null, OffsetsGap.STOP));
        StartOffset later = StartOffset.of(
                committed, receipt("50/50"), null, Offsets.of(AVAILABLE.begin(), 1_000), OffsetsGap.STOP);
        assertEquals(stop, later.stop());
    }

    @Test
    void a_topic_that_has_lost_its_last_records_is_named_with_the_command_that_helps() {
        Stop stop = stop(start(105L, "105/105", null, OffsetsGap.STOP));
        assertEquals(5, stop.missing());
        assertTrue(stop.reason().contains("`contacts offsets move --to settled`"), stop.reason());
    }

    @Test
    void commands_that_waited_for_a_lock_are_still_open() {
        Answered waiting = new Answered(60, List.of(50L, 55L));
        StartOffset start = start(waiting, Answered.before(60), OffsetsGap.STOP);
        assertNull(start.stop());
        assertEquals(waiting, start.progress());
        assertEquals(Answered.before(60), start.settled());
        assertNull(start(waiting, waiting, OffsetsGap.STOP).stop());
        assertNull(
                start(waiting, new Answered(60, List.of(55L)), OffsetsGap.STOP).stop());
        assertNull(start(waiting, new Answered(70, List.of(55L, 65L)), OffsetsGap.STOP)
                .stop());
    }

    @Test
    void what_was_answered_behind_a_waiting_command_needs_a_receipt_too() {
        Answered waiting = new Answered(60, List.of(50L, 55L));
        StartOffset start = start(waiting, Answered.before(50), OffsetsGap.STOP);
        assertEquals(List.of(new Span(51, 55), new Span(56, 60)), start.missing());
        assertEquals(8, stop(start).missing());
        assertTrue(stop(start).reason().contains("has a receipt up to 50 only: it has lost 8 offsets"));
    }

    @Test
    void a_command_that_the_receipt_has_as_waiting_is_lost_if_the_group_has_its_answer() {
        StartOffset start = start(Answered.before(60), new Answered(60, List.of(50L, 55L)), OffsetsGap.STOP);
        assertEquals(List.of(new Span(50, 51), new Span(55, 56)), start.missing());
        assertTrue(stop(start).reason().contains("has no receipt for 2 of them, the first at offset 50"));
        start = start(new Answered(60, List.of(50L)), new Answered(60, List.of(50L, 55L)), OffsetsGap.CONTINUE);
        assertNull(start.stop());
        assertEquals(List.of(new Span(55, 56)), start.skipped());
    }

    @Test
    void a_database_that_knows_nothing_has_lost_what_was_answered_behind_the_first_command() {
        StartOffset start = StartOffset.of(
                CommittedOffset.of(new Answered(5, List.of(0L))), null, null, AVAILABLE, OffsetsGap.STOP);
        assertTrue(stop(start).reason().contains("the database knows nothing of them"));
    }

    private static StartOffset start(Answered committed, Answered settled, OffsetsGap onGap) {
        Receipt receipt = new Receipt(new UUID(0, 1), 0, 0, settled, settled.firstOpen());
        return StartOffset.of(CommittedOffset.of(committed), receipt, null, AVAILABLE, onGap);
    }

    private static Stop stop(StartOffset start) {
        return Objects.requireNonNull(start.stop());
    }

    private static StartOffset start(Long committed, String receipt, Long old, OffsetsGap onGap) {
        return StartOffset.of(
                committed == null ? null : new OffsetAndMetadata(committed), receipt(receipt), old, AVAILABLE, onGap);
    }

    private static Receipt receipt(String text) {
        if (text == null) {
            return null;
        }
        String[] numbers = text.split("/", -1);
        Answered settled = Answered.before(Long.parseLong(numbers[0]));
        return new Receipt(new UUID(0, 1), 0, 0, settled, Long.parseLong(numbers[1]));
    }
}
