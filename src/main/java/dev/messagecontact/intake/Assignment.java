package dev.messagecontact.intake;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.PartitionStarts.Start;
import dev.messagecontact.intake.PartitionStatus.Stop;
import dev.messagecontact.progress.Answered;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that a lane owns: it hears of them as the group gives and takes them, finds out where each starts, and knows
 * what is to be committed for what was read. Only the lane's thread may call it.
 */
final class Assignment implements ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);

    private static final UUID NO_TOPIC = new UUID(0, 0);

    private final Supplier<Map<String, UUID>> topicIds;
    private final Function<String, Origin> origins;
    private final PartitionStarts starts;
    private final PublishingThread publishing;
    private final LaneListener listener;
    private final LongSupplier nanoTime;

    /** Ours by the callbacks: the consumer's own assignment changes in the background, a moment later than they say. */
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();

    private final PartitionReceipts receipts;
    private @Nullable Consumer<byte[], byte[]> current;
    private Map<String, UUID> topics = Map.of();

    /**
     * @param topicIds asks the broker for the ids of the topics by name, anew each time: one may have been recreated
     * @param origins who writes to the topic of this name
     * @param starts finds out where partitions start
     * @param publishing publishes the lane's batches
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    Assignment(
            Supplier<Map<String, UUID>> topicIds,
            Function<String, Origin> origins,
            DSLContext database,
            PartitionStarts starts,
            PublishingThread publishing,
            LaneListener listener,
            LongSupplier nanoTime) {
        this.topicIds = topicIds;
        this.origins = origins;
        this.receipts = new PartitionReceipts(partitions, database, listener);
        this.starts = starts;
        this.publishing = publishing;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** Goes on with a fresh consumer, which owns nothing yet. */
    void use(Consumer<byte[], byte[]> fresh) {
        current = fresh;
        partitions.clear();
        show();
    }

    /** The consumer is gone, and its partitions with it. */
    void leave() {
        current = null;
        partitions.clear();
        show();
    }

    /** The receipts of its partitions. */
    PartitionReceipts receipts() {
        return receipts;
    }

    private Consumer<byte[], byte[]> consumer() {
        return Objects.requireNonNull(current);
    }

    /** The id of the topic of this name that the partitions being read belong to. */
    UUID topicId(String topic) {
        return topics.getOrDefault(topic, NO_TOPIC);
    }

    boolean hasPartitions() {
        return !partitions.isEmpty();
    }

    /** The partitions that commands are taken from now. */
    Set<TopicPartition> partitionsRead() {
        Set<TopicPartition> read = new HashSet<>();
        partitions.values().stream().filter(Partition::isRead).forEach(partition -> read.add(partition.id()));
        return read;
    }

    /**
     * Finds the start of every partition that has none: where the group, or else the database, says; one that neither knows
     * is read from its beginning. One that cannot go on stays stopped; one whose topic was deleted is about to be taken away.
     */
    void resolve() {
        long now = nanoTime.getAsLong();
        Set<TopicPartition> unresolved = new HashSet<>();
        partitions.values().stream()
                .filter(partition -> partition.isUnresolved(now))
                .forEach(partition -> unresolved.add(partition.id()));
        if (unresolved.isEmpty()) {
            return;
        }
        note(topicIds.get());
        unresolved.removeIf(id -> !topics.containsKey(id.topic()));
        if (unresolved.isEmpty()) {
            return;
        }
        starts.find(unresolved, consumer(), topics).forEach((id, start) -> {
            Partition partition = Objects.requireNonNull(partitions.get(id));
            partition.reaches(start.end()); // stopped or not
            if (start.stop() == null) {
                resume(partition, start);
            } else {
                stop(partition, start.stop(), false);
            }
        });
        show();
    }

    /** A topic that was made anew has other commands at the same offsets. */
    private void note(Map<String, UUID> now) {
        Map<String, UUID> before = topics;
        topics = now;
        partitions.forEach((id, partition) -> {
            if (!topicId(id.topic()).equals(before.get(id.topic()))) {
                partition.forgetStart();
            }
        });
    }

    private void resume(Partition partition, Start start) {
        StartOffset offset = start.offset();
        long next = offset.progress().firstOpen();
        whileOurs(() -> {
            // With the epoch: or a tail that is lost before the first record is read would be lost in silence.
            consumer().seek(partition.id(), new OffsetAndMetadata(next, start.epoch(), ""));
            consumer().resume(Set.of(partition.id()));
            return null;
        });
        boolean isNews =
                partition.read(offset, start.epoch(), Objects.requireNonNull(start.receipt()), start.openAgain());
        if (offset.remark() != null) {
            log.warn("{} continues past a gap: {}", partition.id(), offset.remark());
        } else if (isNews) {
            log.info(
                    "{} resumes at offset {}; events are published up to {}", partition.id(), next, offset.published());
        }
    }

    /** Stops one partition alone: nothing can be taken from it at this offset, for this reason. */
    void stop(TopicPartition id, long offset, String reason) {
        Partition partition = partitions.get(id);
        if (partition != null) {
            stop(partition, new Stop(offset, 0, reason), true);
            show();
        }
    }

    private void stop(Partition partition, Stop stop, boolean isOfRecord) {
        pause(consumer(), partition.id());
        if (partition.stop(stop, isOfRecord, nanoTime.getAsLong())) {
            log.error("{} is stopped: {}", partition.id(), stop.reason());
        }
    }

    /** Makes every partition unresolved: after a fault only the broker and the database know where it stands. */
    void forgetStarts() {
        partitions.values().forEach(Partition::forgetStart);
        if (current != null) { // else there is no partition either
            Consumer<byte[], byte[]> consumer = current;
            partitions.keySet().forEach(id -> pause(consumer, id));
        }
        show();
    }

    private static void pause(Consumer<byte[], byte[]> consumer, TopicPartition id) {
        try {
            consumer.pause(Set.of(id));
        } catch (IllegalStateException takenAway) {
            log.debug("{} is not ours any more, as the next poll will say", id);
        }
    }

    /** Whether a partition that a record has stopped is tried again. */
    boolean isTrying() {
        return partitions.values().stream().anyMatch(Partition::isTried);
    }

    /**
     * What of the polled records goes into one batch: all, unless the one that has stopped a partition may be among them. Then
     * it is the first open one of that partition: in a batch with others it would fail them as well. The others are fetched
     * again.
     */
    ConsumerRecords<byte[], byte[]> triedAlone(ConsumerRecords<byte[], byte[]> polled) {
        return polled.partitions().stream()
                .filter(id -> isTried(id, polled.records(id).get(0)))
                .findFirst()
                .map(tried -> upToFirstOpen(tried, polled))
                .orElse(polled);
    }

    /** Whether the record that has stopped a partition may be among these, alone of its batch. */
    boolean hasTried(ConsumerRecords<byte[], byte[]> polled) {
        return polled.partitions().stream()
                .anyMatch(id -> isTried(id, polled.records(id).get(0)));
    }

    /** Whether this is the record that has stopped its partition. */
    boolean isTried(Request request) {
        return stopBy(request) != null;
    }

    /**
     * Such a record waits for its turn in a stopped partition, or it would be tried together with others that wait.
     *
     * @throws PartitionFaultException if it is among these
     */
    void requireNoneTried(List<Request> deferred) {
        for (Request request : deferred) {
            Stop stop = stopBy(request);
            if (stop != null) {
                throw new PartitionFaultException(Deferred.partitionOf(request), stop.offset(), stop.reason(), null);
            }
        }
    }

    private @Nullable Stop stopBy(Request request) {
        Partition partition = partitions.get(Deferred.partitionOf(request));
        return partition == null ? null : partition.triedAt(request.position().offset());
    }

    private boolean isTried(TopicPartition id, ConsumerRecord<byte[], byte[]> first) {
        Partition partition = partitions.get(id);
        return partition != null && partition.isTriedFrom(first.offset());
    }

    private ConsumerRecords<byte[], byte[]> upToFirstOpen(
            TopicPartition tried, ConsumerRecords<byte[], byte[]> polled) {
        List<ConsumerRecord<byte[], byte[]>> records = polled.records(tried);
        int taken = 1;
        while (taken < records.size() && !isOpen(records.get(taken - 1))) {
            taken++;
        }
        return only(Map.of(tried, taken), polled);
    }

    /** So many of the polled records, the first ones; the others are fetched again. */
    ConsumerRecords<byte[], byte[]> first(int count, ConsumerRecords<byte[], byte[]> polled) {
        if (count == polled.count()) {
            return polled;
        }
        Map<TopicPartition, Integer> taken = new HashMap<>();
        int left = count;
        for (TopicPartition id : polled.partitions()) {
            taken.put(id, Math.min(left, polled.records(id).size()));
            left -= taken.get(id);
        }
        return only(taken, polled);
    }

    /** So many of each partition; the consumer goes back to the others. */
    private ConsumerRecords<byte[], byte[]> only(
            Map<TopicPartition, Integer> taken, ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
        for (TopicPartition id : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> all = polled.records(id);
            int count = taken.getOrDefault(id, 0);
            if (count > 0) {
                records.put(id, all.subList(0, count));
            }
            if (count < all.size()) {
                next.put(id, count == 0 ? at(all.get(0), 0) : at(all.get(count - 1), 1));
                whileOurs(() -> {
                    consumer().seek(id, next.get(id));
                    return null;
                });
            }
        }
        next.keySet().retainAll(records.keySet());
        return new ConsumerRecords<>(records, next);
    }

    /** The offset so far behind a record, with the epoch by which a lost tail is noticed there. */
    private static OffsetAndMetadata at(ConsumerRecord<?, ?> record, int behind) {
        return new OffsetAndMetadata(record.offset() + behind, record.leaderEpoch(), "");
    }

    /** The partition of this record, or null if nothing is taken from it now. */
    private @Nullable Partition reading(ConsumerRecord<?, ?> record) {
        Partition partition = partitions.get(new TopicPartition(record.topic(), record.partition()));
        return partition != null && partition.isRead() ? partition : null;
    }

    /** Whether this record has no answer yet, or is to be answered again. */
    boolean isOpen(ConsumerRecord<byte[], byte[]> record) {
        Partition partition = reading(record);
        return partition != null && partition.isOpen(record.offset());
    }

    /** Where an open record stands in the history of its partition. */
    Past past(ConsumerRecord<byte[], byte[]> record) {
        return Objects.requireNonNull(reading(record)).past(record.offset());
    }

    /**
     * The next offset of every partition that is read, by the consumer's own positions: transaction markers and aborted
     * records count as read, so lag comes down to zero.
     *
     * @throws KafkaException if the client has to ask the broker for one, and gets no answer
     */
    Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        partitionsRead()
                .forEach(id -> positions.put(id, whileOurs(() -> consumer().position(id, LOOK_UP_LIMIT))));
        return positions;
    }

    /** These positions as if the requests were not read yet. */
    static Map<TopicPartition, Long> before(List<Request> requests, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> before = new HashMap<>(positions);
        requests.forEach(request -> before.computeIfPresent(
                Deferred.partitionOf(request),
                (id, position) -> Math.min(position, request.position().offset())));
        return before;
    }

    /**
     * What is answered with what was read since the last time, empty if nothing was.
     *
     * @param positions up to which partitions were read
     * @param waiting by partition, the offsets that were read and are not answered
     */
    Map<TopicPartition, Answered> toCommit(
            Map<TopicPartition, Long> positions, Function<TopicPartition, List<Long>> waiting) {
        Map<TopicPartition, Answered> answered = new HashMap<>();
        positions.forEach((id, position) -> {
            Answered read = Objects.requireNonNull(partitions.get(id)).toCommit(position, waiting.apply(id));
            if (read != null) {
                answered.put(id, read);
            }
        });
        return answered;
    }

    /**
     * The client drops partitions in the background, when it loses its place in the group, and says so in the next poll; until
     * then its methods fail with an exception that is none of Kafka's.
     */
    static <T extends @Nullable Object> T whileOurs(Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalStateException e) {
            throw new RebalanceInProgressException("a partition was taken away: " + e.getMessage(), e);
        }
    }

    /** The partitions are read up to these offsets. */
    void read(Map<TopicPartition, OffsetAndMetadata> next) {
        next.forEach((id, offset) -> {
            Partition partition = partitions.get(id);
            if (partition != null) {
                partition.reads(offset);
            }
        });
    }

    /** What to commit for these answers. */
    Map<TopicPartition, OffsetAndMetadata> offsets(Map<TopicPartition, Answered> answered) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        answered.forEach((id, each) ->
                offsets.put(id, Objects.requireNonNull(partitions.get(id)).offset(each)));
        return offsets;
    }

    /** What {@link #toCommit} has told is about to be committed: it is not told again. */
    void publishes(Map<TopicPartition, Answered> answered) {
        answered.forEach(
                (id, upTo) -> Objects.requireNonNull(partitions.get(id)).publishes(upTo));
    }

    /** This is committed, and its events are published. */
    void published(Map<TopicPartition, Answered> answered) {
        answered.forEach((id, committed) -> {
            Partition partition = partitions.get(id);
            if (partition != null && partition.published(committed)) {
                log.info("{} is no longer stopped; it is answered up to offset {}", id, committed.firstOpen());
            }
        });
        show();
    }

    /** The broker has told how far these partitions go: up to these last stable offsets. */
    void reach(Map<TopicPartition, Long> lastStable) {
        lastStable.forEach((id, end) -> {
            Partition partition = partitions.get(id);
            if (partition != null) {
                partition.reaches(end);
            }
        });
        show();
    }

    /**
     * Every partition but those that are stopped because no broker tells how far they go: to ask about them would hold the
     * others up.
     */
    Set<TopicPartition> reachable() {
        return partitions.values().stream()
                .filter(partition -> !partition.isUnreachable())
                .map(Partition::id)
                .collect(Collectors.toSet());
    }

    /**
     * Looks whether brokers lead the partitions that are read. One without a leader is found by the search for the starts, and
     * stopped alone; if none has one, the brokers are away, and a batch or a look will fail of that.
     *
     * @throws LeaderNotAvailableException if a partition has none, and others have
     */
    void requireLeaders() {
        Set<TopicPartition> read = partitionsRead();
        Set<TopicPartition> without = OffsetRanges.withoutLeader(read, consumer());
        if (!without.isEmpty() && without.size() < read.size()) {
            throw new LeaderNotAvailableException(
                    "no broker leads " + CommandTopics.first(without.stream()).orElseThrow());
        }
    }

    /** So many offsets of these partitions are held back by an open transaction. */
    void heldBack(Map<TopicPartition, Long> offsets) {
        partitions.forEach((id, partition) -> partition.heldBack(offsets.getOrDefault(id, 0L)));
        show();
    }

    /** Whether every partition is read to its end, as far as is known, or stopped: nothing waits for this lane. */
    boolean isIdle() {
        return partitions.values().stream().noneMatch(Partition::isBehind);
    }

    private void show() {
        Map<CommandPartition, PartitionStatus> shown = new HashMap<>();
        partitions.forEach((id, partition) -> shown.put(shown(id), partition.status()));
        listener.partitions(shown);
    }

    /** The partition as people read it. */
    CommandPartition shown(TopicPartition id) {
        return new CommandPartition(origins.apply(id.topic()), id.partition());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        // Paused and with some position, so that poll neither fetches nor asks where to start before resolve() has said
        // so.
        consumer().pause(added);
        added.forEach(id -> consumer().seek(id, 0));
        added.forEach(id -> partitions.put(id, new Partition(id)));
        show();
    }

    /** Called from a poll: the batch before may still be being published. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        published(publishing.await());
        try {
            receipts.save();
        } catch (DataAccessException e) {
            // The next owner raises the stored offset to the committed one, which says the same.
            log.warn(
                    "could not save the progress of revoked partitions; their next owner takes it from the group: the database does not answer");
        }
        forget(revoked);
    }

    /** Somebody else may own them by now, and knows better. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        log.warn("{} partitions were lost to another member of the group", lost.size());
        publishing.await(); // or they might come back before it is over
        forget(lost);
    }

    private void forget(Collection<TopicPartition> revoked) {
        partitions.keySet().removeAll(revoked);
        show();
    }
}
