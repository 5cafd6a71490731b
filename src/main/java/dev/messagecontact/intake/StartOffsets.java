package dev.messagecontact.intake;

import dev.messagecontact.directory.Receipt;
import dev.messagecontact.directory.Receipts;
import dev.messagecontact.registration.Stage;
import dev.messagecontact.settings.OffsetsGap;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Asks the group, the database and the broker where partitions start. Only the lane's thread may call it. */
final class StartOffsets {

    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);
    private static final StartOffset.Range ANYWHERE = new StartOffset.Range(0, Long.MAX_VALUE);

    private final Supplier<Map<TopicPartition, OffsetAndMetadata>> committedByGroup;
    private final DSLContext database;
    private final OffsetsGap onGap;
    private final LaneListener listener;

    /**
     * Nothing is asked yet.
     *
     * @param committedByGroup asks the broker for the offsets of the whole group, without waiting for open transactions
     */
    StartOffsets(
            Supplier<Map<TopicPartition, OffsetAndMetadata>> committedByGroup,
            DSLContext database,
            OffsetsGap onGap,
            LaneListener listener) {
        this.committedByGroup = committedByGroup;
        this.database = database;
        this.onGap = onGap;
        this.listener = listener;
    }

    /**
     * What was found.
     *
     * @param starts of the partitions that were asked for
     * @param ends where their topics end
     * @param receipts the last ones of all partitions that have one
     * @param lost one whose answers the database has lost, whoever owns it; null if there is none
     */
    record Found(
            Map<TopicPartition, StartOffset> starts,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, Receipt> receipts,
            @Nullable TopicPartition lost) {}

    /**
     * Asks about these partitions.
     *
     * @param topicIds of all topics that commands are taken from, by name
     */
    Found of(Set<TopicPartition> partitions, Consumer<byte[], byte[]> consumer, Map<String, UUID> topicIds) {
        // The receipts last: other lanes go on meanwhile, and PostgreSQL commits before Kafka.
        Map<TopicPartition, OffsetAndMetadata> group = onGap == OffsetsGap.STOP ? committedByGroup.get() : Map.of();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, LOOK_UP_LIMIT);
        Map<TopicPartition, Receipt> receipts = new HashMap<>();
        Map<TopicPartition, Long> withoutReceipt = new HashMap<>();
        listener.begins(Stage.ASK);
        topicIds.forEach((topic, id) -> {
            Receipts.last(database, id)
                    .forEach((number, receipt) -> receipts.put(new TopicPartition(topic, number), receipt));
            Receipts.publishedWithoutReceipt(database, id)
                    .forEach((number, offset) -> withoutReceipt.put(new TopicPartition(topic, number), offset));
        });
        listener.ends(Stage.ASK);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, LOOK_UP_LIMIT);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LOOK_UP_LIMIT);
        Map<TopicPartition, StartOffset> starts = new HashMap<>();
        for (TopicPartition id : partitions) {
            StartOffset.Range available =
                    new StartOffset.Range(beginnings.getOrDefault(id, 0L), ends.getOrDefault(id, 0L));
            starts.put(
                    id, StartOffset.of(committed.get(id), receipts.get(id), withoutReceipt.get(id), available, onGap));
        }
        return new Found(starts, ends, receipts, lost(group, topicIds.keySet(), receipts, withoutReceipt));
    }

    /** What a worker has committed and the database has no receipt for, the database has lost; a tool may move a group anywhere. */
    private @Nullable TopicPartition lost(
            Map<TopicPartition, OffsetAndMetadata> group,
            Set<String> topics,
            Map<TopicPartition, Receipt> receipts,
            Map<TopicPartition, Long> withoutReceipt) {
        return group.keySet().stream()
                .filter(id -> topics.contains(id.topic()))
                .filter(id -> {
                    OffsetAndMetadata committed = group.get(id);
                    return committed != null
                            && CommittedOffset.isWorkers(committed)
                            && StartOffset.of(committed, receipts.get(id), withoutReceipt.get(id), ANYWHERE, onGap)
                                    .isBehind();
                })
                .min(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
                .orElse(null);
    }
}
