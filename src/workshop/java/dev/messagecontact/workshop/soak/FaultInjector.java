package dev.messagecontact.workshop.soak;

import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Causes faults and ends them again. Any thread may call it. */
final class FaultInjector {

    private static final Duration SLOWNESS = Duration.ofMillis(40);

    private final EmbeddedKafka kafka;
    private final EmbeddedDatabase database;
    private final String databaseUrl;
    private final Admin admin;
    private final String commandTopic;
    private final List<WorkerSlot> slots;
    private final Disasters disasters;
    private final BrokerFaults brokers;
    private final Object trigger = new Object();
    private volatile boolean ended;

    FaultInjector(SoakServers servers, Disasters disasters) {
        this.kafka = servers.kafka();
        this.database = servers.databaseServer();
        this.databaseUrl = servers.databaseUrl();
        this.admin = servers.admin();
        this.commandTopic = servers.commandTopic();
        this.slots = servers.slots();
        this.disasters = disasters;
        this.brokers = new BrokerFaults(admin, commandTopic);
    }

    /** Ends the faults under way now, and those to come as soon as they begin. */
    void endAll() {
        ended = true;
    }

    /** Causes a fault, and returns when it is over. */
    void cause(PlannedFault fault) {
        WorkerSlot slot = slots.get(fault.worker());
        Runnable pause = () -> pause(fault.length());
        switch (fault.kind()) {
            case KILL -> slot.kill(pause);
            case FREEZE -> slot.freeze(pause);
            case TERMINATE -> slot.terminate(pause);
            case DATABASE_CRASH -> crashDatabase(pause);
            case BROKER_RESTART -> restartBroker(pause);
            case BACKENDS_TERMINATED -> terminateBackends();
            case DATABASE_CUT -> slot.toDatabase.cut();
            case DATABASE_REFUSED -> during(pause, slot.toDatabase, FaultyProxy::refuse);
            case DATABASE_FROZEN -> during(pause, slot.toDatabase, FaultyProxy::freeze);
            case DATABASE_STRANDED -> slot.toDatabase.strand();
            case BROKER_CUT -> slot.toBroker.cut();
            case BROKER_REFUSED -> during(pause, slot.toBroker, FaultyProxy::refuse);
            case BROKER_FROZEN -> during(pause, slot.toBroker, FaultyProxy::freeze);
            case BROKER_STRANDED -> slot.toBroker.strand();
            case SLOW -> {
                slot.toDatabase.delay(SLOWNESS);
                during(pause, slot.toBroker, proxy -> proxy.delay(SLOWNESS));
                slot.toDatabase.forward();
            }
            case DIRECTORY_LOCKED, DIRECTORY_LOCKED_LONG -> lockDirectory(pause);
            case RIGHT_WITHDRAWN -> brokers.withdrawRight(pause);
            case QUOTA -> brokers.limit(fault.worker(), pause);
            case SLOW_TRIGGER -> slowDownRows(pause);
            case COMPRESSION_BOMB -> brokers.sendBomb(kafka.bootstrapServers());
            case SENDERS_CLOCKS -> trustSendersClocks(pause);
            case LAST_COMMITS_LOST -> {
                synchronized (trigger) { // the end of a trigger would be lost too
                    disasters.loseLastCommits(pause);
                }
            }
            case MOVED_FORWARD -> disasters.moveForward(pause);
        }
    }

    private void crashDatabase(Runnable pause) {
        synchronized (database) {
            database.crash();
            pause.run();
            database.restart();
        }
    }

    private void restartBroker(Runnable pause) {
        synchronized (kafka) {
            kafka.stop();
            pause.run();
            kafka.restart();
        }
    }

    private void terminateBackends() {
        inDatabase(statement -> statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where application_name = 'message-contact-worker'"));
    }

    private void lockDirectory(Runnable pause) {
        inDatabase(statement -> {
            statement.getConnection().setAutoCommit(false);
            statement.execute("select 1 from resource_directory where directory_id = '" + CommandStream.HOT_DIRECTORY
                    + "' for update");
            pause.run();
        });
    }

    private void slowDownRows(Runnable pause) {
        synchronized (trigger) {
            inDatabase(statement -> {
                statement.execute("create or replace function slow() returns trigger language plpgsql as"
                        + " $$ begin perform pg_sleep(0.003); return new; end $$");
                statement.execute(
                        "create trigger slow before insert on message_contact for each row execute function slow()");
            });
            pause.run();
            // The database may be away just now: a trigger left behind would slow down all that comes.
            while (!inDatabase(statement -> statement.execute("drop trigger if exists slow on message_contact"))
                    && !ended) {
                LockSupport.parkNanos(100_000_000L);
            }
        }
    }

    /** Does so until the end: where brokers date records, an audit takes older dates for those of an earlier topic. */
    void trustSendersClocks() {
        setTimestampType("CreateTime");
    }

    private void trustSendersClocks(Runnable pause) {
        setTimestampType("CreateTime");
        pause.run();
        setTimestampType("LogAppendTime");
    }

    private void setTimestampType(String type) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, commandTopic);
        var change = new AlterConfigOp(
                new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, type), AlterConfigOp.OpType.SET);
        try {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
        } catch (ExecutionException e) {
            // The broker is away: a fault of its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean inDatabase(Work work) {
        try (Connection connection =
                        DriverManager.getConnection(databaseUrl, database.username(), database.password());
                Statement statement = connection.createStatement()) {
            work.with(statement);
            return true;
        } catch (SQLException e) {
            return false; // the database is away: a fault of its own
        }
    }

    private static void during(Runnable pause, FaultyProxy proxy, Consumer<FaultyProxy> fault) {
        fault.accept(proxy);
        pause.run();
        proxy.forward();
    }

    private void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0 && !ended; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 100_000_000L));
        }
    }

    /** Something to do in the database. */
    private interface Work {
        void with(Statement statement) throws SQLException;
    }
}
