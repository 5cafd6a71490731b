package dev.messagecontact.workshop.soak;

import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.offsets.GroupOffsets;
import dev.messagecontact.recovery.offsets.Target;
import dev.messagecontact.recovery.rebuild.Rebuild;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.exception.DataAccessException;

/**
 * Faults that no worker can recover from by itself: its partitions must stop, until an operator has stopped all workers and run the
 * command of the runbook. One of them at a time; any thread may call it.
 */
final class Disasters {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedKafka kafka;
    private final EmbeddedDatabase server;
    private final WorkerSettings settings;
    private final Database database;
    private final Admin admin;
    private final List<WorkerSlot> slots;

    Disasters(SoakServers servers) {
        this.kafka = servers.kafka();
        this.server = servers.databaseServer();
        this.settings = servers.settings();
        this.database = servers.database();
        this.admin = servers.admin();
        this.slots = servers.slots();
    }

    /**
     * The database commits without waiting for its disk, and crashes: the last commits are lost. Then {@code contacts
     * rebuild}.
     */
    synchronized void loseLastCommits(Runnable pause) {
        synchronized (server) {
            execute("alter database contacts set synchronous_commit = off");
            execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where application_name = 'message-contact-worker'");
            server.holdBackLog();
            pause.run();
            server.crash();
            server.restart();
            execute("alter database contacts reset synchronous_commit");
        }
        withAllStopped(() -> {
            Rebuild rebuild = new Rebuild(settings, database.dsl(), Progress.NONE);
            return insist(() -> rebuild.run(rebuild.missing(), false));
        });
    }

    /** A tool moves a partition to its end, over commands that nobody answered. Then {@code contacts offsets move}. */
    synchronized void moveForward(Runnable pause) {
        Optional<TopicPartition> moved = withAllStopped(() -> insist(this::moveOne));
        if (moved.isPresent()) {
            pause.run();
            withAllStopped(() -> insist(() -> {
                GroupOffsets offsets = new GroupOffsets(
                        settings,
                        database.dsl(),
                        settings.topics().names().origin(moved.get().topic()));
                offsets.make(offsets.plan(moved.get().partition(), Target.parse("settled")), "", "soak");
                return moved;
            }));
        }
    }

    private Optional<TopicPartition> moveOne() {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(SoakServers.GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (Map.Entry<TopicPartition, OffsetAndMetadata> each : committed.entrySet()) {
                TopicPartition partition = each.getKey();
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                if (each.getValue() != null && each.getValue().offset() < end) {
                    admin.alterConsumerGroupOffsets(SoakServers.GROUP, Map.of(partition, new OffsetAndMetadata(end)))
                            .all()
                            .get();
                    return Optional.of(partition);
                }
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private <T> T withAllStopped(Supplier<T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        stopFrom(0, () -> {
            synchronized (kafka) {
                synchronized (server) {
                    result.set(work.get());
                }
            }
        });
        return Objects.requireNonNull(result.get());
    }

    private void stopFrom(int slot, Runnable work) {
        if (slot == slots.size()) {
            work.run();
        } else {
            slots.get(slot).terminate(() -> stopFrom(slot + 1, work));
        }
    }

    /** Tries again, as an operator does: a killed member expires only later, and a right may be withdrawn just now. */
    private static <T> T insist(Supplier<T> command) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return command.get();
            } catch (OperatorException | KafkaException | DataAccessException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(500_000_000L);
            }
        }
    }

    private void execute(String sql) {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the database could not be told: " + sql, e);
        }
    }
}
