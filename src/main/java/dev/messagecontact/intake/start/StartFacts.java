package dev.messagecontact.intake.start;

import dev.messagecontact.intake.start.StartOffset.Finding;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.settings.OffsetsGap;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What group, database and topics say of partitions when a lane looks for their starts.
 *
 * @param committed by the group, null where nothing is; without the partitions that an open transaction has offsets of
 * @param stored in the database, of all partitions
 * @param available what stands in each partition; without those that no broker answers for
 */
record StartFacts(
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed,
        Stored stored,
        Map<TopicPartition, Offsets> available) {

    /** Where no broker answers for a partition, nothing counts as missing. */
    private static final Offsets ANYWHERE = Offsets.of(0, Long.MAX_VALUE);

    /**
     * What the database says.
     *
     * @param server that says so
     * @param receipts the last ones
     * @param withoutReceipt how far a release that kept no receipts has published
     */
    record Stored(String server, Map<TopicPartition, Receipt> receipts, Map<TopicPartition, Long> withoutReceipt) {

        /**
         * Asks the database.
         *
         * @throws dev.messagecontact.fault.ReceiptMismatchException if it is not on this server
         */
        static Stored in(DSLContext database, String server, Map<String, UUID> topicIds) {
            Stored stored = new Stored(
                    server,
                    byPartition(topicIds, id -> Receipts.last(database, id)),
                    byPartition(topicIds, id -> Receipts.publishedWithoutReceipt(database, id)));
            Receipts.requireServer(database, server);
            return stored;
        }
    }

    /** What is known of each topic's partitions by their numbers, in one map. */
    static <V> Map<TopicPartition, V> byPartition(Map<String, UUID> topicIds, Function<UUID, Map<Integer, V>> known) {
        Map<TopicPartition, V> all = new HashMap<>();
        topicIds.forEach((topic, id) ->
                known.apply(id).forEach((number, each) -> all.put(new TopicPartition(topic, number), each)));
        return all;
    }

    /** Where the lane would start in this partition. */
    StartOffset start(TopicPartition id, OffsetsGap onGap) {
        return start(id, committed.get(id), available.get(id), onGap);
    }

    /**
     * Whether the database has lost answers that a worker has committed; a tool may move a group anywhere.
     *
     * @param next what the group has committed
     * @param inTopic what stands in the partition; null if that is not known
     */
    boolean isLost(TopicPartition id, OffsetAndMetadata next, @Nullable Offsets inTopic, OffsetsGap onGap) {
        return CommittedOffset.isWorkers(next)
                && start(id, next, inTopic, onGap).finding() == Finding.DATABASE_BEHIND;
    }

    private StartOffset start(
            TopicPartition id, @Nullable OffsetAndMetadata next, @Nullable Offsets inTopic, OffsetsGap onGap) {
        return StartOffset.of(
                next,
                stored.receipts.get(id),
                stored.withoutReceipt.get(id),
                inTopic == null ? ANYWHERE : inTopic,
                onGap);
    }
}
