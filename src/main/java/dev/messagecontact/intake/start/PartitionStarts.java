package dev.messagecontact.intake.start;

import dev.messagecontact.intake.start.StartFacts.Stored;
import dev.messagecontact.kafka.AvailableOffsets;
import dev.messagecontact.kafka.LostTail;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.Ownership;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.registration.BatchListener;
import dev.messagecontact.settings.OffsetsGap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the group, the database and the brokers where partitions start. Only the lane's thread may call it.
 *
 * <ol>
 *   <li>Ask all three, in an order that holds while other lanes go on ({@link StartFacts}).
 *   <li>Work out where each partition starts, or why it stops ({@link StartOffset}).
 *   <li>Note the starts in the database and in the group ({@link StartNotes}).
 * </ol>
 */
public final class PartitionStarts {

    /** A killed worker leaves a transaction behind, and its partitions may come to us before the broker ends it. */
    private static final String UNDER_WAY =
            "a transaction that has its offset is not over; if its worker was killed, it is when that one starts again, or after WORKER_TRANSACTION_TIMEOUT: see ops/runbooks/hanging-transaction.md";

    /**
     * A directory's commands may be on more than one partition, by wrong keys or none, and its confirmations are on another
     * topic. So a database that has lost answers of one partition decides nothing for any other.
     */
    private static final String LOST_ELSEWHERE =
            "the database has lost answers of %s, and may have lost what commands of this partition are about: see ops/runbooks/lost-database.md";

    private static final String NO_LEADER =
            "no broker leads it now, or the one that does does not answer; it is tried again: see ops/runbooks/unreadable-record.md";

    private final CommittedByGroup group;
    private final Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails;
    private final DSLContext database;
    private final OffsetsGap onGap;
    private final BatchListener listener;
    private final StartNotes notes;
    private @Nullable String knownServer;

    /** @param lostTails finds what {@link LostTail} finds, of partitions that are not the lane's */
    public PartitionStarts(
            CommittedByGroup group,
            Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails,
            DSLContext database,
            OffsetsGap onGap,
            BatchListener listener) {
        this.group = group;
        this.lostTails = lostTails;
        this.database = database;
        this.onGap = onGap;
        this.listener = listener;
        this.notes = new StartNotes(database, listener);
    }

    /**
     * The starts of these partitions. Those that are read are noted as begun when it returns.
     *
     * @param topicIds of all topics that commands are taken from, by name
     */
    public Map<TopicPartition, Start> find(
            Set<TopicPartition> partitions, Consumer<byte[], byte[]> consumer, Map<String, UUID> topicIds) {
        // The server first and the receipts last: other lanes go on meanwhile, and PostgreSQL commits before Kafka.
        String server = listener.askFor(() -> Receipts.server(database));
        Map<TopicPartition, OffsetAndMetadata> committedByAll = committedByAll(server, topicIds.keySet());
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed = group.stable(partitions);
        Stored stored = listener.askFor(() -> Stored.in(database, server, topicIds));
        knownServer = server;
        Map<TopicPartition, Offsets> available = available(
                partitions, committed, consumer, readTo -> Ownership.whileOurs(() -> LostTail.find(consumer, readTo)));
        StartFacts facts = new StartFacts(committed, stored, available);
        TopicPartition lost = lost(committedByAll, facts, consumer);

        Map<TopicPartition, Start> starts = new HashMap<>();
        Map<TopicPartition, StartOffset> read = new HashMap<>();
        partitions.forEach(id -> {
            StartOffset offset = facts.start(id, onGap);
            Stop stop = stop(id, offset, facts, lost);
            if (stop == null) {
                read.put(id, offset);
            } else {
                Offsets range = available.get(id);
                starts.put(id, new Start.Stopped(stop, range == null ? null : range.end()));
            }
        });
        if (!read.isEmpty()) { // stopped partitions are asked about again and again
            starts.putAll(notes.begin(read, facts, topicIds, consumer));
        }
        return starts;
    }

    /**
     * Other lanes may be publishing what the server before this one has settled, and this one may have lost. They look at the
     * server once their transaction has its offsets. So one that has none yet when we ask will not be committed, and one that has
     * some is waited for.
     */
    private Map<TopicPartition, OffsetAndMetadata> committedByAll(String server, Set<String> topics) {
        if (onGap == OffsetsGap.CONTINUE) {
            return Map.of(); // lost answers stop no partition
        }
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(group.committed(!server.equals(knownServer)));
        committed
                .entrySet()
                .removeIf(each -> each.getValue() == null
                        || !topics.contains(each.getKey().topic()));
        return committed;
    }

    /** Records in the place of lost ones don't count: the group has not read them, whatever it has committed. */
    private static Map<TopicPartition, Offsets> available(
            Set<TopicPartition> partitions,
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed,
            Consumer<?, ?> consumer,
            Function<Map<TopicPartition, OffsetAndMetadata>, Map<TopicPartition, Long>> lostTails) {
        Map<TopicPartition, Offsets> available = AvailableOffsets.of(partitions, consumer);
        Map<TopicPartition, OffsetAndMetadata> readable = CommittedOffset.readTo(committed);
        readable.keySet().retainAll(available.keySet());
        lostTails
                .apply(readable)
                .forEach((id, first) -> available.computeIfPresent(id, (same, offsets) -> offsets.endingAt(first)));
        return available;
    }

    /**
     * The first partition of which the database has lost answers; null if there is none. What the topic has lost too, the
     * database may have forgotten: an operator's move across it begins there.
     */
    private @Nullable TopicPartition lost(
            Map<TopicPartition, OffsetAndMetadata> committedByAll, StartFacts facts, Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> suspected = new HashMap<>(committedByAll);
        suspected.entrySet().removeIf(each -> !facts.isLost(each.getKey(), each.getValue(), null, onGap));
        if (suspected.isEmpty()) {
            return null;
        }
        Set<TopicPartition> others = new HashSet<>(suspected.keySet());
        others.removeAll(facts.available().keySet());
        Map<TopicPartition, Offsets> available = new HashMap<>(facts.available());
        available.putAll(available(others, suspected, consumer, lostTails));
        suspected
                .entrySet()
                .removeIf(each -> !facts.isLost(each.getKey(), each.getValue(), available.get(each.getKey()), onGap));
        return CommandTopics.first(suspected.keySet().stream()).orElse(null);
    }

    /** Why nothing may be taken from a partition; null if commands may. */
    private static @Nullable Stop stop(
            TopicPartition id, StartOffset start, StartFacts facts, @Nullable TopicPartition lost) {
        long next = start.progress().firstOpen();
        if (!facts.committed().containsKey(id)) {
            return new Stop(next, 0, UNDER_WAY);
        }
        if (start.stop() != null) {
            return start.stop();
        }
        if (lost != null) {
            return new Stop(next, 0, LOST_ELSEWHERE.formatted(lost));
        }
        return facts.available().containsKey(id) ? null : new Stop(next, 0, NO_LEADER);
    }
}
