package dev.messagecontact.intake.start;

import dev.messagecontact.directory.LostRecords;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.Ownership;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.registration.BatchListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/** Notes in the database and in the group where partitions start. Only the lane's thread may call it. */
final class StartNotes {

    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);

    private final DSLContext database;
    private final BatchListener listener;

    StartNotes(DSLContext database, BatchListener listener) {
        this.database = database;
        this.listener = listener;
    }

    /**
     * Notes these starts; PostgreSQL first, as everywhere: what the group has as answered and the topic has lost, the database
     * need not have.
     *
     * @param starts at least one
     */
    Map<TopicPartition, Start> begin(
            Map<TopicPartition, StartOffset> starts,
            StartFacts facts,
            Map<String, UUID> topicIds,
            Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Receipt> receipts = noteInDatabase(starts, facts, topicIds);
        noteInGroup(starts, facts, consumer);
        Map<TopicPartition, List<Skip>> reopened = listener.askFor(() -> reopened(starts, topicIds));
        Map<TopicPartition, Start> reading = new HashMap<>();
        starts.forEach((id, offset) -> {
            Offsets available = Objects.requireNonNull(facts.available().get(id));
            reading.put(
                    id,
                    new Start.Reading(
                            offset,
                            Optional.ofNullable(facts.committed().get(id)).flatMap(OffsetAndMetadata::leaderEpoch),
                            available.end(),
                            Objects.requireNonNull(receipts.get(id)),
                            Objects.requireNonNull(reopened.get(id))));
        });
        return reading;
    }

    /**
     * From its first reading on, a partition has a receipt: a database without one has lost it. It gets another where a worker
     * of a release without receipts has settled more since the last one.
     *
     * @return the last receipt of each partition
     */
    private Map<TopicPartition, Receipt> noteInDatabase(
            Map<TopicPartition, StartOffset> starts, StartFacts facts, Map<String, UUID> topicIds) {
        Map<TopicPartition, Receipt> receipts = new HashMap<>(facts.stored().receipts());
        List<Receipt> fresh = new ArrayList<>();
        starts.forEach((id, start) -> {
            Receipt last = start.isPastLostTail() ? null : receipts.get(id);
            if (last == null || !last.settled().equals(start.settled())) {
                Receipt receipt = last == null
                        ? Receipt.first(topicId(id, topicIds), id.partition(), start.settled(), start.published())
                                .toldBy(facts.stored().server())
                        : last.next(start.settled(), start.published());
                receipts.put(id, receipt);
                if (!start.isPastLostTail()) { // there it takes the place of all others
                    fresh.add(receipt);
                }
            }
        });
        listener.ask(() -> database.transaction(tx -> {
            Receipts.begin(tx.dsl(), fresh);
            starts.forEach(
                    (id, start) -> noteSkipped(tx.dsl(), topicId(id, topicIds), id.partition(), start.skipped()));
        }));
        starts.forEach((id, start) -> {
            if (start.isPastLostTail()) { // each alone: one that fails must not undo what others have waited for
                Receipt last = Objects.requireNonNull(receipts.get(id));
                listener.ask(() -> database.transaction(tx -> LostRecords.forget(tx.dsl(), last)));
            }
        });
        return receipts;
    }

    private static UUID topicId(TopicPartition id, Map<String, UUID> topicIds) {
        return Objects.requireNonNull(topicIds.get(id.topic()));
    }

    /** `audit` and `explain` read from it why these commands have no answer. */
    private static void noteSkipped(DSLContext tx, UUID topicId, int partition, List<Span> skipped) {
        for (Span span : skipped) {
            String reason = "OFFSETS_GAP=continue";
            SkippedOffsets.add(
                    tx,
                    new Skip(topicId, partition, span.from(), span.to(), reason, "the worker", Instant.now(), null));
        }
    }

    /**
     * Commits starts to the group that would otherwise be committed with the first command only. Until then it would be ahead of
     * the database where a tail is lost; and a partition of which nothing is committed, though it has had commands, looks like
     * one that no worker reads.
     */
    private static void noteInGroup(
            Map<TopicPartition, StartOffset> starts, StartFacts facts, Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        starts.forEach((id, start) -> {
            boolean isUnknown =
                    facts.committed().get(id) == null && start.progress().upTo() > 0;
            if (isUnknown || start.isPastLostTail()) {
                moved.put(id, CommittedOffset.of(start.progress()));
            }
        });
        if (!moved.isEmpty()) {
            Ownership.whileOurs(() -> consumer.commitSync(moved, LOOK_UP_LIMIT));
        }
    }

    /** A group that was moved back over skipped commands answers them after all: they are not published, whatever is. */
    private Map<TopicPartition, List<Skip>> reopened(
            Map<TopicPartition, StartOffset> starts, Map<String, UUID> topicIds) {
        Map<TopicPartition, List<Skip>> skips = StartFacts.byPartition(topicIds, id -> SkippedOffsets.of(database, id));
        Map<TopicPartition, List<Skip>> reopened = new HashMap<>();
        starts.forEach((id, start) -> {
            long next = start.progress().firstOpen();
            reopened.put(id, SkippedOffsets.open(database, skips.getOrDefault(id, List.of()), next));
        });
        return reopened;
    }
}
