package dev.messagecontact.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of several partitions into one order, by their timestamps; those of one partition stay in theirs. A
 * record is held back until no partition can have an older one. Not thread-safe.
 */
final class TimeOrder {

    private static final Comparator<ConsumerRecord<?, ?>> BY_TIME = Comparator.<ConsumerRecord<?, ?>>comparingLong(
                    ConsumerRecord::timestamp)
            .thenComparing(ConsumerRecord::partition);

    private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> held = new HashMap<>();

    /** Takes what was read next. */
    void add(List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            held.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), key -> new ArrayDeque<>())
                    .add(record);
        }
    }

    /**
     * Gives the oldest ones, and holds them no longer.
     *
     * @param unread partitions that may have more than was read
     * @param most how many are given
     */
    List<ConsumerRecord<byte[], byte[]>> next(Collection<TopicPartition> unread, int most) {
        List<ConsumerRecord<byte[], byte[]>> next = new ArrayList<>();
        while (next.size() < most && held.keySet().containsAll(unread) && !held.isEmpty()) {
            TopicPartition oldest = held.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().element(), BY_TIME))
                    .orElseThrow()
                    .getKey();
            held.computeIfPresent(oldest, (partition, records) -> {
                next.add(records.remove());
                return records.isEmpty() ? null : records;
            });
        }
        return next;
    }

    /** The partitions of the records that are held. */
    Set<TopicPartition> partitions() {
        return held.keySet();
    }

    /** The offset of the first record of a partition that is held; null if none is. */
    @Nullable
    Long firstOf(TopicPartition partition) {
        Deque<ConsumerRecord<byte[], byte[]>> records = held.get(partition);
        return records == null ? null : records.element().offset();
    }
}
