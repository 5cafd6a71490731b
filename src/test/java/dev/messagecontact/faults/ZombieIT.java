package dev.messagecontact.faults;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that stand still in the middle of their work, or are taken for dead. */
class ZombieIT {

    private static final Map<String, String> IMPATIENT = Map.of(
            "DATABASE_LOCK_TIMEOUT", "PT0.5S",
            "DATABASE_STATEMENT_TIMEOUT", "PT1S",
            "DATABASE_SOCKET_TIMEOUT", "PT2S",
            "WORKER_TRANSACTION_TIMEOUT", "PT3S",
            "WORKER_MAX_POLL_INTERVAL", "PT3S",
            "DIRECTORY_LOCK_BUDGET", "PT1S");

    @TempDir
    Path folder;

    private TestStage stage;
    private Ledger ledger;

    @BeforeEach
    void open() {
        stage = TestStage.with(1);
        stage.missMembersSoon();
        ledger = new Ledger(stage);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void a_worker_frozen_inside_its_transaction_holds_nobody_up_and_does_nothing_twice_when_it_wakes()
            throws Exception {
        Path log = folder.resolve("zombie.log");
        try (WorkerProcess zombie =
                        WorkerProcess.start(ClassArchive.with(WorkerProcess.SMALL), stage.environment(IMPATIENT), log);
                Connection stranger = stage.databaseAddress().connect()) {
            ledger.submit(10);
            ledger.awaitAnswers();
            stranger.setAutoCommit(false);
            stranger.createStatement().execute("lock table message_contact in share mode");
            ledger.submit(50);
            await("the worker waits within its transaction").until(this::isBlocked);
            zombie.freeze();
            stranger.commit();

            stage.startWorker(IMPATIENT);
            ledger.awaitAnswers();
            zombie.thaw();
            ledger.submit(50);
            ledger.assertAllAnsweredOnce();

            zombie.terminate();
            assertEquals(0, zombie.awaitEnd(Duration.ofSeconds(30)), zombie::output);
        }
    }

    @Test
    void a_table_locked_for_longer_than_the_poll_interval_costs_nobody_his_partitions() throws Exception {
        stage.startWorker(IMPATIENT);
        ledger.submit(10);
        ledger.awaitAnswers();
        try (Connection stranger = stage.databaseAddress().connect();
                LogLines lane = LogLines.of("dev.messagecontact.intake.Recovery");
                LogLines positions = LogLines.of("dev.messagecontact.intake.Assignment")) {
            stranger.setAutoCommit(false);
            stranger.createStatement().execute("lock table message_contact in share mode");
            long start = System.nanoTime();
            ledger.submit(10);
            await("the poll interval has passed twice")
                    .until(() ->
                            System.nanoTime() - start > Duration.ofSeconds(6).toNanos());
            assertTrue(lane.count("failed", "55P03") > 1);
            assertEquals(0, positions.count("lost"));
        }
        ledger.assertAllAnsweredOnce();
    }

    @Test
    void commands_of_one_directory_on_many_partitions_are_settled_one_after_the_other() throws Exception {
        int commands = 3_000;
        int directories = 100;
        try (TestStage wide = TestStage.with(4)) {
            wide.submit(IntStream.range(0, commands)
                    .mapToObj(i -> {
                        String directoryId = "rd-" + i * 7 % directories;
                        var command = adding(wide, directoryId, "r-" + i / 2, "tom" + letters(i / 2));
                        return wide.record(("key-" + i).getBytes(), command.value());
                    })
                    .toList());
            wide.startWorker(Map.of("WORKER_LANES", "4", "WORKER_BATCH_SIZE", "100"));

            assertEquals(commands, wide.answers(commands).size());
            assertEquals(0, wide.all(wide.events().deadLetters()).size());
            assertEquals(
                    0,
                    wide.database()
                            .fetchValue(
                                    "select count(*)::int from (select d.directory_id from resource_directory d left"
                                            + " join message_contact c using (directory_id) group by 1 having"
                                            + " max(contact_count) <> count(c.contact_id) or count(c.contact_id) > 20) wrong"));
            assertEquals(
                    wide.database().fetchValue("select count(*)::int from message_contact"),
                    wide.all(wide.events().emailVerifications()).size());
        }
    }

    private boolean isBlocked() {
        return !stage.database()
                .fetch("select 1 from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock' and query like 'insert into \"message_contact\"%'")
                .isEmpty();
    }
}
