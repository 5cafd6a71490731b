package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PollCutTest {

    private static final TopicPartition FIRST = new TopicPartition("commands", 0);
    private static final TopicPartition SECOND = new TopicPartition("commands", 1);
    private static final int EPOCH = 7;

    /** Offsets 10, 11 and 13 of the first partition, 20 and 21 of the second; behind each there is a marker. */
    private final ConsumerRecords<byte[], byte[]> polled =
            polled(Map.of(FIRST, List.of(10, 11, 13), SECOND, List.of(20, 21)));

    @Test
    void all_of_a_poll_is_the_poll_itself() {
        PollCut cut = PollCut.first(5, polled);

        assertSame(polled, cut.taken());
        assertEquals(Map.of(), cut.left());
    }

    @Test
    void what_is_left_is_fetched_again_from_behind_the_last_record_taken() {
        PollCut cut = PollCut.first(Map.of(FIRST, 2, SECOND, 2), polled);

        assertEquals(List.of(10L, 11L), offsets(cut, FIRST));
        assertEquals(List.of(20L, 21L), offsets(cut, SECOND));
        assertEquals(Map.of(FIRST, at(12)), cut.left());
        assertEquals(Map.of(FIRST, at(12), SECOND, at(23)), cut.taken().nextOffsets());
    }

    @Test
    void a_partition_of_which_nothing_is_taken_stays_where_it_was() {
        PollCut cut = PollCut.first(Map.of(SECOND, 1), polled);

        assertEquals(List.of(SECOND), List.copyOf(cut.taken().partitions()));
        assertEquals(Map.of(FIRST, at(10), SECOND, at(21)), cut.left());
        assertEquals(Map.of(SECOND, at(21)), cut.taken().nextOffsets());
    }

    @Test
    void so_many_in_all_are_the_first_ones_of_one_partition_after_the_other() {
        for (int count = 1; count < 5; count++) {
            PollCut cut = PollCut.first(count, polled);

            assertEquals(count, cut.taken().count());
            cut.left()
                    .forEach((id, left) -> assertEquals(
                            left.offset() > firstOffset(id),
                            cut.taken().partitions().contains(id)));
        }
    }

    private long firstOffset(TopicPartition id) {
        return polled.records(id).get(0).offset();
    }

    private static List<Long> offsets(PollCut cut, TopicPartition id) {
        return cut.taken().records(id).stream().map(ConsumerRecord::offset).toList();
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset, Optional.of(EPOCH), "");
    }

    private static ConsumerRecords<byte[], byte[]> polled(Map<TopicPartition, List<Integer>> offsets) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        offsets.forEach((id, all) -> {
            records.put(id, all.stream().map(offset -> record(id, offset)).toList());
            next.put(id, at(all.get(all.size() - 1) + 2));
        });
        return new ConsumerRecords<>(records, next);
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition id, long offset) {
        return new ConsumerRecord<>(
                id.topic(),
                id.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.of(EPOCH));
    }
}
