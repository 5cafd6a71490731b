package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.registration.Request;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records are settled after the others of their topic. They may be as many as the commands, so they are read a second
 * time, and one bit is kept of each. Not thread-safe.
 */
final class Later {

    private final Map<TopicPartition, Records> parts = new HashMap<>();

    /**
     * Some records of one partition.
     *
     * @param first the lowest offset
     * @param distances of each from the first
     */
    private record Records(long first, BitSet distances) {

        boolean has(long offset) {
            return offset >= first && distances.get(Math.toIntExact(offset - first));
        }

        Offsets part() {
            return Offsets.of(first, first + distances.length());
        }
    }

    /** Adds a record; those of a partition come in their order. */
    void add(ConsumerRecord<?, ?> record) {
        Records records =
                parts.computeIfAbsent(partitionOf(record), none -> new Records(record.offset(), new BitSet()));
        records.distances.set(Math.toIntExact(record.offset() - records.first));
    }

    /** Adds the records of these requests; those of a partition come in their order. */
    void addAll(Collection<Request> requests) {
        requests.forEach(request -> add(request.envelope().record()));
    }

    boolean has(ConsumerRecord<?, ?> record) {
        Records records = parts.get(partitionOf(record));
        return records != null && records.has(record.offset());
    }

    /** How many there are. */
    long size() {
        return parts.values().stream()
                .mapToLong(records -> records.distances.cardinality())
                .sum();
    }

    /** Those of one topic. */
    Later of(String topic) {
        Later ofTopic = new Later();
        parts.forEach((partition, records) -> {
            if (partition.topic().equals(topic)) {
                ofTopic.parts.put(partition, records);
            }
        });
        return ofTopic;
    }

    /** The offset of the first one; without any, behind all that there can be. */
    long firstOf(TopicPartition partition) {
        Records records = parts.get(partition);
        return records == null ? Long.MAX_VALUE : records.first;
    }

    /** What to read of a topic for them; others may stand between them. */
    Map<TopicPartition, Offsets> partsOf(String topic) {
        Map<TopicPartition, Offsets> ofTopic = new HashMap<>();
        of(topic).parts.forEach((partition, records) -> ofTopic.put(partition, records.part()));
        return ofTopic;
    }

    static TopicPartition partitionOf(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
