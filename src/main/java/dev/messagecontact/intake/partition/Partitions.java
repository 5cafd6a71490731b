package dev.messagecontact.intake.partition;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that a lane owns, and what is answered in each: it says which records a batch must answer, and what is to be
 * committed for them. It asks no server: who does sets the state of each partition by the answers. Only the
 * lane's thread may call it.
 */
public final class Partitions {

    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final Function<String, Origin> origins;
    private final Consumer<Map<CommandPartition, PartitionStatus>> listener;

    /** Ours by the callbacks: the consumer's own assignment changes in the background, a moment later than they say. */
    private final Map<TopicPartition, Partition> owned = new HashMap<>();

    /**
     * None yet.
     *
     * @param origins who writes to the topic of this name
     * @param listener hears how they stand
     */
    public Partitions(Function<String, Origin> origins, Consumer<Map<CommandPartition, PartitionStatus>> listener) {
        this.origins = origins;
        this.listener = listener;
    }

    /** These came to the lane; where they start is not known. */
    public void add(Collection<TopicPartition> added) {
        added.forEach(id -> owned.put(id, new Partition(id)));
        show();
    }

    /** These belong to another member now. */
    public void remove(Collection<TopicPartition> removed) {
        owned.keySet().removeAll(removed);
        show();
    }

    /** All belong to other members now. */
    public void clear() {
        owned.clear();
        show();
    }

    /** Null if it is not the lane's. */
    @Nullable
    public Partition get(TopicPartition id) {
        return owned.get(id);
    }

    public Collection<Partition> all() {
        return Collections.unmodifiableCollection(owned.values());
    }

    public boolean isEmpty() {
        return owned.isEmpty();
    }

    /** The partitions that commands are taken from now. */
    public Set<TopicPartition> read() {
        Set<TopicPartition> read = new HashSet<>();
        owned.values().stream().filter(Partition::isRead).forEach(partition -> read.add(partition.id()));
        return read;
    }

    /** Whether a partition is read whose suspect has no answer yet: the record that has stopped it, and may do so again. */
    public boolean haveSuspect() {
        return owned.values().stream().anyMatch(partition -> partition.suspect() != null);
    }

    /** The partition whose suspect may be among these; empty if there is none. */
    public Optional<TopicPartition> suspectAmong(ConsumerRecords<byte[], byte[]> polled) {
        return polled.partitions().stream()
                .filter(id -> owned.containsKey(id)
                        && Objects.requireNonNull(owned.get(id))
                                .isSuspectFrom(polled.records(id).get(0).offset()))
                .findFirst();
    }

    /** Whether the request is in the suspect of its partition. */
    public boolean isSuspect(Request request) {
        return suspectIn(request) != null;
    }

    /**
     * A suspect waits for its turn in a stopped partition, or it would be settled together with others that wait.
     *
     * @throws PartitionFaultException if it is among these
     */
    public void requireNoSuspect(List<Request> deferred) {
        for (Request request : deferred) {
            Stop stop = suspectIn(request);
            if (stop != null) {
                throw new PartitionFaultException(request.topicPartition(), stop.offset(), stop.reason(), null);
            }
        }
    }

    private @Nullable Stop suspectIn(Request request) {
        Partition partition = owned.get(request.topicPartition());
        Stop suspect = partition == null ? null : partition.suspect();
        return suspect != null && suspect.offset() == request.position().offset() ? suspect : null;
    }

    /** The partition of this record, or null if nothing is taken from it now. */
    private @Nullable Partition reading(ConsumerRecord<?, ?> record) {
        Partition partition = owned.get(new TopicPartition(record.topic(), record.partition()));
        return partition != null && partition.isRead() ? partition : null;
    }

    /** Whether this record has no answer yet, or is to be answered again. */
    public boolean isOpen(ConsumerRecord<byte[], byte[]> record) {
        Partition partition = reading(record);
        return partition != null && partition.isOpen(record.offset());
    }

    /** Where an open record stands in the history of its partition. */
    public Past past(ConsumerRecord<byte[], byte[]> record) {
        return Objects.requireNonNull(reading(record)).past(record.offset());
    }

    /**
     * What is answered with what was read since the last time, empty if nothing was.
     *
     * @param positions up to which partitions were read
     * @param waiting what of it was read and is not answered
     */
    public Map<TopicPartition, Answered> toCommit(Map<TopicPartition, Long> positions, List<Request> waiting) {
        Map<TopicPartition, Answered> answered = new HashMap<>();
        positions.forEach((id, position) -> {
            Answered read = Objects.requireNonNull(owned.get(id)).toCommit(position, offsets(waiting, id));
            if (read != null) {
                answered.put(id, read);
            }
        });
        return answered;
    }

    private static List<Long> offsets(List<Request> requests, TopicPartition partition) {
        return requests.stream()
                .filter(request -> request.topicPartition().equals(partition))
                .map(request -> request.position().offset())
                .toList();
    }

    /** These positions as if the requests were not read yet. */
    public static Map<TopicPartition, Long> before(List<Request> requests, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> before = new HashMap<>(positions);
        requests.forEach(request -> before.computeIfPresent(
                request.topicPartition(),
                (id, position) -> Math.min(position, request.position().offset())));
        return before;
    }

    /** The partitions are read up to these offsets. */
    public void readTo(Map<TopicPartition, OffsetAndMetadata> next) {
        next.forEach((id, offset) -> {
            Partition partition = owned.get(id);
            if (partition != null) {
                partition.reads(offset);
            }
        });
    }

    /** What to commit for these answers. */
    public Map<TopicPartition, OffsetAndMetadata> offsets(Map<TopicPartition, Answered> answered) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        answered.forEach((id, each) ->
                offsets.put(id, Objects.requireNonNull(owned.get(id)).offset(each)));
        return offsets;
    }

    /** What {@link #toCommit} has told is about to be committed: it is not told again. */
    public void publishes(Map<TopicPartition, Answered> answered) {
        answered.forEach((id, upTo) -> Objects.requireNonNull(owned.get(id)).publishes(upTo));
    }

    /** This is committed, and its events are published. */
    public void published(Map<TopicPartition, Answered> answered) {
        answered.forEach((id, committed) -> {
            Partition partition = owned.get(id);
            if (partition != null && partition.published(committed)) {
                log.info("{} is no longer stopped; it is answered up to offset {}", id, committed.firstOpen());
            }
        });
        show();
    }

    /** The brokers have answered how far these partitions go: up to these last stable offsets. */
    public void reach(Map<TopicPartition, Long> lastStable) {
        lastStable.forEach((id, end) -> {
            Partition partition = owned.get(id);
            if (partition != null) {
                partition.reaches(end);
            }
        });
        show();
    }

    /**
     * Every partition but those that are stopped because no broker answers for them: to ask about these would delay the
     * others.
     */
    public Set<TopicPartition> reachable() {
        return owned.values().stream()
                .filter(partition -> !partition.isUnreachable())
                .map(Partition::id)
                .collect(Collectors.toSet());
    }

    /** So many offsets of these partitions are held back by an open transaction. */
    public void heldBack(Map<TopicPartition, Long> offsets) {
        owned.forEach((id, partition) -> partition.heldBack(offsets.getOrDefault(id, 0L)));
        show();
    }

    /** Whether every partition is read to its end, as far as is known, or stopped: nothing waits for this lane. */
    public boolean isIdle() {
        return owned.values().stream().noneMatch(Partition::isBehind);
    }

    /** Tells the listener how the partitions stand. */
    public void show() {
        Map<CommandPartition, PartitionStatus> shown = new HashMap<>();
        owned.forEach((id, partition) -> shown.put(shown(id), partition.status()));
        listener.accept(shown);
    }

    /** The partition as people read it. */
    public CommandPartition shown(TopicPartition id) {
        return new CommandPartition(origins.apply(id.topic()), id.partition());
    }
}
