package dev.messagecontact.receipts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommittedOffsetTest {

    @Test
    void what_is_committed_is_read_back() {
        Answered answered = new Answered(120, List.of(100L, 103L, 119L));

        assertEquals(100, CommittedOffset.of(answered).offset());
        assertEquals(answered, CommittedOffset.read(CommittedOffset.of(answered)));
    }

    @Test
    void with_nothing_open_an_offset_says_all() {
        assertEquals(120, CommittedOffset.of(Answered.before(120)).offset());
        assertEquals(Answered.before(120), CommittedOffset.read(CommittedOffset.of(Answered.before(120))));
        assertEquals(Answered.before(120), CommittedOffset.read(new OffsetAndMetadata(120)));
    }

    @Test
    void a_group_has_read_further_than_to_the_first_command_that_waits() {
        TopicPartition waiting = new TopicPartition("commands", 0);
        TopicPartition moved = new TopicPartition("commands", 1);
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        committed.put(waiting, CommittedOffset.of(new Answered(150, List.of(100L)), Optional.of(5)));
        committed.put(moved, new OffsetAndMetadata(7, "by a tool"));
        committed.put(new TopicPartition("commands", 2), null);
        assertEquals(
                Map.of(waiting, new OffsetAndMetadata(150, Optional.of(5), ""), moved, new OffsetAndMetadata(7)),
                CommittedOffset.readTo(committed));
    }

    @Test
    void a_worker_s_offset_is_told_from_a_tool_s() {
        assertTrue(CommittedOffset.isWorkers(CommittedOffset.of(Answered.before(7))));
        assertTrue(CommittedOffset.isWorkers(CommittedOffset.of(new Answered(7, List.of(3L)))));
        assertFalse(CommittedOffset.isWorkers(new OffsetAndMetadata(7)));
    }

    @Test
    void an_offset_with_a_stranger_s_metadata_is_taken_as_it_is() {
        for (String strange :
                List.of("x", "answered", "answered 5 but", "answered 5 but x", "answered  but 1", " but ")) {
            assertEquals(Answered.before(7), CommittedOffset.read(new OffsetAndMetadata(7, strange)), strange);
        }
    }
}
