package dev.messagecontact.intake;

import dev.messagecontact.database.SchemaVersion;
import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.settings.WorkerSettings;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before a worker takes commands. It waits for what may come, and says in one line what can never
 * work. One thread waits; any thread may call {@link #stop}.
 */
public final class StartUp {

    private static final Logger log = LoggerFactory.getLogger(StartUp.class);

    private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final CountDownLatch stopped = new CountDownLatch(1);

    public StartUp(WorkerSettings settings, DSLContext database) {
        this.settings = settings;
        this.database = database;
    }

    /**
     * Waits until brokers and database answer and hold what they must.
     *
     * @return false if it was stopped before
     * @throws OperatorException if a topic or the schema is missing, or access is denied
     */
    public boolean awaitServices() {
        try (Admin admin = new KafkaClients(settings).admin()) {
            return awaitTopics(admin) && awaitSchema();
        }
    }

    /** Ends the waiting. */
    public void stop() {
        stopped.countDown();
    }

    private boolean awaitTopics(Admin admin) {
        while (true) {
            try {
                checkTopics(admin);
                checkBrokers(admin);
                backoff.reset();
                return stopped.getCount() > 0;
            } catch (ExecutionException e) {
                if (AccessDeniedException.in(e).isPresent()) {
                    throw new OperatorException("the brokers at %s: %s"
                            .formatted(
                                    settings.kafka().bootstrapServers(),
                                    AccessDeniedException.in(e).get()));
                }
                if (!(e.getCause() instanceof RetriableException)) {
                    throw new OperatorException("the brokers at %s deny access: %s"
                            .formatted(settings.kafka().bootstrapServers(), kind(e.getCause())));
                }
                if (!pause("the brokers at " + settings.kafka().bootstrapServers(), kind(e.getCause()))) {
                    return false;
                }
            }
        }
    }

    private void checkTopics(Admin admin) throws ExecutionException {
        for (var topic : admin.describeTopics(settings.topics().names().all())
                .topicNameValues()
                .entrySet()) {
            try {
                result(topic.getValue());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new OperatorException(
                            "there is no topic %s; `contacts topics` creates it".formatted(topic.getKey()));
                }
                throw e.getCause() instanceof KafkaException cause
                        ? new ExecutionException(AccessDeniedException.naming("topic " + topic.getKey(), cause))
                        : e;
            }
        }
    }

    /** What weakens a promise without breaking the worker is only told. */
    private void checkBrokers(Admin admin) throws ExecutionException {
        try {
            warnOfSendersClocks(admin);
            warnOfOldTransactions(admin);
            requireTransactionsAsLongAsOurs(admin);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            log.info("access denied: the brokers' settings; they are not checked");
        }
    }

    private void warnOfSendersClocks(Admin admin) throws ExecutionException {
        String commands = settings.topics().names().commands();
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, commands);
        if (!"LogAppendTime".equals(configured(admin, topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            log.warn(
                    "topic {} has no message.timestamp.type=LogAppendTime: the publishers' clocks decide when contacts were"
                            + " created",
                    commands);
        }
    }

    private static void warnOfOldTransactions(Admin admin) throws ExecutionException {
        FinalizedVersionRange transactions = result(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        if (transactions == null || transactions.maxVersionLevel() < 2) {
            log.warn("the cluster lacks transaction.version 2 (KIP-890): a delayed message of an ended transaction"
                    + " could become part of the next one");
        }
    }

    /** A producer would be refused for it with an error that nobody can tell from others. */
    private void requireTransactionsAsLongAsOurs(Admin admin) throws ExecutionException {
        String broker =
                result(admin.describeCluster().nodes()).iterator().next().idString();
        String longest = configured(admin, new ConfigResource(ConfigResource.Type.BROKER, broker), LONGEST_TRANSACTION);
        if (!longest.isEmpty() && settings.transactionTimeout().toMillis() > Long.parseLong(longest)) {
            throw new OperatorException("WORKER_TRANSACTION_TIMEOUT must not be more than the brokers' %s, %s ms"
                    .formatted(LONGEST_TRANSACTION, longest));
        }
    }

    /** Empty if the broker does not tell. */
    private static String configured(Admin admin, ConfigResource resource, String key) throws ExecutionException {
        Map<ConfigResource, Config> configs =
                result(admin.describeConfigs(List.of(resource)).all());
        Config config = configs.get(resource);
        ConfigEntry entry = config == null ? null : config.get(key);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    private boolean awaitSchema() {
        String where = "the database at " + settings.database().printableUrl();
        while (true) {
            try {
                SchemaVersion.problem(database).ifPresent(problem -> {
                    throw new OperatorException(where + ": " + problem);
                });
                return stopped.getCount() > 0;
            } catch (DataAccessException e) {
                if (e.sqlState().startsWith("42P01")) {
                    throw new OperatorException(where + ": schema not found; run `contacts migrate`");
                }
                if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
                    throw new OperatorException(where + " denies access: " + Fault.describe(e));
                }
                if (!pause(where, Fault.describe(e))) {
                    return false;
                }
            }
        }
    }

    private boolean pause(String what, String why) {
        long millis = backoff.next().toMillis();
        if (backoff.failures() == 1 || backoff.failures() % 10 == 0) {
            log.warn("waiting for {}: {}", what, why);
        }
        try {
            return !stopped.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T result(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private static String kind(@Nullable Throwable failure) {
        return failure == null ? "no reason given" : failure.getClass().getSimpleName();
    }
}
