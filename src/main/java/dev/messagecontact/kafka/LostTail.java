package dev.messagecontact.kafka;

import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds partitions that have lost their last records and got others in their place, as after an unclean election: the leader
 * epoch that was committed with an offset ends before that offset there (KIP-320).
 */
public final class LostTail {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private LostTail() {}

    /**
     * Asks with a consumer of its own, which is in no group.
     *
     * @param committed by a group
     */
    public static Map<TopicPartition, Long> find(
            KafkaSettings kafka, Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = withEpoch(committed);
        if (withEpoch.isEmpty()) {
            return Map.of();
        }
        PollBudget unused = PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), 1);
        try (Consumer<byte[], byte[]> consumer = new CommandClients(kafka).reader(unused)) {
            consumer.assign(withEpoch.keySet());
            // It compares epochs only with those of leaders that it knows.
            consumer.seekToBeginning(withEpoch.keySet());
            withEpoch.keySet().forEach(id -> consumer.position(id, LIMIT));
            return find(consumer, withEpoch);
        }
    }

    /**
     * The first offsets that have, or will have, another record than was there when the group committed an offset behind them;
     * only of partitions that have such offsets. Nothing is known where no epoch was committed: tools commit none.
     *
     * @param consumer has these partitions, and has heard from their leaders; their positions are to be sought anew afterwards
     * @throws org.apache.kafka.common.errors.TimeoutException if the leader of a partition does not answer
     */
    public static Map<TopicPartition, Long> find(
            Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = withEpoch(committed);
        withEpoch.forEach(consumer::seek);
        Map<TopicPartition, Long> first = new HashMap<>();
        for (TopicPartition id : withEpoch.keySet()) {
            if (!first.containsKey(id)) {
                validate(consumer, id, first);
            }
        }
        return first;
    }

    /** The client tells of all partitions that it has found so by then. */
    private static void validate(Consumer<?, ?> consumer, TopicPartition id, Map<TopicPartition, Long> first) {
        while (true) {
            try {
                consumer.position(id, LIMIT);
                return;
            } catch (LogTruncationException e) {
                e.divergentOffsets().forEach((each, divergent) -> first.put(each, divergent.offset()));
                // Else the client would ask about these again and again, and say nothing of the others.
                e.partitions().forEach(each -> consumer.seek(each, 0));
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> withEpoch(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> withEpoch = new HashMap<>(committed);
        withEpoch.values().removeIf(each -> each == null || each.leaderEpoch().isEmpty());
        return withEpoch;
    }
}
