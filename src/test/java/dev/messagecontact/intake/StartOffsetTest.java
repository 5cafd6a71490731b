package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.directory.Receipt;
import dev.messagecontact.settings.OffsetsGap;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartOffsetTest {

    private static final StartOffset.Range AVAILABLE = new StartOffset.Range(10, 100);

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
                "101, 101/101, -, stop, -, -", // the topic was made anew, shorter
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
                    List.of(start.progress().firstOpen(), start.settled(), start.published()));
            assertNull(start.remark());
        }
    }

    @ParameterizedTest(name = "committed {0}, receipt {1}: goes on at {2}")
    @CsvSource(
            nullValues = "-",
            value = {"5, 50/50, 10, 50", "101, 101/101, 10, 101", "50, 40/40, 50, 40", "50, -, 50, 50"})
    void told_to_it_goes_on_across_a_gap_and_says_so(Long committed, String receipt, long next, long settled) {
        StartOffset start = start(committed, receipt, null, OffsetsGap.CONTINUE);
        assertNull(start.stop());
        assertEquals(next, start.progress().firstOpen());
        assertEquals(settled, start.settled());
        assertTrue(String.valueOf(start.remark()).endsWith("because OFFSETS_GAP=continue"), start.remark());
    }

    @Test
    void a_stop_says_how_many_offsets_are_missing() {
        assertEquals(5, start(5L, "50/50", null, OffsetsGap.STOP).stop().missing());
        assertEquals(10, start(50L, "40/40", null, OffsetsGap.STOP).stop().missing());
        assertEquals(40, start(50L, null, null, OffsetsGap.STOP).stop().missing());
    }

    @Test
    void commands_that_waited_for_a_lock_are_still_open() {
        OffsetAndMetadata committed = new Progress(60, List.of(50L, 55L)).toCommit();
        StartOffset start = StartOffset.of(committed, receipt("60/60"), null, AVAILABLE, OffsetsGap.STOP);
        assertEquals(50, start.progress().firstOpen());
        assertTrue(start.progress().isOpen(55));
        assertEquals(60, start.settled());
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
        return new Receipt(new UUID(0, 1), 0, 0, Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
}
