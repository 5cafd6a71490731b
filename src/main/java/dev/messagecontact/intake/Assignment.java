package dev.messagecontact.intake;

import dev.messagecontact.intake.partition.Partition;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.CommandTopics;
import dev.messagecontact.intake.start.PartitionStarts;
import dev.messagecontact.intake.start.Start;
import dev.messagecontact.intake.start.StartOffset;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.kafka.AvailableOffsets;
import dev.messagecontact.kafka.Ownership;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the group gives to a lane and takes from it: it hears the rebalances, finds out where each partition starts, and moves the
 * consumer there. {@link Partitions} knows what is answered in them. Only the lane's thread may call it.
 */
public final class Assignment implements ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);

    private static final UUID NO_TOPIC = new UUID(0, 0);

    private final Partitions partitions;
    private final PartitionReceipts receipts;
    private final Supplier<Map<String, UUID>> topicIds;
    private final PartitionStarts starts;
    private final PublishingThread publishing;
    private final LongSupplier nanoTime;
    private @Nullable Consumer<byte[], byte[]> current;
    private Map<String, UUID> topics = Map.of();

    /**
     * @param partitions the lane's
     * @param receipts of these partitions
     * @param topicIds asks the broker for the ids of the topics by name, anew each time: one may have been recreated
     * @param starts finds out where partitions start
     * @param publishing publishes the lane's batches
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    Assignment(
            Partitions partitions,
            PartitionReceipts receipts,
            Supplier<Map<String, UUID>> topicIds,
            PartitionStarts starts,
            PublishingThread publishing,
            LongSupplier nanoTime) {
        this.partitions = partitions;
        this.receipts = receipts;
        this.topicIds = topicIds;
        this.starts = starts;
        this.publishing = publishing;
        this.nanoTime = nanoTime;
    }

    /** Goes on with a fresh consumer, which owns nothing yet. */
    void use(Consumer<byte[], byte[]> fresh) {
        current = fresh;
        partitions.clear();
    }

    /** The consumer is gone, and its partitions with it. */
    void leave() {
        current = null;
        partitions.clear();
    }

    /** What the lane knows of them. */
    Partitions partitions() {
        return partitions;
    }

    /** Their receipts. */
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

    /**
     * Finds the start of every partition that has none: where the group, or else the database, says; one that neither knows
     * is read from its beginning. One that cannot go on stays stopped; one whose topic was deleted is about to be taken away.
     */
    void resolve() {
        long now = nanoTime.getAsLong();
        Set<TopicPartition> unresolved = new HashSet<>();
        partitions.all().stream()
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
            if (start instanceof Start.Reading reading) {
                resume(partition, reading);
            } else if (start instanceof Start.Stopped stopped) {
                partition.reaches(stopped.end());
                stop(partition, stopped.why(), false);
            }
        });
        partitions.show();
    }

    /** A topic that was made anew has other commands at the same offsets. */
    private void note(Map<String, UUID> now) {
        Map<String, UUID> before = topics;
        topics = now;
        partitions.all().forEach(partition -> {
            String topic = partition.id().topic();
            if (!topicId(topic).equals(before.get(topic))) {
                partition.forgetStart();
            }
        });
    }

    private void resume(Partition partition, Start.Reading start) {
        partition.reaches(start.end());
        StartOffset offset = start.offset();
        long next = offset.progress().firstOpen();
        Ownership.whileOurs(() -> {
            // With the epoch: or a tail that is lost before the first record is read would be lost in silence.
            consumer().seek(partition.id(), new OffsetAndMetadata(next, start.epoch(), ""));
            consumer().resume(Set.of(partition.id()));
        });
        boolean isNews = partition.read(offset, start.epoch(), start.receipt(), start.reopened());
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
            partitions.show();
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
        partitions.all().forEach(Partition::forgetStart);
        if (current != null) { // else there is no partition either
            Consumer<byte[], byte[]> consumer = current;
            partitions.all().forEach(partition -> pause(consumer, partition.id()));
        }
        partitions.show();
    }

    private static void pause(Consumer<byte[], byte[]> consumer, TopicPartition id) {
        try {
            consumer.pause(Set.of(id));
        } catch (IllegalStateException takenAway) {
            log.debug("{} is not ours any more, as the next poll will say", id);
        }
    }

    /**
     * What of the polled records goes into one batch: all, unless the suspect of a partition may be among them. Then it is the
     * first open record of that partition: in a batch with others the suspect would fail them as well. The others are fetched
     * again.
     */
    ConsumerRecords<byte[], byte[]> suspectAlone(ConsumerRecords<byte[], byte[]> polled) {
        return partitions
                .suspectAmong(polled)
                .map(id -> take(PollCut.first(Map.of(id, upToFirstOpen(polled.records(id))), polled)))
                .orElse(polled);
    }

    private int upToFirstOpen(List<ConsumerRecord<byte[], byte[]>> records) {
        int taken = 1;
        while (taken < records.size() && !partitions.isOpen(records.get(taken - 1))) {
            taken++;
        }
        return taken;
    }

    /** Goes back to what is left of a poll, and gives what is taken of it. */
    ConsumerRecords<byte[], byte[]> take(PollCut cut) {
        cut.left().forEach((id, offset) -> Ownership.whileOurs(() -> consumer().seek(id, offset)));
        return cut.taken();
    }

    /**
     * The next offset of every partition that is read, by the consumer's own positions: transaction markers and aborted
     * records count as read, so lag comes down to zero.
     *
     * @throws KafkaException if the client has to ask the broker for one, and gets no answer
     */
    Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        partitions
                .read()
                .forEach(id ->
                        positions.put(id, Ownership.whileOurs(() -> consumer().position(id, LOOK_UP_LIMIT))));
        return positions;
    }

    /**
     * Looks whether brokers lead the partitions that are read. One without a leader is found by the search for the starts, and
     * stopped alone; if none has one, the brokers are away, and a batch or a look will fail of that.
     *
     * @throws LeaderNotAvailableException if a partition has none, and others have
     */
    void requireLeaders() {
        Set<TopicPartition> read = partitions.read();
        Set<TopicPartition> without = AvailableOffsets.withoutLeader(read, consumer());
        if (!without.isEmpty() && without.size() < read.size()) {
            throw new LeaderNotAvailableException(
                    "no broker leads " + CommandTopics.first(without.stream()).orElseThrow());
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        // Paused and with some position, so that poll neither fetches nor asks where to start before resolve() has said
        // so.
        consumer().pause(added);
        added.forEach(id -> consumer().seek(id, 0));
        partitions.add(added);
    }

    /** Called from a poll: the batch before may still be being published. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        partitions.published(publishing.await());
        try {
            receipts.save();
        } catch (DataAccessException e) {
            // The next owner raises the stored offset to the committed one, which says the same.
            log.warn(
                    "could not save the progress of revoked partitions; their next owner takes it from the group: the database does not answer");
        }
        partitions.remove(revoked);
    }

    /** Another member may own them by now, and has newer knowledge of them. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        log.warn("{} partitions were lost to another member of the group", lost.size());
        publishing.await(); // or they might come back before it is over
        partitions.remove(lost);
    }
}
