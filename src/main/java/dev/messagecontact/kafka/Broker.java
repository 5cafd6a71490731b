package dev.messagecontact.kafka;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.WorkerSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the brokers say of topics and of the group. All methods throw a {@link KafkaException} if they do not answer. */
public final class Broker implements AutoCloseable {

    private final Admin admin;

    public Broker(KafkaSettings kafka) {
        this.admin = new OperatorClients(kafka).admin();
    }

    /**
     * Makes sure that topics are there, without making the brokers create them.
     *
     * @throws OperatorException if one is missing; it names the topic
     */
    public static void requireTopics(Admin admin, Collection<String> topics) {
        admin.describeTopics(topics).topicNameValues().forEach((topic, description) -> {
            try {
                KafkaFutures.get("topic " + topic, description);
            } catch (UnknownTopicOrPartitionException e) {
                throw new OperatorException("there is no topic %s; `contacts topics` creates it".formatted(topic), e);
            }
        });
    }

    /** The same of all topics of a worker, with a client of its own. */
    public static void requireTopics(WorkerSettings settings) {
        requireTopics(settings.kafka(), settings.topics().names().all());
    }

    /** The same with a client of its own. */
    public static void requireTopics(KafkaSettings kafka, Collection<String> topics) {
        try (Admin admin = new OperatorClients(kafka).admin()) {
            requireTopics(admin, topics);
        }
    }

    /**
     * Kafka's id of a topic.
     *
     * @throws OperatorException if there is no such topic
     */
    public UUID idOf(String topic) {
        return idOf(describe(topic));
    }

    /** The id in a topic's description. */
    public static UUID idOf(TopicDescription topic) {
        return idOf(topic.topicId());
    }

    private static UUID idOf(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /** Whether there is such a topic; false also if it may not be asked for. */
    public boolean has(String topic) {
        try {
            KafkaFutures.get(
                    "topic " + topic, admin.describeTopics(List.of(topic)).allTopicNames());
            return true;
        } catch (UnknownTopicOrPartitionException | InvalidTopicException | AuthorizationException e) {
            return false;
        }
    }

    /** The names of the topics that have these ids, as far as they are there and may be asked for. */
    public Set<String> namesOf(Set<UUID> ids) {
        return KafkaFutures.get("the list of topics", admin.listTopics().listings()).stream()
                .filter(topic -> ids.contains(idOf(topic.topicId())))
                .map(TopicListing::name)
                .collect(Collectors.toSet());
    }

    /** Whether the broker's clock dates the records; false also if that may not be asked. */
    public boolean datesRecordsOf(String topic) {
        return configurationOf(topic)
                .filter(TopicConfiguration::isDatedByBroker)
                .isPresent();
    }

    /** Whether a topic may lose records because later ones have their keys; false also if that may not be asked. */
    public boolean compacts(String topic) {
        return configurationOf(topic).filter(TopicConfiguration::isCompacted).isPresent();
    }

    /** How long a topic keeps its records; empty if that may not be asked. */
    public Optional<Retention> retentionOf(String topic) {
        return configurationOf(topic).map(TopicConfiguration::retention);
    }

    private Optional<TopicConfiguration> configurationOf(String topic) {
        try {
            return Optional.of(TopicConfiguration.get(topic, TopicConfiguration.ask(admin, topic)));
        } catch (AuthorizationException e) {
            return Optional.empty();
        }
    }

    /** How many partitions a topic has. */
    public int partitionsOf(String topic) {
        return describe(topic).partitions().size();
    }

    /** The partitions of a topic that a broker leads and answers for; the others cannot be read now. */
    public Set<TopicPartition> answering(String topic) {
        Set<TopicPartition> led = describe(topic).partitions().stream()
                .filter(partition ->
                        partition.leader() != null && !partition.leader().isEmpty())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toSet());
        ListOffsetsResult ends = list(led, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        led.removeIf(partition -> !answers(ends, partition));
        return led;
    }

    private static boolean answers(ListOffsetsResult offsets, TopicPartition partition) {
        try {
            answer(offsets, partition);
            return true;
        } catch (RetriableException e) {
            return false;
        }
    }

    /**
     * What stands in each partition of a topic now.
     *
     * @param end of what: of all records, or of those before the first open transaction
     * @throws OperatorException if no broker answers for one of them; it names the partition
     */
    public Map<TopicPartition, Offsets> offsetsOf(String topic, IsolationLevel end) {
        return offsetsOf(topic, end, partition -> true);
    }

    /** The same with a client of its own. */
    public static Map<TopicPartition, Offsets> offsetsOf(KafkaSettings kafka, String topic, IsolationLevel end) {
        try (Broker broker = new Broker(kafka)) {
            return broker.offsetsOf(topic, end);
        }
    }

    /** The same of some partitions; the brokers are not asked about the others. */
    public Map<TopicPartition, Offsets> offsetsOf(String topic, IsolationLevel end, Predicate<TopicPartition> wanted) {
        Set<TopicPartition> partitions = describe(topic).partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .filter(wanted)
                .collect(Collectors.toSet());
        ListOffsetsResult begins = list(partitions, OffsetSpec.earliest(), end);
        ListOffsetsResult firsts = list(partitions, OffsetSpec.forTimestamp(0), end);
        ListOffsetsResult ends = list(partitions, OffsetSpec.latest(), end);
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            try {
                offsets.put(
                        partition,
                        new Offsets(
                                answer(begins, partition).offset(),
                                answer(ends, partition).offset(),
                                answer(firsts, partition).timestamp()));
            } catch (RetriableException e) {
                throw new OperatorException(
                        "%s: no broker leads it now, or the one that does does not answer".formatted(partition), e);
            }
        }
        return offsets;
    }

    /** How far the group has committed each partition; one that it has not committed is missing. */
    public Map<TopicPartition, OffsetAndMetadata> committedBy(String group) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(KafkaFutures.get(
                "group " + group, admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
        committed.values().removeIf(Objects::isNull);
        return committed;
    }

    /** Whether a group has members now; one that does not exist has none. */
    public boolean hasMembers(String group) {
        try {
            return KafkaFutures.get(
                            "group " + group,
                            admin.describeConsumerGroups(List.of(group)).all())
                    .values()
                    .stream()
                    .anyMatch(description -> !description.members().isEmpty());
        } catch (GroupIdNotFoundException e) {
            return false;
        }
    }

    /**
     * Sets what a group has committed of one partition.
     *
     * @throws OperatorException if the group has members
     */
    public void move(String group, TopicPartition partition, OffsetAndMetadata offset) {
        try {
            KafkaFutures.get(
                    "group " + group,
                    admin.alterConsumerGroupOffsets(group, Map.of(partition, offset))
                            .all());
        } catch (UnknownMemberIdException | GroupNotEmptyException e) {
            throw new OperatorException("the group %s has members: stop all workers first".formatted(group), e);
        }
    }

    private TopicDescription describe(String topic) {
        try {
            return Objects.requireNonNull(KafkaFutures.get(
                            "topic " + topic,
                            admin.describeTopics(List.of(topic)).allTopicNames())
                    .get(topic));
        } catch (UnknownTopicOrPartitionException e) {
            throw new OperatorException("there is no topic " + topic, e);
        }
    }

    private ListOffsetsResult list(Set<TopicPartition> partitions, OffsetSpec spec, IsolationLevel level) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, spec));
        return admin.listOffsets(wanted, new ListOffsetsOptions(level));
    }

    private static ListOffsetsResultInfo answer(ListOffsetsResult offsets, TopicPartition partition) {
        return KafkaFutures.get("topic " + partition.topic(), offsets.partitionResult(partition));
    }

    @Override
    public void close() {
        admin.close();
    }
}
