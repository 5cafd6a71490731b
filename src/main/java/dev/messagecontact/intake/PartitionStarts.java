package dev.messagecontact.intake;

import dev.messagecontact.directory.LostRecords;
import dev.messagecontact.intake.PartitionStatus.Stop;
import dev.messagecontact.intake.StartOffset.Finding;
import dev.messagecontact.kafka.LostTail;
import dev.messagecontact.progress.Answered.Span;
import dev.messagecontact.progress.Receipt;
import dev.messagecontact.progress.Receipts;
import dev.messagecontact.progress.Skip;
import dev.messagecontact.progress.SkippedOffsets;
import dev.messagecontact.settings.OffsetsGap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where partitions start, of the group, the database and the broker, and writes down in the database that they do.
 * Only the lane's thread may call it.
 */
final class PartitionStarts {

    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);
    private static final StartOffset.Range ANYWHERE = new StartOffset.Range(0, Long.MAX_VALUE);

    private final CommittedByGroup group;
    private final Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails;
    private final DSLContext database;
    private final OffsetsGap onGap;
    private final LaneListener listener;
    private @Nullable String knownServer;

    /** @param lostTails finds what {@link LostTail} finds, of partitions that are not the lane's */
    PartitionStarts(
            CommittedByGroup group,
            Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails,
            DSLContext database,
            OffsetsGap onGap,
            LaneListener listener) {
        this.group = group;
        this.lostTails = lostTails;
        this.database = database;
        this.onGap = onGap;
        this.listener = listener;
    }

    /**
     * How one partition goes on.
     *
     * @param epoch the leader's that has written what the group has read last; empty if nobody knows
     * @param end of the partition; null if no broker tells
     * @param stop why nothing may be taken from it; null if commands may
     * @param receipt the database's last one; null where it is stopped
     * @param openAgain commands that were skipped once and are answered after all
     */
    record Start(
            StartOffset offset,
            Optional<Integer> epoch,
            @Nullable Long end,
            @Nullable Stop stop,
            @Nullable Receipt receipt,
            List<Skip> openAgain) {}

    /**
     * Asks about these partitions; of those that are not stopped, the database knows afterwards that they go on.
     *
     * @param topicIds of all topics that commands are taken from, by name
     */
    Map<TopicPartition, Start> find(
            Set<TopicPartition> partitions, Consumer<byte[], byte[]> consumer, Map<String, UUID> topicIds) {
        // The server first and the receipts last: other lanes go on meanwhile, and PostgreSQL commits before Kafka.
        String server = listener.askFor(() -> Receipts.server(database));
        Map<TopicPartition, OffsetAndMetadata> group =
                new HashMap<>(onGap == OffsetsGap.STOP ? committedByGroup(server) : Map.of());
        group.keySet().removeIf(id -> !topicIds.containsKey(id.topic()));
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed = this.group.stable(partitions);
        Stored stored = listener.askFor(() -> stored(server, topicIds));
        knownServer = server;
        Map<TopicPartition, StartOffset.Range> available = available(
                partitions, committed, consumer, readTo -> Assignment.whileOurs(() -> LostTail.find(consumer, readTo)));
        TopicPartition lost = lost(group, stored, available, consumer);
        Map<TopicPartition, StartOffset> going = new HashMap<>();
        Map<TopicPartition, Start> starts = new HashMap<>();
        partitions.forEach(id -> {
            StartOffset.Range range = available.get(id);
            StartOffset offset = stored.start(id, committed.get(id), range == null ? ANYWHERE : range, onGap);
            Stop stop = committed.containsKey(id) ? stop(offset, lost, range) : underWay(offset);
            if (stop == null) {
                going.put(id, offset);
            } else {
                starts.put(
                        id,
                        new Start(offset, Optional.empty(), range == null ? null : range.end(), stop, null, List.of()));
            }
        });
        if (going.isEmpty()) { // stopped partitions are asked about again and again
            return starts;
        }
        begin(going, stored, topicIds);
        tellGroup(going, committed, consumer);
        Map<TopicPartition, List<Skip>> openAgain = listener.askFor(() -> openAgain(going, topicIds));
        going.forEach((id, offset) -> starts.put(
                id,
                new Start(
                        offset,
                        Optional.ofNullable(committed.get(id)).flatMap(OffsetAndMetadata::leaderEpoch),
                        Objects.requireNonNull(available.get(id)).end(),
                        null,
                        stored.receipts.get(id),
                        Objects.requireNonNull(openAgain.get(id)))));
        return starts;
    }

    /** Records in the place of lost ones don't count: the group has not read them, whatever it has committed. */
    private static Map<TopicPartition, StartOffset.Range> available(
            Set<TopicPartition> partitions,
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed,
            Consumer<?, ?> consumer,
            Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails) {
        Map<TopicPartition, StartOffset.Range> available = OffsetRanges.of(partitions, consumer);
        Map<TopicPartition, OffsetAndMetadata> readable = CommittedOffset.readTo(committed);
        readable.keySet().retainAll(available.keySet());
        lostTails
                .apply(readable)
                .forEach((id, first) -> available.computeIfPresent(id, (same, range) -> range.endingAt(first)));
        return available;
    }

    /**
     * Other lanes may be publishing what the server before this one has settled, and this one may have lost. They look at the
     * server once their transaction has its offsets ({@link PublishingThread}). So one that has none yet when we ask will not be
     * committed, and one that has some is waited for.
     */
    private Map<TopicPartition, OffsetAndMetadata> committedByGroup(String server) {
        return group.committed(!server.equals(knownServer));
    }

    private Stored stored(String server, Map<String, UUID> topicIds) {
        Stored stored = new Stored(server, new HashMap<>(), new HashMap<>());
        topicIds.forEach((topic, id) -> {
            Receipts.last(database, id)
                    .forEach((number, receipt) -> stored.receipts.put(new TopicPartition(topic, number), receipt));
            Receipts.publishedWithoutReceipt(database, id)
                    .forEach((number, offset) -> stored.withoutReceipt.put(new TopicPartition(topic, number), offset));
        });
        Receipts.requireServer(database, server);
        return stored;
    }

    /**
     * What the database knows of partitions.
     *
     * @param server of the database
     * @param receipts the last ones
     * @param withoutReceipt how far a release that kept no receipts has published
     */
    private record Stored(
            String server, Map<TopicPartition, Receipt> receipts, Map<TopicPartition, Long> withoutReceipt) {

        StartOffset start(
                TopicPartition id,
                @Nullable OffsetAndMetadata committed,
                StartOffset.Range available,
                OffsetsGap onGap) {
            return StartOffset.of(committed, receipts.get(id), withoutReceipt.get(id), available, onGap);
        }
    }

    /**
     * What a worker has committed and the database has no receipt for, the database has lost; a tool may move a group
     * anywhere. What the topic has lost too, the database may have forgotten: an operator's move across it begins there.
     */
    private @Nullable TopicPartition lost(
            Map<TopicPartition, OffsetAndMetadata> group,
            Stored stored,
            Map<TopicPartition, StartOffset.Range> known,
            Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> suspected = new HashMap<>(group);
        suspected.entrySet().removeIf(each -> !isLost(each.getKey(), each.getValue(), stored, ANYWHERE));
        if (suspected.isEmpty()) {
            return null;
        }
        Set<TopicPartition> others = new HashSet<>(suspected.keySet());
        others.removeAll(known.keySet());
        Map<TopicPartition, StartOffset.Range> available = new HashMap<>(known);
        available.putAll(available(others, suspected, consumer, lostTails));
        return CommandTopics.first(suspected.keySet().stream()
                        .filter(id -> isLost(
                                id,
                                Objects.requireNonNull(suspected.get(id)),
                                stored,
                                available.getOrDefault(id, ANYWHERE))))
                .orElse(null);
    }

    private boolean isLost(
            TopicPartition id, @Nullable OffsetAndMetadata committed, Stored stored, StartOffset.Range available) {
        return committed != null
                && CommittedOffset.isWorkers(committed)
                && stored.start(id, committed, available, onGap).finding() == Finding.DATABASE_BEHIND;
    }

    private static @Nullable Stop stop(
            StartOffset offset, @Nullable TopicPartition lost, StartOffset.@Nullable Range available) {
        if (offset.stop() != null) {
            return offset.stop();
        }
        Stop held = heldBy(lost, offset);
        return held == null && available == null
                ? new Stop(
                        offset.progress().firstOpen(),
                        0,
                        "no broker leads it now, or the one that does does not answer; it is tried again: see ops/runbooks/unreadable-record.md")
                : held;
    }

    /** A killed worker leaves a transaction behind, and its partitions may come to us before the broker ends it. */
    private static Stop underWay(StartOffset offset) {
        return new Stop(
                offset.progress().firstOpen(),
                0,
                "a transaction that has its offset is not over; if its worker was killed, it is when that one starts again, or after WORKER_TRANSACTION_TIMEOUT: see ops/runbooks/hanging-transaction.md");
    }

    /**
     * A directory's commands may be on more than one partition, by wrong keys or none, and its confirmations are on another
     * topic. So nothing is decided by a database that has lost answers, of whatever partition.
     */
    private static @Nullable Stop heldBy(@Nullable TopicPartition lost, StartOffset offset) {
        return lost == null
                ? null
                : new Stop(
                        offset.progress().firstOpen(),
                        0,
                        "the database has lost answers of %s, and may have lost what commands of this partition are about: see ops/runbooks/lost-database.md"
                                .formatted(lost));
    }

    /**
     * From its first reading on, a partition has a receipt: a database without one has lost it. It gets another where a worker
     * of a release without receipts has settled more since the last one.
     */
    private void begin(Map<TopicPartition, StartOffset> going, Stored stored, Map<String, UUID> topicIds) {
        List<Receipt> fresh = new ArrayList<>();
        going.forEach((id, start) -> {
            Receipt last = start.isPastLostTail() ? null : stored.receipts.get(id);
            if (last == null || !last.settled().equals(start.settled())) {
                UUID topicId = Objects.requireNonNull(topicIds.get(id.topic()));
                Receipt receipt = last == null
                        ? Receipt.first(topicId, id.partition(), start.settled(), start.published())
                                .toldBy(stored.server)
                        : last.next(start.settled(), start.published());
                stored.receipts.put(id, receipt);
                if (!start.isPastLostTail()) { // there it takes the place of all others
                    fresh.add(receipt);
                }
            }
        });
        listener.ask(() -> database.transaction(tx -> {
            Receipts.begin(tx.dsl(), fresh);
            going.forEach((id, start) -> noteSkipped(
                    tx.dsl(), Objects.requireNonNull(topicIds.get(id.topic())), id.partition(), start.skipped()));
        }));
        going.forEach((id, start) -> {
            if (start.isPastLostTail()) { // one that fails must not take back what others have waited for
                Receipt last = Objects.requireNonNull(stored.receipts.get(id));
                listener.ask(() -> database.transaction(tx -> LostRecords.forget(tx.dsl(), last)));
            }
        });
    }

    /**
     * Tells the group of starts that it would hear of with the first command only. Until then it would be ahead of the database
     * where a tail is lost; and one that has committed nothing, though there were commands, looks like one that nobody reads
     * ({@link GroupProbe}). PostgreSQL first, as ever: what the group has as answered and the topic has lost, the database need
     * not have.
     */
    private static void tellGroup(
            Map<TopicPartition, StartOffset> going,
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed,
            Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        going.forEach((id, start) -> {
            boolean isUnknown = committed.get(id) == null && start.progress().upTo() > 0;
            if (isUnknown || start.isPastLostTail()) {
                moved.put(id, CommittedOffset.of(start.progress()));
            }
        });
        if (!moved.isEmpty()) {
            Assignment.whileOurs(() -> {
                consumer.commitSync(moved, LOOK_UP_LIMIT);
                return null;
            });
        }
    }

    /** So that an audit, and who asks for one of these commands, learns why it has no answer. */
    private static void noteSkipped(DSLContext tx, UUID topicId, int partition, List<Span> skipped) {
        for (Span span : skipped) {
            String reason = "OFFSETS_GAP=continue";
            SkippedOffsets.add(
                    tx,
                    new Skip(topicId, partition, span.from(), span.to(), reason, "the worker", Instant.now(), null));
        }
    }

    /** A group that was moved back over skipped commands answers them after all: they are not published, whatever is. */
    private Map<TopicPartition, List<Skip>> openAgain(
            Map<TopicPartition, StartOffset> going, Map<String, UUID> topicIds) {
        Map<TopicPartition, List<Skip>> skips = new HashMap<>();
        Map<TopicPartition, List<Skip>> openAgain = new HashMap<>();
        topicIds.forEach((topic, id) -> SkippedOffsets.of(database, id)
                .forEach((number, each) -> skips.put(new TopicPartition(topic, number), each)));
        going.forEach((id, start) -> {
            long next = start.progress().firstOpen();
            openAgain.put(id, SkippedOffsets.open(database, skips.getOrDefault(id, List.of()), next));
        });
        return openAgain;
    }
}
