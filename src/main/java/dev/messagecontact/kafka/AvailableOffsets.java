package dev.messagecontact.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Asks the brokers that lead partitions how far these go. The client answers for all partitions of a question or for none, so
 * one whose leader is away must not be in a question with others.
 */
public final class AvailableOffsets {

    private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(10);

    /** Other partitions are read meanwhile, or wait for the answer. */
    private static final Duration SHORT_LIMIT = Duration.ofSeconds(2);

    private static final int NO_LEADER = Node.noNode().id();
    private static final int UNKNOWN = NO_LEADER - 1;

    private AvailableOffsets() {}

    /**
     * What stands in these partitions, without those that have no leader, or one that does not answer.
     *
     * @throws TimeoutException if these are all partitions that the consumer has, and no leader answers
     */
    public static Map<TopicPartition, Offsets> of(Set<TopicPartition> partitions, Consumer<?, ?> consumer) {
        boolean areAll = partitions.containsAll(consumer.assignment());
        Set<TopicPartition> led = new HashSet<>(partitions);
        led.removeAll(withoutLeader(partitions, consumer));
        if (led.isEmpty() && areAll) { // an outage, or its end: a leader may be there at any moment
            return ask(partitions, consumer, LOOK_UP_LIMIT);
        }
        try {
            return ask(led, consumer, areAll ? LOOK_UP_LIMIT : SHORT_LIMIT);
        } catch (TimeoutException e) {
            Map<TopicPartition, Offsets> known = new HashMap<>();
            byLeader(led, consumer).values().forEach(each -> known.putAll(answered(each, consumer)));
            if (known.isEmpty() && areAll) {
                throw e;
            }
            return known;
        }
    }

    /** Those of the partitions that no broker leads now, as far as the consumer knows. */
    public static Set<TopicPartition> withoutLeader(Set<TopicPartition> partitions, Consumer<?, ?> consumer) {
        return byLeader(partitions, consumer).getOrDefault(NO_LEADER, Set.of());
    }

    private static Map<Integer, Set<TopicPartition>> byLeader(Set<TopicPartition> partitions, Consumer<?, ?> consumer) {
        Map<TopicPartition, Integer> leaders = new HashMap<>();
        partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .flatMap(topic -> consumer.partitionsFor(topic, SHORT_LIMIT).stream())
                .forEach(each -> leaders.put(new TopicPartition(each.topic(), each.partition()), leader(each)));
        return partitions.stream()
                .collect(Collectors.groupingBy(id -> leaders.getOrDefault(id, UNKNOWN), Collectors.toSet()));
    }

    private static int leader(PartitionInfo partition) {
        return partition.leader() == null ? NO_LEADER : partition.leader().id();
    }

    /** Nothing if there is no answer. */
    private static Map<TopicPartition, Offsets> answered(Set<TopicPartition> partitions, Consumer<?, ?> consumer) {
        try {
            return ask(partitions, consumer, SHORT_LIMIT);
        } catch (TimeoutException e) {
            return Map.of();
        }
    }

    private static Map<TopicPartition, Offsets> ask(
            Collection<TopicPartition> partitions, Consumer<?, ?> consumer, Duration limit) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, limit);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        partitions.forEach(
                id -> offsets.put(id, Offsets.of(beginnings.getOrDefault(id, 0L), ends.getOrDefault(id, 0L))));
        return offsets;
    }
}
