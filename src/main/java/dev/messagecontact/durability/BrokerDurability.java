package dev.messagecontact.durability;

import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.Retention;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.DurabilitySettings;
import dev.messagecontact.settings.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the topics outlive a broker, and whether the command topic keeps commands for longer than backups are apart. Kafka's
 * exceptions come through as they are.
 */
public final class BrokerDurability {

    private static final int LEAST_REPLICAS = 3;
    private static final int LEAST_IN_SYNC = 2;

    private final Admin admin;
    private final DurabilitySettings settings;
    private final List<String> taken;

    private BrokerDurability(Admin admin, DurabilitySettings settings, List<String> taken) {
        this.admin = admin;
        this.settings = settings;
        this.taken = taken;
    }

    /** What compaction does to a topic that commands are taken from, in one line; null if it has none. */
    public static @Nullable String compaction(String taken, TopicConfiguration configuration) {
        return configuration.isCompacted()
                ? "topic %s has cleanup.policy %s: it deletes all but the last command of a directory, answered or not"
                        .formatted(taken, configuration.value(TopicConfig.CLEANUP_POLICY_CONFIG))
                : null;
    }

    /** What was found of each topic; a topic that does not exist, or is as it should be, is left out. */
    public static List<Finding> of(Admin admin, TopicNames topics, DurabilitySettings settings) {
        BrokerDurability durability = new BrokerDurability(admin, settings, topics.taken());
        var descriptions = admin.describeTopics(topics.all()).topicNameValues();
        var configurations = TopicConfiguration.ask(admin, topics.all());
        List<Finding> findings = new ArrayList<>();
        for (String topic : topics.all()) {
            durability.look(
                    topic,
                    () -> KafkaFutures.get("topic " + topic, Objects.requireNonNull(descriptions.get(topic))),
                    () -> TopicConfiguration.get(topic, Objects.requireNonNull(configurations.get(topic))),
                    findings);
        }
        return findings;
    }

    private void look(
            String topic,
            Supplier<TopicDescription> description,
            Supplier<TopicConfiguration> configuration,
            List<Finding> findings) {
        List<String> weak = new ArrayList<>();
        try {
            if (settings.isExpected()) {
                lookAtReplicas(description.get(), weak);
            }
            lookAtConfiguration(topic, configuration.get(), weak);
        } catch (UnknownTopicOrPartitionException e) {
            return; // others tell that it is missing
        } catch (AuthorizationException e) {
            if (settings.isExpected()) {
                findings.add(Finding.note(topic, "its configuration is not checked: no right to read it"));
            }
        }
        if (!weak.isEmpty()) {
            findings.add(Finding.weak(topic, String.join("; ", weak)));
        }
    }

    private static void lookAtReplicas(TopicDescription description, List<String> weak) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replicas < LEAST_REPLICAS) {
            weak.add("replication %d, less than %d".formatted(replicas, LEAST_REPLICAS));
        }
    }

    private void lookAtConfiguration(String topic, TopicConfiguration configuration, List<String> weak) {
        if (settings.isExpected()) {
            String inSync = configuration.value(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
            if (!inSync.isEmpty() && Integer.parseInt(inSync) < LEAST_IN_SYNC) {
                weak.add("%s %s, less than %d"
                        .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, inSync, LEAST_IN_SYNC));
            }
            if (configuration
                    .value(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)
                    .equals("true")) {
                weak.add(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG + " true");
            }
        }
        if (configuration.isCompacted() && !taken.contains(topic)) { // others refuse commands that are not kept
            weak.add("%s %s, which deletes all but the last event of a directory"
                    .formatted(
                            TopicConfig.CLEANUP_POLICY_CONFIG, configuration.value(TopicConfig.CLEANUP_POLICY_CONFIG)));
        }
        Duration interval = settings.backupInterval();
        if (taken.contains(topic) && interval != null) {
            compare(configuration.retention(), interval).ifPresent(weak::add);
        }
    }

    /** Commands since the last backup are what a rebuild needs. */
    static Optional<String> compare(Retention retention, Duration interval) {
        if (retention.time() != null && retention.time().compareTo(interval) <= 0) {
            return Optional.of("retention.ms %d (%s), not more than BACKUP_INTERVAL %s"
                    .formatted(retention.time().toMillis(), retention.time(), interval));
        }
        return retention.bytes() == null
                ? Optional.empty()
                : Optional.of("retention.bytes %d may delete commands before a backup is %s old, the BACKUP_INTERVAL"
                        .formatted(retention.bytes(), interval));
    }
}
