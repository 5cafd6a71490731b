package dev.messagecontact.intake;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A poll of which only the first records of each partition are taken.
 *
 * @param taken these records, and where the next ones of their partitions are
 * @param left where each partition goes on of which not all was taken, so that the others are fetched again
 */
record PollCut(ConsumerRecords<byte[], byte[]> taken, Map<TopicPartition, OffsetAndMetadata> left) {

    /** Takes so many records in all. */
    static PollCut first(int count, ConsumerRecords<byte[], byte[]> polled) {
        if (count == polled.count()) {
            return new PollCut(polled, Map.of());
        }
        Map<TopicPartition, Integer> counts = new HashMap<>();
        int left = count;
        for (TopicPartition id : polled.partitions()) {
            counts.put(id, Math.min(left, polled.records(id).size()));
            left -= counts.get(id);
        }
        return first(counts, polled);
    }

    /** Takes so many records of each partition, none of one that has no number. */
    static PollCut first(Map<TopicPartition, Integer> counts, ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> taken = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> left = new HashMap<>();
        for (TopicPartition id : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(id);
            int count = counts.getOrDefault(id, 0);
            if (count > 0) {
                taken.put(id, records.subList(0, count));
            }
            if (count < records.size()) {
                left.put(id, count == 0 ? at(records.get(0), 0) : at(records.get(count - 1), 1));
            }
        }
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
        next.putAll(left);
        next.keySet().retainAll(taken.keySet());
        return new PollCut(new ConsumerRecords<>(taken, next), left);
    }

    /** The offset so far behind a record, with the epoch by which a lost tail is noticed there. */
    private static OffsetAndMetadata at(ConsumerRecord<?, ?> record, int behind) {
        return new OffsetAndMetadata(record.offset() + behind, record.leaderEpoch(), "");
    }
}
