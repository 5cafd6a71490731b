package dev.messagecontact.intake.start;

import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.LastingAdmin;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the broker about the topics that commands are taken from. One that was deleted is left out, or nothing would be taken
 * from the others. Any thread may call it.
 */
public final class CommandTopics {

    private final LastingAdmin admin;
    private final List<String> names;

    public CommandTopics(LastingAdmin admin, List<String> names) {
        this.admin = admin;
        this.names = names;
    }

    /** The ids that the topics have now, by name; fails with a KafkaException if the broker does not answer, or lacks one. */
    public CompletableFuture<Map<String, UUID>> ask() {
        return described().thenApply(topics -> {
            Map<String, UUID> ids = new HashMap<>();
            topics.forEach((name, topic) -> ids.put(name, Broker.idOf(topic)));
            return ids;
        });
    }

    /** All partitions that they have now; fails as {@link #ask} does. */
    public CompletableFuture<Set<TopicPartition>> askForPartitions() {
        return described().thenApply(topics -> {
            Set<TopicPartition> all = new HashSet<>();
            topics.forEach((name, topic) ->
                    topic.partitions().forEach(partition -> all.add(new TopicPartition(name, partition.partition()))));
            return all;
        });
    }

    private CompletableFuture<Map<String, TopicDescription>> described() {
        Map<String, TopicDescription> existing = new ConcurrentHashMap<>();
        return admin.ask(client ->
                        KafkaFutures.collect(client.describeTopics(names).topicNameValues(), existing))
                .thenApply(all -> existing)
                .exceptionally(failure -> withoutDeleted(existing, failure));
    }

    private Map<String, TopicDescription> withoutDeleted(Map<String, TopicDescription> existing, Throwable failure) {
        KafkaException reason = KafkaFutures.reason(failure);
        if (!(reason instanceof UnknownTopicOrPartitionException)) {
            throw reason;
        }
        if (existing.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + String.join(" or ", names));
        }
        return existing;
    }

    /** The first of these by topic and number, for messages that name only one. */
    public static Optional<TopicPartition> first(Stream<TopicPartition> partitions) {
        return partitions.min(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    }
}
