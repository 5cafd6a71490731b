package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes that are told to end, or are killed. */
@SuppressWarnings("try") // a worker runs as long as its block
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class ShutdownIT {

    /** Each kills a worker at another moment. */
    private static final int ROUNDS = Integer.getInteger("shutdown.rounds", 1);

    private static final Duration LONGEST_END = Duration.ofSeconds(40);

    private static final Map<String, String> SHORT_SESSIONS = Map.of("group.consumer.session.timeout.ms", "2000");

    @TempDir
    Path folder;

    private EmbeddedServices services;
    private TestStage stage;
    private Ledger ledger;

    @BeforeAll
    void startServers() {
        services = EmbeddedServices.start(true, () -> EmbeddedKafka.start(SHORT_SESSIONS));
    }

    @AfterAll
    void stopServers() {
        services.close();
    }

    @BeforeEach
    void open() {
        stage = TestStage.on(services, 2);
        ledger = new Ledger(stage);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void at_any_moment_SIGTERM_ends_it_with_0_and_what_it_left_is_answered_once() {
        Random random = new Random(5);
        for (int i = 0; i < ROUNDS; i++) {
            ledger.submit(300);
            try (WorkerProcess worker = start()) {
                assertTrue(worker.awaitUp(LONGEST_END), worker::output);
                stage.answers(ledger.submitted() - random.nextInt(300));
                worker.terminate();
                assertEquals(0, worker.awaitEnd(LONGEST_END), worker::output);
            }
        }
        try (WorkerProcess last = start()) {
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void at_any_moment_a_kill_loses_and_doubles_nothing() {
        Random random = new Random(6);
        for (int i = 0; i < ROUNDS; i++) {
            ledger.submit(300);
            try (WorkerProcess worker = start()) {
                stage.answers(ledger.submitted() - random.nextInt(300));
                worker.kill();
            }
        }
        try (WorkerProcess last = start()) {
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void a_kill_while_the_database_is_away_loses_nothing() throws Exception {
        try (WorkerProcess worker = start()) {
            ledger.submit(50);
            ledger.awaitAnswers();
            services.database().stop();
            ledger.submit(100);
            await("it has met the outage").until(() -> worker.output().contains("attempt 2 failed"));
            worker.kill();
        } finally {
            services.database().restart();
        }
        try (WorkerProcess next = start()) {
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void SIGTERM_while_a_batch_waits_for_a_lock_ends_it_with_0() throws Exception {
        try (WorkerProcess worker = start();
                Connection stranger = stage.databaseAddress().connect()) {
            ledger.submit(50);
            ledger.awaitAnswers();
            stranger.setAutoCommit(false);
            stranger.createStatement().execute("lock table message_contact in share mode");
            ledger.submit(50);
            await("it waits").until(() -> worker.output().contains("55P03"));
            worker.terminate();
            assertEquals(0, worker.awaitEnd(LONGEST_END), worker::output);
        }
        try (WorkerProcess next = start()) {
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void SIGTERM_while_broker_and_database_are_away_ends_it_with_0() throws Exception {
        try (WorkerProcess worker = start()) {
            ledger.submit(50);
            ledger.awaitAnswers();
            services.database().stop();
            ledger.submit(50);
            services.kafka().stop();
            await("it has met the outage").until(() -> worker.output().contains("attempt 1 failed"));
            worker.terminate();
            assertEquals(0, worker.awaitEnd(LONGEST_END), worker::output);
        } finally {
            services.database().restart();
            services.kafka().restart();
        }
        try (WorkerProcess next = start()) {
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void asked_for_its_threads_a_worker_writes_them_down_and_goes_on() throws Exception {
        try (WorkerProcess worker = start()) {
            ledger.submit(50);
            ledger.awaitAnswers();
            new ProcessBuilder("sh", "-c", "kill -QUIT " + worker.pid()).start().waitFor();
            await("it has written them")
                    .until(() -> worker.output().contains("Full thread dump")
                            && worker.output().contains("\"lane-0"));
            ledger.submit(50);
            ledger.assertAllAnsweredOnce();
        }
    }

    private WorkerProcess start() {
        Map<String, String> settings = Map.of("WORKER_BATCH_SIZE", "50", "WORKER_INSTANCE", "worker");
        return WorkerProcess.start(
                ClassArchive.with(WorkerProcess.SMALL),
                stage.environment(settings),
                folder.resolve("worker-" + System.nanoTime()));
    }
}
