package dev.messagecontact.intake;

import dev.messagecontact.directory.PartitionProgress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a lane stands in each of its partitions. A partition that was just assigned, or met a fault, is <i>unplaced</i>:
 * paused until {@link #place} has found out where to go on. Only the lane's thread may call it.
 */
final class Positions implements ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Positions.class);
    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final Supplier<UUID> topicIds;
    private final DSLContext database;
    private final Map<TopicPartition, Place> places = new HashMap<>();
    private UUID topicId = new UUID(0, 0);

    /** @param topicIds asks the broker for the command topic's id, anew each time: the topic may have been recreated */
    Positions(Consumer<byte[], byte[]> consumer, Supplier<UUID> topicIds, DSLContext database) {
        this.consumer = consumer;
        this.topicIds = topicIds;
        this.database = database;
    }

    /** The id of the topic that the placed partitions belong to. */
    UUID topicId() {
        return topicId;
    }

    /**
     * Lets every unplaced partition go on where the group, or else the database, says; one that neither knows is read
     * from its beginning.
     */
    void place() {
        Set<TopicPartition> unplaced = new HashSet<>(consumer.assignment());
        unplaced.removeAll(places.keySet());
        if (unplaced.isEmpty()) {
            return;
        }
        topicId = topicIds.get();
        Map<Integer, Long> stored = PartitionProgress.of(database, topicId);
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(unplaced, LOOK_UP_LIMIT);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(unplaced, LOOK_UP_LIMIT);
        for (TopicPartition partition : unplaced) {
            long saved = stored.getOrDefault(partition.partition(), 0L);
            OffsetAndMetadata group = committed.get(partition);
            long next = group != null ? group.offset() : Math.max(saved, beginnings.getOrDefault(partition, 0L));
            consumer.seek(partition, next);
            places.put(partition, new Place(next, Math.max(saved, group == null ? 0 : next), saved));
            log.info("{} goes on at offset {}; its events are published up to {}", partition, next, saved);
        }
        consumer.resume(unplaced);
    }

    /** Makes every partition unplaced: after a fault only the broker and the database know where we stand. */
    void displace() {
        places.clear();
        consumer.pause(consumer.assignment());
    }

    /** Whether this record's events are published already: a tool has moved the group back over it. */
    boolean isAnswered(ConsumerRecord<byte[], byte[]> record) {
        Place place = places.get(new TopicPartition(record.topic(), record.partition()));
        return place != null && record.offset() < place.published;
    }

    /**
     * The offsets to commit for what was read since the last time, empty if nothing was. They are the consumer's own
     * positions: transaction markers and aborted records count as read, so lag comes down to zero.
     */
    Map<TopicPartition, OffsetAndMetadata> read() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        places.forEach((partition, place) -> {
            long position = consumer.position(partition, LOOK_UP_LIMIT);
            if (position != place.committed) {
                offsets.put(partition, new OffsetAndMetadata(position));
            }
        });
        return offsets;
    }

    /** Notes that these offsets are committed, and the events of all records before them published. */
    void published(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            Place place = places.get(partition);
            if (place != null) {
                place.committed = offset.offset();
                place.published = Math.max(place.published, offset.offset());
            }
        });
    }

    /** By partition, up to where events are published, where the database does not know it yet. */
    Map<Integer, Long> unsaved() {
        Map<Integer, Long> unsaved = new HashMap<>();
        places.forEach((partition, place) -> {
            if (place.published > place.saved) {
                unsaved.put(partition.partition(), place.published);
            }
        });
        return unsaved;
    }

    /** Notes that the database has what {@link #unsaved} returned. */
    void saved(Map<Integer, Long> progress) {
        places.forEach((partition, place) ->
                place.saved = Math.max(place.saved, progress.getOrDefault(partition.partition(), 0L)));
    }

    /** Writes down what the database does not know yet. */
    void save() {
        Map<Integer, Long> progress = unsaved();
        if (!progress.isEmpty()) {
            PartitionProgress.raise(database, topicId, progress);
            saved(progress);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        // Paused and with some position, so that poll neither fetches nor asks where to start before place() has said
        // so.
        consumer.pause(assigned);
        assigned.forEach(partition -> consumer.seek(partition, 0));
    }

    /** No batch is under way here: its last word was spoken before the poll that this is called from. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        try {
            save();
        } catch (DataAccessException e) {
            // The next owner raises the stored progress to the committed offsets, which say the same.
            log.warn("the progress of revoked partitions was not saved: the database does not answer");
        }
        places.keySet().removeAll(revoked);
    }

    /** Somebody else may own them by now, and knows better. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        log.warn("{} partitions were lost to another member of the group", lost.size());
        places.keySet().removeAll(lost);
    }

    /** Three offsets of one partition, each the first that is not yet so. */
    private static final class Place {
        private long committed;
        private long published;
        private long saved;

        Place(long committed, long published, long saved) {
            this.committed = committed;
            this.published = published;
            this.saved = saved;
        }
    }
}
