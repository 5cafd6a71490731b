package dev.messagecontact.intake.start;

import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.LastingAdmin;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks the broker what the whole group has committed of the topics with commands. Any thread may call it. */
public final class BrokerGroupOffsets implements CommittedByGroup {

    /** A transaction with offsets is over within milliseconds, unless its lane has died. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration BREAK = Duration.ofMillis(5);

    private final LastingAdmin admin;
    private final String group;
    private final CommandTopics topics;
    private final LongSupplier nanoTime;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    public BrokerGroupOffsets(LastingAdmin admin, String group, CommandTopics topics, LongSupplier nanoTime) {
        this.admin = admin;
        this.group = group;
        this.topics = topics;
        this.nanoTime = nanoTime;
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(boolean withUnderWay) {
        return withUnderWay
                ? stable()
                : KafkaFutures.join(admin.ask(
                        client -> client.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    }

    private Map<TopicPartition, OffsetAndMetadata> stable() {
        Set<TopicPartition> all = KafkaFutures.join(topics.askForPartitions());
        Map<TopicPartition, @Nullable OffsetAndMetadata> stable = stable(all);
        CommandTopics.first(all.stream().filter(id -> !stable.containsKey(id))).ifPresent(open -> {
            throw new TimeoutException("the transaction of %s is not over".formatted(open));
        });
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        stable.forEach((id, offset) -> {
            if (offset != null) { // else nothing is committed
                committed.put(id, offset);
            }
        });
        return committed;
    }

    @Override
    public Map<TopicPartition, @Nullable OffsetAndMetadata> stable(Set<TopicPartition> partitions) {
        long end = nanoTime.getAsLong() + PATIENCE.toNanos();
        Set<TopicPartition> open = new HashSet<>(partitions);
        Map<TopicPartition, @Nullable OffsetAndMetadata> stable = new HashMap<>();
        while (true) {
            stable.putAll(now(open));
            open.removeAll(stable.keySet());
            if (open.isEmpty() || nanoTime.getAsLong() - end > 0) {
                return stable;
            }
            LockSupport.parkNanos(BREAK.toNanos());
        }
    }

    /** Without those that a transaction under way has offsets of: the client leaves them out (KIP-447). */
    private Map<TopicPartition, @Nullable OffsetAndMetadata> now(Set<TopicPartition> partitions) {
        return KafkaFutures.join(admin.ask(client -> client.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
                        new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata(group)));
    }
}
