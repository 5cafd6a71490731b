package dev.messagecontact.runtime;

import dev.messagecontact.durability.BrokerDurability;
import dev.messagecontact.durability.Finding;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.WorkerSettings;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker asks of its brokers before it takes commands: that the topics are there and transactions may last as long as
 * ours. What weakens a promise without breaking the worker is only logged. Not thread-safe; Kafka's exceptions come through
 * as they are.
 */
final class BrokerChecks {

    private static final Logger log = LoggerFactory.getLogger(BrokerChecks.class);

    private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";
    private static final String CREATES_TOPICS = "auto.create.topics.enable";

    private final WorkerSettings settings;
    private final Admin admin;

    /** @param admin the caller closes it */
    BrokerChecks(WorkerSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /** @throws OperatorException if a topic is missing; it names the topic */
    void requireTopics() {
        Broker.requireTopics(admin, settings.topics().names().all());
    }

    /** @throws OperatorException if commands may be compacted away, or a transaction of ours lasts longer than allowed */
    void lookAtBrokers() {
        Finding.logAll(BrokerDurability.of(admin, settings.topics().names(), settings.durability()));
        try {
            settings.topics().names().taken().forEach(this::lookAtTaken);
            warnOfOldTransactions();
            Config broker = configurationOfBroker();
            warnOfCreatedTopics(broker);
            requireTransactionsAsLongAsOurs(broker);
        } catch (AuthorizationException e) {
            log.info("access denied: the brokers' settings; they are not checked");
        }
    }

    private void lookAtTaken(String topic) {
        TopicConfiguration configuration = TopicConfiguration.get(topic, TopicConfiguration.ask(admin, topic));
        String compaction = BrokerDurability.compaction(topic, configuration);
        if (compaction != null) {
            throw new OperatorException(compaction + "; set cleanup.policy=delete");
        }
        if (!configuration.isDatedByBroker()) {
            log.warn(
                    "topic {} has no message.timestamp.type=LogAppendTime: the publishers' clocks decide when contacts were"
                            + " created",
                    topic);
        }
    }

    private void warnOfOldTransactions() {
        FinalizedVersionRange transactions = KafkaFutures.get(
                        "features of the cluster", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        if (transactions == null || transactions.maxVersionLevel() < 2) {
            log.warn("the cluster lacks transaction.version 2 (KIP-890): a delayed message of an ended transaction"
                    + " could become part of the next one");
        }
    }

    private static void warnOfCreatedTopics(Config broker) {
        if (value(broker, CREATES_TOPICS).equals("true")) {
            log.warn("the brokers create missing topics by themselves (auto.create.topics.enable): an event topic that"
                    + " somebody deletes comes back empty, with their defaults");
        }
    }

    /** Otherwise the producer would fail with an error that looks like many others. */
    private void requireTransactionsAsLongAsOurs(Config broker) {
        String longest = value(broker, LONGEST_TRANSACTION);
        if (!longest.isEmpty() && settings.transactionTimeout().toMillis() > Long.parseLong(longest)) {
            throw new OperatorException("WORKER_TRANSACTION_TIMEOUT must not be more than the brokers' %s, %s ms"
                    .formatted(LONGEST_TRANSACTION, longest));
        }
    }

    /** The configuration of one of the brokers. */
    private Config configurationOfBroker() {
        String id = KafkaFutures.get("brokers", admin.describeCluster().nodes())
                .iterator()
                .next()
                .idString();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, id);
        return Objects.requireNonNull(KafkaFutures.get(
                        "configuration of broker " + id,
                        admin.describeConfigs(List.of(broker)).all())
                .get(broker));
    }

    /** Empty if the broker does not tell. */
    private static String value(Config broker, String name) {
        ConfigEntry entry = broker.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }
}
