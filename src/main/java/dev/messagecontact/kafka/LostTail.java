package dev.messagecontact.kafka;

import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds partitions that have lost their last records and got others in their place, as after an unclean election: the leader
 * epoch of the last record that was read ends before that record there (KIP-320).
 */
public final class LostTail {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private LostTail() {}

    /**
     * Asks with a consumer of its own, which is in no group.
     *
     * @param readTo how far a group has read, with the epoch of the last record
     */
    public static Map<TopicPartition, Long> find(KafkaSettings kafka, Map<TopicPartition, OffsetAndMetadata> readTo) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = withEpoch(readTo);
        if (withEpoch.isEmpty()) {
            return Map.of();
        }
        PollBudget unused = PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), 1);
        try (Consumer<byte[], byte[]> consumer = new OperatorClients(kafka).reader(unused)) {
            consumer.assign(withEpoch.keySet());
            // It compares epochs only with those of leaders that it knows.
            consumer.seekToBeginning(withEpoch.keySet());
            withEpoch.keySet().forEach(id -> consumer.position(id, LIMIT));
            return find(consumer, withEpoch);
        }
    }

    /**
     * The first offsets that have, or will have, another record than was there when the group read them; only of partitions that
     * have such offsets. Nothing is known where no epoch was committed: tools commit none.
     *
     * @param consumer has these partitions, and has heard from their leaders; their positions, and those of paused ones, are to
     *     be sought anew afterwards
     * @param readTo how far the group has read, with the epoch of the last record
     * @throws LogTruncationException if the consumer has found the same of a partition that it reads
     * @throws org.apache.kafka.common.errors.TimeoutException if the leader of a partition does not answer
     */
    public static Map<TopicPartition, Long> find(
            Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> readTo) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = withEpoch(readTo);
        withEpoch.forEach(consumer::seek);
        Map<TopicPartition, Long> first = new HashMap<>();
        for (TopicPartition id : withEpoch.keySet()) {
            if (!first.containsKey(id)) {
                validate(consumer, id, withEpoch.keySet(), first);
            }
        }
        return first;
    }

    /** The client tells of all partitions that it has found so by then. */
    private static void validate(
            Consumer<?, ?> consumer, TopicPartition id, Set<TopicPartition> asked, Map<TopicPartition, Long> first) {
        while (true) {
            try {
                consumer.position(id, LIMIT);
                return;
            } catch (LogTruncationException e) {
                Set<TopicPartition> beingRead = new HashSet<>(e.partitions());
                beingRead.removeAll(asked);
                beingRead.removeAll(consumer.paused());
                if (!beingRead.isEmpty()) {
                    throw e; // these must keep their positions
                }
                e.divergentOffsets().forEach((each, divergent) -> first.put(each, divergent.offset()));
                // Else the client would ask about these again and again, and say nothing of the others.
                e.partitions().forEach(each -> consumer.seek(each, 0));
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> withEpoch(Map<TopicPartition, OffsetAndMetadata> readTo) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = new HashMap<>(readTo);
        withEpoch.values().removeIf(each -> each.leaderEpoch().isEmpty());
        return withEpoch;
    }
}
