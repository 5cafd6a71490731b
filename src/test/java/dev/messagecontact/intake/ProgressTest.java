package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void what_is_committed_is_read_back() {
        Progress progress = new Progress(120, Set.of(100L, 103L, 119L));

        assertEquals(100, progress.toCommit().offset());
        assertEquals(progress, Progress.of(progress.toCommit()));
    }

    @Test
    void with_nothing_open_an_offset_says_all() {
        assertEquals(new OffsetAndMetadata(120), new Progress(120, Set.of()).toCommit());
        assertEquals(new Progress(120, Set.of()), Progress.of(new OffsetAndMetadata(120)));
    }

    @Test
    void an_offset_with_a_stranger_s_metadata_is_taken_as_it_is() {
        for (String strange :
                List.of("x", "answered", "answered 5 but", "answered 5 but x", "answered  but 1", " but ")) {
            assertEquals(new Progress(7, Set.of()), Progress.of(new OffsetAndMetadata(7, strange)), strange);
        }
    }

    @Test
    void the_commands_behind_an_open_one_are_not_read_again() {
        Progress progress = new Progress(120, Set.of(100L, 103L));

        assertEquals(
                List.of(100L, 103L, 120L, 121L),
                LongStream.of(100, 101, 102, 103, 104, 119, 120, 121)
                        .filter(progress::isOpen)
                        .boxed()
                        .toList());
    }

    @Test
    void reading_on_keeps_open_what_is_not_yet_read_again_or_waits_again() {
        Progress restarted = new Progress(120, Set.of(100L, 103L, 110L));

        assertEquals(new Progress(120, Set.of(103L, 110L)), restarted.after(101, Set.of()));
        assertEquals(new Progress(120, Set.of(100L, 110L)), restarted.after(105, Set.of(100L)));
        assertEquals(new Progress(120, Set.of()), restarted.after(115, Set.of()));
        assertEquals(new Progress(130, Set.of(125L)), restarted.after(130, Set.of(125L)));
    }

    @Test
    void the_metadata_of_a_crowd_stays_below_the_broker_s_limit() {
        List<Long> crowd = LongStream.range(0, 300)
                .map(i -> 1_000_000_000L + i * 100_000)
                .boxed()
                .toList();

        OffsetAndMetadata committed = new Progress(2_000_000_000L, crowd).toCommit();

        assertTrue(
                committed.metadata().length() < 4096,
                "characters: " + committed.metadata().length());
    }
}
