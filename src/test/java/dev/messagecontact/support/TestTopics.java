package dev.messagecontact.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Changes that the brokers know of when a call returns: the controller, which makes them, answers somewhat earlier. */
public final class TestTopics {

    private TestTopics() {}

    /** Makes these topics, each with a leader for all of its partitions. */
    public static void create(Admin admin, List<NewTopic> topics) {
        List<String> names = topics.stream().map(NewTopic::name).toList();
        try {
            admin.createTopics(topics).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Waiting.await("the brokers know " + names).until(() -> haveLeaders(admin, names));
    }

    private static boolean haveLeaders(Admin admin, List<String> topics) throws Exception {
        try {
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            assertEquals(UnknownTopicOrPartitionException.class, e.getCause().getClass());
            return false;
        }
    }

    /**
     * Deletes a topic and makes another one of its name at once, empty, with so many partitions. Until the brokers know of it, a producer writes into
     * the one that is about to go.
     */
    public static void recreate(Admin admin, String topic, int partitions) {
        try {
            admin.deleteTopics(List.of(topic)).all().get();
            CreateTopicsResult created = admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)));
            Uuid id = created.topicId(topic).get();
            Waiting.await("the brokers know the new " + topic)
                    .until(() -> haveLeaders(admin, List.of(topic))
                            && idOf(admin, topic).equals(id));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Uuid idOf(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get()
                .topicId();
    }

    /** Adds partitions to a topic, so that it has so many. */
    public static void grow(Admin admin, String topic, int partitions) {
        try {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all()
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Waiting.await("the brokers know all partitions of " + topic)
                .until(() -> admin.describeTopics(List.of(topic))
                                .allTopicNames()
                                .get()
                                .get(topic)
                                .partitions()
                                .size()
                        == partitions);
    }

    /** Deletes what stands in a partition before this offset; all if it is -1. */
    public static void deleteRecords(Admin admin, TopicPartition partition, long before) {
        try {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes the configuration of a topic. */
    public static void configure(Admin admin, String topic, Map<String, String> changes) {
        configure(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic), changes);
    }

    /** Changes the configuration of a topic or a group. */
    static void configure(Admin admin, ConfigResource resource, Map<String, String> changes) {
        List<AlterConfigOp> sets = changes.entrySet().stream()
                .map(change -> new AlterConfigOp(
                        new ConfigEntry(change.getKey(), change.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try {
            admin.incrementalAlterConfigs(Map.of(resource, sets)).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Waiting.await("the brokers know " + changes).until(() -> has(admin, resource, changes));
    }

    private static boolean has(Admin admin, ConfigResource resource, Map<String, String> values) throws Exception {
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return values.entrySet().stream()
                .allMatch(
                        each -> each.getValue().equals(config.get(each.getKey()).value()));
    }
}
