package dev.messagecontact.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TimeOrderTest {

    private static final TopicPartition FIRST = new TopicPartition("commands", 0);
    private static final TopicPartition SECOND = new TopicPartition("commands", 1);

    private final TimeOrder order = new TimeOrder();

    @Test
    void the_oldest_comes_first_and_a_partition_keeps_its_order() {
        order.add(List.of(record(1, 0, 20), record(1, 1, 10), record(0, 5, 15), record(0, 6, 20)));

        assertEquals(List.of("0:5", "0:6"), places(order.next(List.of(), 2)));
        assertNull(order.firstOf(FIRST));
        assertEquals(0L, order.firstOf(SECOND));
        assertEquals(List.of("1:0", "1:1"), places(order.next(List.of(), 2)));
    }

    @Test
    void nothing_is_given_that_a_partition_may_have_an_older_one_than() {
        order.add(List.of(record(0, 5, 15), record(0, 6, 20), record(1, 0, 17)));

        assertEquals(List.of("0:5", "1:0"), places(order.next(List.of(FIRST, SECOND), 10)));
        assertEquals(List.of(), order.next(List.of(FIRST, SECOND), 10));
        assertEquals(List.of("0:6"), places(order.next(List.of(FIRST), 10)));
    }

    private static List<String> places(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> record.partition() + ":" + record.offset())
                .toList();
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long time) {
        return new ConsumerRecord<>(
                "commands",
                partition,
                offset,
                time,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
