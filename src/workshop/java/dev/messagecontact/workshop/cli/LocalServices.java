package dev.messagecontact.workshop.cli;

import dev.messagecontact.cli.line.BuildVersion;
import dev.messagecontact.database.Database;
import dev.messagecontact.database.Migration;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.BoundedAdmin;
import dev.messagecontact.runtime.WorkerRuntime;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.topics.Topics;
import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker, a database and a worker in this JVM, with topics and schema, all gone when it is closed or the JVM exits. It
 * does not look at the operator's settings, which may name production.
 */
final class LocalServices implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EmbeddedServices services;
    private final Settings settings;
    private final Database database;
    private final WorkerRuntime runtime;
    private final int port;
    private final Thread thread;
    private volatile boolean closing;

    private LocalServices(EmbeddedServices services, Settings settings) {
        this.services = services;
        this.settings = settings;
        WorkerSettings plan = settings.worker();
        Migration.migrate(plan.database());
        try (Admin admin = new BoundedAdmin(plan.kafka().forAdmin())) {
            new Topics(admin, plan.topics(), plan.commands().maxValueBytes()).createMissing();
        }
        this.database = new Database(plan.database());
        this.runtime = WorkerRuntime.on(database, plan, BuildVersion.text());
        this.port = runtime.serve();
        this.thread = new Thread(runtime::run, "worker");
    }

    /**
     * Starts all, the worker too.
     *
     * @param durable whether the database waits for the disk at each commit, as in production
     * @param settings what is not the default
     */
    static LocalServices start(boolean durable, Map<String, String> settings) {
        EmbeddedServices services = EmbeddedServices.start(durable);
        EmbeddedDatabase database = services.database();
        Map<String, String> all = new HashMap<>(permissions());
        all.putAll(settings);
        all.put("KAFKA_BOOTSTRAP_SERVERS", services.kafka().bootstrapServers());
        all.put("DATABASE_URL", database.newDatabase("contacts"));
        all.put("DATABASE_USERNAME", database.username());
        all.put("DATABASE_PASSWORD", database.password());
        all.put("WORKER_INSTANCE", "local");
        all.put("TOPICS_PARTITIONS", "4");
        all.put("MANAGEMENT_PORT", "0");
        all.put("DURABILITY", "test");
        LocalServices local = new LocalServices(services, Settings.read(all, null));
        AtExit.close(local); // before its servers: they were started first
        local.thread.start();
        return local;
    }

    /** So that permissions can be tried here: everything else is made for this machine. */
    private static Map<String, String> permissions() {
        Map<String, String> permissions = new HashMap<>(System.getenv());
        permissions.keySet().removeIf(name -> !name.startsWith("AUTHORIZATION_"));
        return permissions;
    }

    Settings settings() {
        return settings;
    }

    Database database() {
        return database;
    }

    /** The address of the console page. */
    String consoleAddress() {
        return "http://localhost:" + port + "/";
    }

    /**
     * Returns whether the worker is still at work; false if it was asked to stop, as by Ctrl-C.
     *
     * @throws OperatorException if it died
     */
    boolean isAtWork() {
        if (!thread.isAlive() && !closing) {
            throw new OperatorException("the worker died; the log says why");
        }
        return !closing;
    }

    /** Waits until the worker ends, by itself or because the JVM exits. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /** Stops the worker in good order, then its servers. A second call does nothing. */
    @Override
    public void close() {
        closing = true;
        runtime.stop();
        runtime.awaitEnd(PATIENCE);
        runtime.close();
        database.close();
        AtExit.forget(this);
        services.close();
    }
}
