package dev.messagecontact.intake;

import dev.messagecontact.directory.PartitionProgress;
import dev.messagecontact.ops.LaneMetrics;
import dev.messagecontact.settings.OffsetsGap;
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
import org.jspecify.annotations.Nullable;
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
    private final OffsetsGap onGap;
    private final LaneMetrics metrics;
    /** Ours by the callbacks: the consumer's own assignment changes in the background, a moment later than they say. */
    private final Set<TopicPartition> assigned = new HashSet<>();

    private final Map<TopicPartition, Place> places = new HashMap<>();
    private final Map<TopicPartition, Long> gaps = new HashMap<>();
    private UUID topicId = new UUID(0, 0);

    /**
     * No partition yet.
     *
     * @param topicIds asks the broker for the command topic's id, anew each time: the topic may have been recreated
     */
    Positions(
            Consumer<byte[], byte[]> consumer,
            Supplier<UUID> topicIds,
            DSLContext database,
            OffsetsGap onGap,
            LaneMetrics metrics) {
        this.consumer = consumer;
        this.topicIds = topicIds;
        this.database = database;
        this.onGap = onGap;
        this.metrics = metrics;
    }

    /** The id of the topic that the placed partitions belong to. */
    UUID topicId() {
        return topicId;
    }

    /** The partitions that commands are taken from now. */
    Set<TopicPartition> placed() {
        return places.keySet();
    }

    /**
     * Lets every unplaced partition go on where the group, or else the database, says; one that neither knows is read
     * from its beginning. One whose commands are gone stays stopped, unless set otherwise.
     */
    void place() {
        Set<TopicPartition> unplaced = new HashSet<>(assigned);
        unplaced.removeAll(places.keySet());
        unplaced.removeAll(gaps.keySet());
        if (unplaced.isEmpty()) {
            return;
        }
        topicId = topicIds.get();
        Map<Integer, Long> stored = metrics.ask(() -> PartitionProgress.of(database, topicId));
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(unplaced, LOOK_UP_LIMIT);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(unplaced, LOOK_UP_LIMIT);
        Map<TopicPartition, Long> ends = consumer.endOffsets(unplaced, LOOK_UP_LIMIT);
        for (TopicPartition partition : unplaced) {
            Long saved = stored.get(partition.partition());
            OffsetAndMetadata group = committed.get(partition);
            Range available = new Range(beginnings.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L));
            if (saved == null && group != null && isLostWith(group, available)) {
                stopForLostDatabase(partition, group, available);
            } else {
                place(partition, group, saved, available);
            }
        }
        noteNew(stored);
    }

    /**
     * Whether a database that knows nothing of the partition must have known it: from its first placing on, a partition has
     * a row. Going on would decide by what is left: names used twice, directories over their limit.
     */
    private boolean isLostWith(OffsetAndMetadata group, Range available) {
        return onGap == OffsetsGap.STOP
                && group.offset() > available.beginning
                && !metrics.ask(() -> PartitionProgress.knowsOtherThan(database, topicId));
    }

    private void stopForLostDatabase(TopicPartition partition, OffsetAndMetadata group, Range available) {
        long size = group.offset() - available.beginning;
        gaps.put(partition, size);
        metrics.stopped(partition, available.beginning, available.end, size);
        log.error(
                "{} is stopped: its commands up to {} are answered, and the database knows nothing of them. If it was lost,"
                        + " stop the workers and run `contacts rebuild`: see ops/runbooks/lost-database.md."
                        + " OFFSETS_GAP=continue goes on without them",
                partition,
                group.offset());
    }

    private void noteNew(Map<Integer, Long> stored) {
        Map<Integer, Long> added = new HashMap<>();
        places.forEach((partition, place) -> {
            if (!stored.containsKey(partition.partition())) {
                added.put(partition.partition(), place.published);
            }
        });
        raise(added);
    }

    private void place(
            TopicPartition partition, @Nullable OffsetAndMetadata group, @Nullable Long saved, Range available) {
        Progress progress = group != null
                ? Progress.of(group)
                : new Progress(saved != null ? saved : available.beginning, Set.of());
        if (!available.contains(progress.firstOpen())) {
            progress = acrossGap(partition, progress, available);
        }
        if (progress != null) {
            long next = progress.firstOpen();
            long savedOffset = saved == null ? 0 : saved;
            long published = Math.max(savedOffset, group == null ? 0 : next);
            places.put(partition, new Place(progress, progress.toCommit(), published, savedOffset));
            consumer.seek(partition, next);
            consumer.resume(Set.of(partition));
            metrics.placed(partition, next, available.end);
            log.info("{} goes on at offset {}; events are published up to {}", partition, next, published);
        }
    }

    private @Nullable Progress acrossGap(TopicPartition partition, Progress progress, Range available) {
        long next = progress.firstOpen();
        long size = Math.abs(available.beginning - next);
        if (onGap == OffsetsGap.CONTINUE) {
            log.warn(
                    "{}: the command at offset {} is not there; going on at {}, {} offsets away",
                    partition,
                    next,
                    available.beginning,
                    size);
            return new Progress(available.beginning, Set.of());
        }
        gaps.put(partition, size);
        metrics.stopped(partition, available.beginning, available.end, size);
        log.error(
                "{} is stopped: the next command is at offset {}, but the topic has only {} to {} ({} offsets away)."
                        + " Nothing is skipped until a person decides: see ops/runbooks/offset-gap.md,"
                        + " or set OFFSETS_GAP=continue to go on at {}",
                partition,
                next,
                available.beginning,
                available.end,
                size,
                available.beginning);
        return null;
    }

    /** Makes every partition unplaced: after a fault only the broker and the database know where we stand. */
    void displace() {
        places.clear();
        consumer.pause(assigned);
    }

    /** Stops or resumes intake, for lack of room. */
    void pause(boolean crowded) {
        if (crowded) {
            consumer.pause(places.keySet());
        } else {
            consumer.resume(places.keySet());
        }
    }

    /** Whether this record has no answer yet, or is to be answered again. */
    boolean isOpen(ConsumerRecord<byte[], byte[]> record) {
        Place place = places.get(partitionOf(record));
        return place != null && place.progress.isOpen(record.offset());
    }

    /** Whether this record's events are published already: a tool has moved the group back over it. */
    boolean isAnswered(ConsumerRecord<byte[], byte[]> record) {
        Place place = places.get(partitionOf(record));
        return place != null && record.offset() < place.published;
    }

    /**
     * What to commit for what was read since the last time, empty if nothing was. It goes by the consumer's own
     * positions: transaction markers and aborted records count as read, so lag comes down to zero.
     *
     * @param waiting what was read and is not answered
     */
    Map<TopicPartition, OffsetAndMetadata> read(Deferred waiting) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        places.forEach((partition, place) -> {
            long position = consumer.position(partition, LOOK_UP_LIMIT);
            OffsetAndMetadata read =
                    place.progress.after(position, waiting.offsets(partition)).toCommit();
            if (!read.equals(place.committed)) {
                offsets.put(partition, read);
            }
        });
        return offsets;
    }

    /** Notes that these offsets are committed, and the events of all records before them published. */
    void published(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, committed) -> {
            Place place = places.get(partition);
            if (place != null) {
                place.committed = committed;
                place.published = Math.max(place.published, committed.offset());
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
            raise(progress);
        }
    }

    private void raise(Map<Integer, Long> progress) {
        metrics.ask(() -> {
            PartitionProgress.raise(database, topicId, progress);
            return progress;
        });
        saved(progress);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        // Paused and with some position, so that poll neither fetches nor asks where to start before place() has said
        // so.
        consumer.pause(added);
        added.forEach(partition -> consumer.seek(partition, 0));
        assigned.addAll(added);
        metrics.assigned(added);
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
        forget(revoked);
    }

    /** Somebody else may own them by now, and knows better. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        log.warn("{} partitions were lost to another member of the group", lost.size());
        forget(lost);
    }

    private void forget(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        places.keySet().removeAll(partitions);
        gaps.keySet().removeAll(partitions);
        metrics.revoked(partitions);
    }

    private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /**
     * The offsets that a partition has commands for.
     *
     * @param end exclusive; the next command to come has it
     */
    private record Range(long beginning, long end) {
        boolean contains(long offset) {
            return offset >= beginning && offset <= end;
        }
    }

    /** A partition that commands are taken from. */
    private static final class Place {
        /** Where it stood when it was placed. */
        private final Progress progress;

        private OffsetAndMetadata committed;
        /** Every event of the commands before it is published. */
        private long published;
        /** What the database knows of {@link #published}. */
        private long saved;

        Place(Progress progress, OffsetAndMetadata committed, long published, long saved) {
            this.progress = progress;
            this.committed = committed;
            this.published = published;
            this.saved = saved;
        }
    }
}
