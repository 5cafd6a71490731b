package dev.messagecontact.intake.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.intake.start.StartOffset;
import dev.messagecontact.intake.start.StartOffset.Finding;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.registration.Request.Past;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
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
        Answered settled = new Answered(30, List.of(25L));
        partition.read(start(Answered.before(10), settled, 20), Optional.empty(), receipt(settled), List.of());
        assertEquals(Past.PUBLISHED, partition.past(19));
        assertEquals(Past.SETTLED, partition.past(20));
        assertEquals(Past.NONE, partition.past(25), "it waited for a lock");
        assertEquals(Past.SETTLED, partition.past(26));
        assertEquals(Past.NONE, partition.past(30));
    }

    @Test
    void what_was_skipped_and_is_answered_after_all_is_not_taken_for_decided() {
        Skip moved = new Skip(TOPIC, 3, 12, 15, "sent by mistake", "tom@desk", Instant.EPOCH, 13L);
        partition.read(
                start(Answered.before(13), Answered.before(30), 20),
                Optional.empty(),
                receipt(Answered.before(30)),
                List.of(moved));
        assertEquals(Past.PUBLISHED, partition.past(12));
        assertEquals(Past.REOPENED, partition.past(13));
        assertEquals(Past.REOPENED, partition.past(14));
        assertEquals(Past.PUBLISHED, partition.past(15));
        assertEquals(Past.SETTLED, partition.past(29));
    }

    @Test
    void a_batch_is_committed_with_a_receipt_from_the_last_one_on() {
        read(10);
        assertNull(partition.toCommit(10, List.of()));
        Answered answered = partition.toCommit(15, List.of());
        assertEquals(Answered.before(15), answered);
        assertEquals(new Receipt(TOPIC, 3, 10, Answered.before(15), 10), partition.receiptFor(answered));
        partition.settled(partition.receiptFor(answered));
        partition.published(answered);
        assertEquals(new Receipt(TOPIC, 3, 10, Answered.before(15), 15), partition.unsavedReceipt());
        partition.saved();
        assertNull(partition.unsavedReceipt());
    }

    @Test
    void what_is_answered_behind_a_waiting_command_and_that_command_later_get_receipts() {
        read(10);
        Answered behind = new Answered(15, List.of(10L, 12L));
        assertEquals(new Receipt(TOPIC, 3, 10, behind, 10), batch(15, List.of(10L, 12L)));
        assertNull(batch(17, List.of(10L, 12L, 15L, 16L)), "only more that wait");
        assertEquals(
                new Receipt(TOPIC, 3, 13, new Answered(17, List.of(10L, 15L, 16L)), 10),
                batch(17, List.of(10L, 15L, 16L)),
                "one that waited, and nothing was read on");
        assertEquals(new Receipt(TOPIC, 3, 14, Answered.before(17), 10), batch(17, List.of()));
        assertEquals(new Receipt(TOPIC, 3, 14, Answered.before(17), 17), partition.unsavedReceipt());
    }

    @Test
    void a_group_that_was_moved_back_adds_no_receipt_before_the_last_one() {
        Answered settled = new Answered(30, List.of(20L));
        partition.read(start(Answered.before(15), settled, 20), Optional.empty(), receipt(settled), List.of());
        assertNull(batch(19, List.of(16L)));
        assertNull(batch(20, List.of(16L, 17L)));
        assertEquals(new Receipt(TOPIC, 3, 29, Answered.before(30), 20), batch(21, List.of(17L)));
    }

    /** Settles and publishes what was read; what it leaves as a receipt, if it does. */
    private @Nullable Receipt batch(long position, List<Long> waiting) {
        Answered answered = partition.toCommit(position, waiting);
        Receipt receipt = partition.receiptFor(answered);
        if (receipt != null) {
            partition.settled(receipt);
        }
        partition.publishes(answered);
        partition.published(answered);
        return receipt;
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
    void the_pauses_grow_also_where_the_reason_tells_of_more_each_time_and_begin_anew_at_another_offset() {
        long second = Duration.ofSeconds(1).toNanos();
        partition.stop(new Stop(20, 3, "the topic ends at 17"), false, 0);
        assertTrue(partition.stop(new Stop(20, 2, "the topic ends at 18"), false, 0), "it is news");
        assertFalse(partition.isUnresolved(second));
        assertTrue(partition.isUnresolved(2 * second));
        partition.stop(new Stop(30, 0, "no broker leads it"), false, 0);
        assertTrue(partition.isUnresolved(second));
        read(30);
        partition.stop(new Stop(30, 0, "no broker leads it"), false, 0);
        assertTrue(partition.isUnresolved(second), "it was read in between");
    }

    @Test
    void while_it_is_tried_again_it_still_counts_as_stopped_until_the_record_is_answered() {
        read(10);
        partition.stop(STOP, true, 0);
        assertNull(partition.suspect());
        assertFalse(read(10), "that it is tried again is no news");
        assertEquals(STOP, partition.suspect());
        assertTrue(partition.isSuspectFrom(20));
        assertFalse(partition.isSuspectFrom(21), "that record was taken: it waits for a lock");
        assertEquals(STOP, partition.status().stopped());
        assertFalse(partition.published(Answered.before(20)), "those before it");
        assertEquals(STOP, partition.status().stopped());
        assertTrue(partition.published(Answered.before(21)));
        assertNull(partition.suspect());
        assertNull(partition.status().stopped());
    }

    /** Its broker was away for a moment when it was to be tried again: the record is no better for that. */
    @Test
    void what_a_record_has_stopped_is_tried_alone_also_after_another_stop() {
        read(10);
        partition.stop(STOP, true, 0);
        Stop noLeader = new Stop(10, 0, "no broker leads it now");
        partition.stop(noLeader, false, 0);
        assertEquals(noLeader, partition.status().stopped());
        read(10);
        assertTrue(partition.isSuspectFrom(20));
        assertEquals(STOP, partition.status().stopped());
    }

    @Test
    void what_has_stopped_it_is_over_with_its_answer_whatever_waits_before_it() {
        read(10);
        partition.stop(STOP, true, 0);
        read(10);
        assertTrue(partition.published(new Answered(21, List.of(15L))));
        partition.stop(STOP, true, 0);
        read(21);
        assertNull(partition.suspect(), "it was answered, and nobody heard of it");
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
        partition.published(Answered.before(100));
        assertFalse(partition.isBehind());
        partition.reaches(120L);
        assertTrue(partition.isBehind());
        partition.stop(STOP, true, 0);
        assertFalse(partition.isBehind());
    }

    @Test
    void what_is_committed_names_the_leader_that_has_written_what_was_read_last() {
        Answered before = Answered.before(10);
        partition.read(start(before, before, 10), Optional.of(3), receipt(before), List.of());
        assertEquals(Optional.of(3), partition.offset(before).leaderEpoch());
        partition.reads(new OffsetAndMetadata(12, Optional.of(4), ""));
        partition.reads(new OffsetAndMetadata(14)); // of brokers that do not tell
        assertEquals(Optional.of(4), partition.offset(before).leaderEpoch());
    }

    @Test
    void what_is_read_again_because_a_command_of_it_has_waited_leaves_the_epoch_of_what_was_read_last() {
        Answered withOneWaiting = new Answered(20, List.of(10L));
        partition.read(start(withOneWaiting, withOneWaiting, 10), Optional.of(3), receipt(withOneWaiting), List.of());
        partition.reads(new OffsetAndMetadata(15, Optional.of(1), ""));
        assertEquals(Optional.of(3), partition.offset(Answered.before(20)).leaderEpoch());
        partition.reads(new OffsetAndMetadata(25, Optional.of(4), ""));
        assertEquals(Optional.of(4), partition.offset(Answered.before(25)).leaderEpoch());
        partition.read(start(withOneWaiting, withOneWaiting, 10), Optional.empty(), receipt(withOneWaiting), List.of());
        partition.reads(new OffsetAndMetadata(15, Optional.of(1), ""));
        assertEquals(Optional.empty(), partition.offset(Answered.before(20)).leaderEpoch(), "a tool has told none");
    }

    private boolean read(long offset) {
        partition.reaches(100L);
        Answered before = Answered.before(offset);
        return partition.read(start(before, before, offset), Optional.empty(), receipt(Answered.before(10)), List.of());
    }

    private static StartOffset start(Answered progress, Answered settled, long published) {
        return new StartOffset(Finding.AGREED, progress, settled, published, List.of(), null, null);
    }

    private static Receipt receipt(Answered settled) {
        return Receipt.first(TOPIC, 3, settled, 10);
    }
}
