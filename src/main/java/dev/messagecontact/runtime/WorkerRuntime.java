package dev.messagecontact.runtime;

import dev.messagecontact.authorization.token.Authorization;
import dev.messagecontact.database.ClientCertificate;
import dev.messagecontact.database.Database;
import dev.messagecontact.durability.TopicWatch;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.intake.Worker;
import dev.messagecontact.kafka.ClientCertificates;
import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.WorkerMetrics;
import dev.messagecontact.ops.http.Console;
import dev.messagecontact.ops.http.OpsServer;
import dev.messagecontact.ops.http.Pages;
import dev.messagecontact.settings.ManagementSettings;
import dev.messagecontact.settings.WorkerSettings;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker with its metrics, health, console and management port. One thread runs it; any thread may call {@link #stop}
 * and {@link #awaitEnd}.
 */
public final class WorkerRuntime implements AutoCloseable {

    private final WorkerSettings settings;
    private final @Nullable Database own;
    private final Authorization authorization;
    private final WorkerMetrics metrics;
    private final Health health;
    private final Database database;
    private final TopicWatch topics;
    private final StartUp startUp;
    private final Worker worker;
    private volatile double certificateEnd = Double.POSITIVE_INFINITY;
    private @Nullable Console console;
    private @Nullable OpsServer server;

    private WorkerRuntime(
            WorkerSettings settings,
            Authorization authorization,
            Database database,
            @Nullable Database own,
            String version) {
        this.settings = settings;
        this.database = database;
        this.own = own;
        this.authorization = authorization;
        this.metrics = new WorkerMetrics(version);
        metrics.name(settings.instance());
        if (database.pool().getMetricsTrackerFactory() == null) { // a pool reports to one registry only
            metrics.watch(database.pool());
        }
        metrics.watch(authorization);
        this.topics = new TopicWatch(settings, System::nanoTime);
        metrics.watch(topics);
        metrics.watchCertificate("kafka", () -> certificateEnd);
        metrics.watchCertificate(
                "database", () -> ClientCertificate.end(settings.database())); // each new session reads it
        this.health = new Health(metrics, settings.maxPollInterval(), topics::problem);
        this.startUp = new StartUp(settings, database.dsl());
        this.worker = new Worker(settings, database.dsl(), metrics::lane, version, authorization);
    }

    /**
     * A worker with a pool of connections of its own.
     *
     * @param version of this worker, written on dead letters and shown to operators
     * @throws OperatorException if the files of keys and policy cannot be used
     */
    public static WorkerRuntime of(WorkerSettings settings, String version) {
        Authorization authorization = Authorization.open(settings.authorization());
        Database database = Database.forBatches(settings.database());
        return new WorkerRuntime(settings, authorization, database, database, version);
    }

    /** A worker on connections that the caller closes, after it. */
    public static WorkerRuntime on(Database database, WorkerSettings settings, String version) {
        return new WorkerRuntime(settings, Authorization.open(settings.authorization()), database, null, version);
    }

    /**
     * Serves metrics, health and, unless it is off, the console from now on; once.
     *
     * @return the port
     * @throws OperatorException if the port of the settings cannot be had
     */
    public int serve() {
        ManagementSettings management = settings.management();
        Pages pages = Pages.NONE;
        if (management.console()) {
            console = new Console(settings.instance(), metrics, health, database.dsl());
            pages = console;
        }
        try {
            server = OpsServer.start(management.host(), management.port(), metrics, health, pages);
            return server.port();
        } catch (UncheckedIOException e) {
            throw new OperatorException("MANAGEMENT_PORT: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until brokers and database answer and hold what they must.
     *
     * @return false if it was stopped before
     * @throws OperatorException if a topic or the schema is missing, or access is denied
     */
    public boolean awaitServices() {
        return startUp.awaitServices();
    }

    /**
     * Takes commands until {@link #stop} is called.
     *
     * @throws RuntimeException if a lane died, as {@link Worker#run} has it
     */
    public void run() {
        topics.look(); // as they are now is how they should stay
        certificateEnd = ClientCertificates.end(settings.kafka()); // clients keep what they have read
        worker.run();
    }

    /** Lets {@link #awaitServices} and {@link #run} end after the batches under way; returns at once. */
    public void stop() {
        startUp.stop();
        worker.stop();
    }

    /** Whether {@link #run} was ever called. */
    public boolean hasStarted() {
        return worker.hasStarted();
    }

    /** Whether a lane died. */
    public boolean hasDied() {
        return worker.hasDied();
    }

    /**
     * Waits until {@link #run} has ended.
     *
     * @return false if it has not within this time
     */
    public boolean awaitEnd(Duration limit) {
        return worker.awaitEnd(limit);
    }

    /** The worker's metrics. */
    public WorkerMetrics metrics() {
        return metrics;
    }

    /** Whether the worker lives and can work. */
    public Health health() {
        return health;
    }

    /** Ends all but the lanes, which must have ended before. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        if (console != null) {
            console.close();
        }
        authorization.close();
        topics.close();
        if (own != null) {
            own.close();
        }
        metrics.close();
    }
}
