package dev.messagecontact.intake;

import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.RequestReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the requests of a batch: those that waited, and those of the polled records that have no answer yet. Only the lane's
 * thread may call it.
 */
final class BatchReader {

    private final Supplier<CompletableFuture<Map<String, UUID>>> topicIds;
    private final BiFunction<String, UUID, RequestReader> readers;
    private final Map<String, RequestReader> readersInUse = new HashMap<>();
    private final Assignment assignment;
    private final Partitions partitions;
    private final Deferred deferred;
    private final LaneListener listener;

    /**
     * @param topicIds asks the broker for the ids that the topics with commands have now, by name
     * @param readers makes the reader of the topic of this name and id
     */
    BatchReader(
            Supplier<CompletableFuture<Map<String, UUID>>> topicIds,
            BiFunction<String, UUID, RequestReader> readers,
            Assignment assignment,
            Deferred deferred,
            LaneListener listener) {
        this.topicIds = topicIds;
        this.readers = readers;
        this.assignment = assignment;
        this.partitions = assignment.partitions();
        this.deferred = deferred;
        this.listener = listener;
    }

    /**
     * The requests of a batch with these records.
     *
     * @throws TopicRecreatedException if a topic is not the one any more that its partitions belong to
     * @throws KafkaException if the broker does not say which topic it is
     */
    List<Request> read(List<ConsumerRecords<byte[], byte[]>> polled) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> open = new LinkedHashMap<>();
        polled.forEach(records -> records.forEach(record -> {
            if (partitions.isOpen(record)) {
                open.computeIfAbsent(record.topic(), topic -> new ArrayList<>()).add(record);
            }
        }));
        if (open.isEmpty()) {
            return deferred.requests();
        }
        if (polled.stream().anyMatch(records -> partitions.suspectAmong(records).isPresent())) {
            deferred.leaveOut();
        }
        CompletableFuture<Map<String, UUID>> topicsNow = topicIds.get(); // answered while we decode
        List<Request> requests = new ArrayList<>(deferred.requests());
        open.forEach((topic, records) -> reader(topic)
                .read(records, partitions::past, listener)
                .forEach(request -> requests.add(deferred.inTime(request))));
        Map<String, UUID> now = KafkaFutures.join(topicsNow);
        open.keySet().forEach(topic -> requireSame(topic, now.get(topic)));
        listener.received(requests);
        return requests;
    }

    private RequestReader reader(String topic) {
        UUID id = assignment.topicId(topic);
        RequestReader ready = readersInUse.get(topic);
        if (ready == null || !ready.topicId().equals(id)) {
            ready = readers.apply(topic, id);
            readersInUse.put(topic, ready);
        }
        return ready;
    }

    /** Records do not say which topic they were fetched from: it was ours, if ours is still there after the fetch. */
    private void requireSame(String topic, @Nullable UUID now) {
        if (!assignment.topicId(topic).equals(now)) {
            throw new TopicRecreatedException(topic);
        }
    }
}
