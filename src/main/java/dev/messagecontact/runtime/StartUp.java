package dev.messagecontact.runtime;

import dev.messagecontact.database.SchemaVersion;
import dev.messagecontact.database.ServerEncoding;
import dev.messagecontact.durability.DatabaseDurability;
import dev.messagecontact.durability.Finding;
import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.intake.Backoff;
import dev.messagecontact.kafka.FirstClients;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.settings.SettingsException;
import dev.messagecontact.settings.WorkerSettings;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
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

    private final WorkerSettings settings;
    private final FirstClients clients;
    private final DSLContext database;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Set<UUID> settledTopics = Set.of();

    public StartUp(WorkerSettings settings, DSLContext database) {
        this.settings = settings;
        this.clients = new FirstClients(settings);
        this.database = database;
    }

    /**
     * Waits until brokers and database answer and hold what they must, and no workers of another group answer the same commands.
     *
     * @return false if it was stopped before
     * @throws OperatorException if a topic or the schema is missing, or access is denied
     * @throws SettingsException if no Kafka client can ever be made with these settings
     */
    public boolean awaitServices() {
        return awaitBrokers(this::checkBrokers) && awaitSchema() && awaitBrokers(this::checkGroup);
    }

    /** Ends the waiting. */
    public void stop() {
        stopped.countDown();
    }

    /**
     * What keeps the worker from its work, and may pass.
     *
     * @param end what is waited for
     */
    private record Obstacle(String end, String reason) {}

    private @Nullable Obstacle checkBrokers(Admin admin) {
        BrokerChecks checks = new BrokerChecks(settings, admin);
        checks.requireTopics();
        checks.lookAtBrokers();
        try {
            clients.makeThoseOfLanes();
            return null;
        } catch (KafkaException e) {
            return unmade(e);
        }
    }

    /** A killed worker is a member until its session ends. */
    private @Nullable Obstacle checkGroup(Admin admin) {
        return new GroupCheck(
                        admin, settings.groupId(), settings.topics().names().taken())
                .other(settledTopics)
                .map(other -> new Obstacle(
                        "the end of all workers of group " + other,
                        "they answer the commands that this database knows, and those of group %s would answer each of them once more; stop them, or set WORKER_GROUP_ID=%s"
                                .formatted(settings.groupId(), other)))
                .orElse(null);
    }

    private boolean awaitBrokers(Function<Admin, @Nullable Obstacle> checks) {
        while (true) {
            Obstacle obstacle = look(checks);
            if (obstacle == null) {
                return goesOn();
            }
            if (!pause(obstacle.end, obstacle.reason)) {
                return false;
            }
        }
    }

    /** With a fresh client: the one before may have died of what it was answered. */
    private @Nullable Obstacle look(Function<Admin, @Nullable Obstacle> checks) {
        Admin fresh;
        try {
            fresh = clients.admin();
        } catch (KafkaException e) {
            return unmade(e);
        }
        try (fresh) {
            return obstacle(() -> checks.apply(fresh));
        }
    }

    private Obstacle unmade(KafkaException failure) {
        return new Obstacle(brokers(), FirstClients.describe(failure));
    }

    private String brokers() {
        return "the brokers at " + settings.kafka().bootstrapServers();
    }

    /** What is waited for next is told at once. */
    private boolean goesOn() {
        backoff.reset();
        return stopped.getCount() > 0;
    }

    private @Nullable Obstacle obstacle(Supplier<@Nullable Obstacle> checks) {
        String where = brokers();
        try {
            return checks.get();
        } catch (RetriableException | BootstrapResolutionException e) { // a name may be known later
            return new Obstacle(where, kind(e));
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new OperatorException(AccessDeniedException.in(e)
                    .map(denied -> where + ": " + denied)
                    .orElseGet(() -> where + " cannot be used: " + kind(e)));
        }
    }

    private boolean awaitSchema() {
        String where = "the database at " + settings.database().printableUrl();
        while (true) {
            try {
                ServerEncoding.problem(database)
                        .or(() -> SchemaVersion.problem(database))
                        .ifPresent(problem -> {
                            throw new OperatorException(where + ": " + problem);
                        });
                Finding.logAll(DatabaseDurability.of(database, settings.durability()));
                settledTopics = Receipts.topics(database);
                return goesOn();
            } catch (DataAccessException e) {
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

    private static String kind(Throwable failure) {
        return failure.getClass().getSimpleName();
    }
}
