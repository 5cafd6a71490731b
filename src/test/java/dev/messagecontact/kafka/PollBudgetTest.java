package dev.messagecontact.kafka;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PollBudgetTest {

    private final PollBudget budget = new PollBudget(1_000, 2_000);

    @Test
    void a_poll_may_take_so_many_bytes_and_the_next_one_again() {
        budget.renew(10);
        take(600);
        take(400);
        assertThrows(SerializationException.class, () -> take(1));
        budget.renew(10);
        take(1_000);
    }

    @Test
    void a_poll_may_take_so_many_records() {
        budget.renew(2);
        take(1);
        take(1);
        assertThrows(SerializationException.class, () -> take(1));
    }

    @Test
    void the_first_record_of_a_poll_passes_even_if_it_alone_is_more_than_a_poll_may_take() {
        budget.renew(1);
        take(2_000);
        assertThrows(SerializationException.class, () -> take(0));
        budget.renew(10);
        take(10);
        assertThrows(SerializationException.class, () -> take(2_000));
    }

    @Test
    void a_record_larger_than_any_may_be_never_passes_and_is_told_apart() {
        budget.renew(1);
        SerializationException told = assertThrows(SerializationException.class, () -> take(3_000));
        assertTrue(String.valueOf(told.getMessage()).startsWith("a record of 2 KiB is larger than the 1 KiB"));
    }

    /** An Error would leave the consumer moved past the record, and past others that it had already read. */
    @Test
    void a_record_that_the_memory_has_no_room_for_is_refused_as_one_that_cannot_be_read(@TempDir Path folder)
            throws IOException {
        PollBudget boundless = new PollBudget(Long.MAX_VALUE, Long.MAX_VALUE);
        ByteBuffer huge;
        try (FileChannel file = FileChannel.open(folder.resolve("sparse"), CREATE, READ, WRITE)) {
            huge = file.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE);
        }
        boundless.renew(10);
        assertThrows(SerializationException.class, () -> boundless.keys().deserialize("t", new RecordHeaders(), huge));
        assertThrows(
                SerializationException.class, () -> boundless.values().deserialize("t", new RecordHeaders(), huge));
        boundless.renew(10);
        take(boundless, 1);
    }

    @Test
    void headers_count() {
        Headers headers = new RecordHeaders().add("abcd", new byte[1_996]);
        budget.renew(10);
        budget.values().deserialize("t", headers, ByteBuffer.allocate(0));
        assertThrows(SerializationException.class, () -> take(1));
    }

    @Test
    void by_the_heap_a_poll_takes_a_sixteenth_and_a_record_an_eighth() {
        PollBudget ofHeap = PollBudget.ofHeap(16_000, 1);
        ofHeap.renew(10);
        take(ofHeap, 900);
        take(ofHeap, 100);
        assertThrows(SerializationException.class, () -> take(ofHeap, 1));
        ofHeap.renew(10);
        take(ofHeap, 2_000);
        ofHeap.renew(10);
        assertThrows(SerializationException.class, () -> take(ofHeap, 2_001));
    }

    @Test
    void lanes_share_the_heap_of_their_polls_and_a_record_may_take_as_much_as_in_one() {
        PollBudget ofLane = PollBudget.ofHeap(16_000, 4);
        ofLane.renew(10);
        take(ofLane, 250);
        assertThrows(SerializationException.class, () -> take(ofLane, 1));
        ofLane.renew(10);
        take(ofLane, 2_000);
    }

    @Test
    void keys_count_and_so_do_tombstones() {
        budget.renew(10);
        key(600);
        take(300);
        key(90); // of a tombstone
        assertThrows(SerializationException.class, () -> key(20));
        budget.renew(2);
        key(1);
        key(1);
        assertThrows(SerializationException.class, () -> key(1));
        budget.renew(1);
        assertThrows(SerializationException.class, () -> key(3_000));
    }

    @Test
    void a_record_counts_once_and_a_tombstone_with_its_headers() {
        budget.renew(10);
        Headers headers = new RecordHeaders().add("abcd", new byte[395]);
        budget.keys().deserialize("t", headers, ByteBuffer.allocate(0));
        budget.values().deserialize("t", headers, ByteBuffer.allocate(100)); // 500 in all
        budget.keys().deserialize("t", headersOf(395), ByteBuffer.allocate(0)); // of a tombstone
        assertThrows(SerializationException.class, () -> key(100));
        assertThrows(SerializationException.class, () -> take(101));
        take(budget, headersOf(96), 0);
        assertThrows(SerializationException.class, () -> take(1));
    }

    /** Kafka calls no deserializer for them. */
    @Test
    void records_without_key_and_value_are_counted_when_they_are_returned() {
        budget.renew(3);
        take(1);
        assertEquals(
                2, within(withoutContent(4), withoutContent(4), withoutContent(4)), "another one was counted before");
        budget.renew(3);
        assertEquals(3, within(withoutContent(4), withoutContent(4), withoutContent(4), withoutContent(4)));
        assertEquals(0, within(withoutContent(4)), "another poll shares what is left");
        budget.renew(3);
        assertEquals(2, within(withoutContent(500), withoutContent(500), withoutContent(4)));
        budget.renew(3);
        assertEquals(1, within(withoutContent(5_000), withoutContent(4)), "the first always passes");
        assertEquals(0, within(withoutContent(4)));
    }

    @Test
    void a_tombstone_before_one_without_key_and_value_counts_too() {
        budget.renew(1);
        key(1);
        assertEquals(1, within(record(new byte[1], headersOf(4)), withoutContent(4)));
    }

    @Test
    void a_record_that_was_left_for_the_next_poll_does_not_count_yet() {
        budget.renew(3);
        take(500);
        Headers headers = headersOf(4);
        budget.keys().deserialize("t", headers, ByteBuffer.allocate(1));
        assertThrows(
                SerializationException.class,
                () -> budget.values().deserialize("t", headers, ByteBuffer.allocate(600)));
        assertEquals(2, within(withoutContent(100), withoutContent(100)));
    }

    @SafeVarargs
    private final int within(ConsumerRecord<byte[], byte[]>... records) {
        TopicPartition partition = new TopicPartition("t", 0);
        return budget.within(new ConsumerRecords<>(Map.of(partition, List.of(records)), Map.of()));
    }

    private static ConsumerRecord<byte[], byte[]> withoutContent(int bytesOfHeaders) {
        return record(null, headersOf(bytesOfHeaders - 4));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, Headers headers) {
        return new ConsumerRecord<>(
                "t", 0, 0, 0, TimestampType.LOG_APPEND_TIME, -1, -1, key, null, headers, Optional.empty());
    }

    private static Headers headersOf(int bytes) {
        return new RecordHeaders().add("abcd", new byte[bytes]);
    }

    private void key(int bytes) {
        budget.keys().deserialize("t", new RecordHeaders(), ByteBuffer.allocate(bytes));
    }

    private void take(int bytes) {
        take(budget, bytes);
    }

    private static void take(PollBudget from, int bytes) {
        take(from, new RecordHeaders(), bytes);
    }

    private static void take(PollBudget from, Headers headers, int bytes) {
        from.values().deserialize("t", headers, ByteBuffer.allocate(bytes));
    }
}
