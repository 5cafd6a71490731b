package dev.messagecontact.intake;

import dev.messagecontact.durability.BrokerDurability;
import dev.messagecontact.durability.Finding;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Answers;
import dev.messagecontact.kafka.Broker;
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

    /** @throws OperatorException if a transaction of ours may last longer than the brokers allow */
    void lookAtBrokers() {
        Finding.logAll(BrokerDurability.of(admin, settings.topics().names(), settings.durability()));
        try {
            warnOfSendersClocks();
            warnOfOldTransactions();
            requireTransactionsAsLongAsOurs();
        } catch (AuthorizationException e) {
            log.info("access denied: the brokers' settings; they are not checked");
        }
    }

    private void warnOfSendersClocks() {
        for (String taken : settings.topics().names().taken()) {
            if (!TopicConfiguration.get(taken, TopicConfiguration.ask(admin, taken))
                    .isDatedByBroker()) {
                log.warn(
                        "topic {} has no message.timestamp.type=LogAppendTime: the publishers' clocks decide when contacts were"
                                + " created",
                        taken);
            }
        }
    }

    private void warnOfOldTransactions() {
        FinalizedVersionRange transactions = Answers.get(
                        "features of the cluster", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        if (transactions == null || transactions.maxVersionLevel() < 2) {
            log.warn("the cluster lacks transaction.version 2 (KIP-890): a delayed message of an ended transaction"
                    + " could become part of the next one");
        }
    }

    /** A producer would be refused for it with an error that nobody can tell from others. */
    private void requireTransactionsAsLongAsOurs() {
        String longest = longestTransaction();
        if (!longest.isEmpty() && settings.transactionTimeout().toMillis() > Long.parseLong(longest)) {
            throw new OperatorException("WORKER_TRANSACTION_TIMEOUT must not be more than the brokers' %s, %s ms"
                    .formatted(LONGEST_TRANSACTION, longest));
        }
    }

    /** In milliseconds, as one of the brokers has it; empty if it does not tell. */
    private String longestTransaction() {
        String id = Answers.get("brokers", admin.describeCluster().nodes())
                .iterator()
                .next()
                .idString();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, id);
        Config config = Objects.requireNonNull(Answers.get(
                        "configuration of broker " + id,
                        admin.describeConfigs(List.of(broker)).all())
                .get(broker));
        ConfigEntry entry = config.get(LONGEST_TRANSACTION);
        return entry == null || entry.value() == null ? "" : entry.value();
    }
}
