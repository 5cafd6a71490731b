package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.directory.Receipt;
import dev.messagecontact.intake.PartitionStatus.Stop;
import dev.messagecontact.registration.Request.Past;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final UUID TOPIC = new UUID(0, 1);
    private static final Stop STOP = new Stop(20, 1, "the record at offset 20 is corrupt");

    private final Partition partition = new Partition(new TopicPartition("commands", 3));

    @Test
    void it_is_unresolved_until_it_is_read_and_after_a_fault_again() {
        assertTrue(partition.isUnresolved(0));
        assertTrue(read(10));
        assertTrue(partition.isRead());
        partition.forgetStart();
        assertTrue(partition.isUnresolved(0));
        assertFalse(read(10), "told once is enough");
    }

    @Test
    void where_a_record_stands_is_told_by_what_is_settled_and_published() {
        partition.read(
                TOPIC, new StartOffset(new Progress(10, Set.of()), 30, 20, null, null, null), receipt(), List.of());
        assertEquals(Past.PUBLISHED, partition.past(19));
        assertEquals(Past.SETTLED, partition.past(20));
        assertEquals(Past.NONE, partition.past(30));
    }

    @Test
    void a_batch_is_committed_with_a_receipt_from_the_last_one_on() {
        read(10);
        assertNull(partition.toCommit(10, List.of()));
        OffsetAndMetadata offsets = partition.toCommit(15, List.of());
        assertEquals(new OffsetAndMetadata(15), offsets);
        assertEquals(new Receipt(TOPIC, 3, 10, 15, 10), partition.receiptFor(offsets));
        partition.settled(partition.receiptFor(offsets));
        partition.published(offsets);
        assertEquals(new Receipt(TOPIC, 3, 10, 15, 15), partition.unsavedReceipt());
        partition.saved();
        assertNull(partition.unsavedReceipt());
    }

    @Test
    void a_stopped_one_is_tried_again_soon_at_first_and_then_less_and_less_often() {
        List<Long> pauses = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 7; i++) {
            assertEquals(i == 0, partition.stop(STOP, true, now), "news once");
            long start = now;
            while (!partition.isUnresolved(now)) {
                now += Duration.ofSeconds(1).toNanos();
            }
            pauses.add(Duration.ofNanos(now - start).toSeconds());
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L), pauses);
    }

    @Test
    void while_it_is_tried_again_it_still_counts_as_stopped_until_the_record_is_answered() {
        read(10);
        partition.stop(STOP, true, 0);
        assertFalse(read(10), "that it is tried again is no news");
        assertEquals(STOP, partition.status().stopped());
        assertFalse(partition.published(new OffsetAndMetadata(20)), "those before it");
        assertEquals(STOP, partition.status().stopped());
        assertTrue(partition.published(new OffsetAndMetadata(21)));
        assertNull(partition.status().stopped());
    }

    @Test
    void a_gap_is_over_as_soon_as_it_is_read() {
        partition.stop(new Stop(5, 5, "a gap"), false, 0);
        assertEquals(5, partition.status().next());
        read(10);
        assertNull(partition.status().stopped());
    }

    @Test
    void commands_wait_for_its_lane_unless_it_is_stopped_or_read_to_its_end() {
        assertTrue(partition.isBehind(), "nobody knows");
        read(10);
        assertTrue(partition.isBehind());
        partition.published(new OffsetAndMetadata(100));
        assertFalse(partition.isBehind());
        partition.reaches(120);
        assertTrue(partition.isBehind());
        partition.stop(STOP, true, 0);
        assertFalse(partition.isBehind());
    }

    private boolean read(long offset) {
        partition.reaches(100);
        return partition.read(
                TOPIC,
                new StartOffset(new Progress(offset, Set.of()), offset, offset, null, null, null),
                receipt(),
                List.of());
    }

    private static Receipt receipt() {
        return new Receipt(TOPIC, 3, 9, 10, 10);
    }
}
