package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A PostgreSQL that really loses what it has committed: by a crash, or because an older dump takes its place. Each time the
 * partition stops by name, one documented command mends it, and the audit is complete.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class LostRowsIT {

    private static final String ASSIGNMENT = "dev.messagecontact.intake.Assignment";
    private static final String RECOVERY = "dev.messagecontact.intake.Recovery";
    private static final int KEPT = 200;
    private static final int ALL = 300;
    private static final int WAITING = 10; // the commands of one directory

    private EmbeddedDatabase server;
    private TestStage stage;
    private int submitted;

    @BeforeAll
    void startServer() {
        server = EmbeddedDatabase.start(false); // synchronous_commit is off
    }

    @AfterAll
    void closeServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        stage = TestStage.on(server, 1);
        submitted = 0;
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void a_crash_with_synchronous_commit_off_loses_the_last_commits() throws Exception {
        RunningWorker worker = stage.startWorkerOnItsOwn(Map.of("WORKER_BATCH_SIZE", "20"));
        submit(KEPT);
        stage.answers(KEPT);
        onServer("checkpoint");
        try (LogLines lines = LogLines.of(ASSIGNMENT)) {
            server.holdBackLog();
            submit(ALL);
            stage.answers(ALL);
            List<String> rows = StoredState.rows(stage);

            crashAndComeBack(stage);

            // No command is sent: the lane without work notices by itself.
            lines.await("is stopped", "the database has a receipt up to", "`contacts rebuild`");
            await("readiness names it").until(() -> worker.reasons().contains("stopped"));
            worker.stop();
            int left = stage.database().fetchCount(MESSAGE_CONTACT);
            assertTrue(left >= KEPT && left < ALL, "of %d told, %d are left".formatted(ALL, left));
            Aftermath.rebuild(stage, false);
            assertEquals(rows, StoredState.rows(stage));
        }
        goesOn();
    }

    @Test
    void a_crash_loses_what_was_answered_behind_a_command_that_waits_for_a_lock() throws Exception {
        RunningWorker worker = startPatientWorker();
        submit(KEPT);
        stage.answers(KEPT);
        try (LogLines lines = LogLines.of(ASSIGNMENT);
                Connection stranger = lockNextDirectory()) {
            onServer("checkpoint");
            server.holdBackLog();
            submit(ALL);
            stage.answers(ALL - WAITING);
            List<String> rows = StoredState.rows(stage);

            crashAndComeBack(stage);

            lines.await("is stopped", "the database has a receipt up to");
            worker.stop();
            int left = stage.database().fetchCount(MESSAGE_CONTACT);
            assertTrue(left < ALL - WAITING, "of %d told, %d are left".formatted(ALL - WAITING, left));
            Aftermath.rebuild(stage, false);
            assertEquals(rows, StoredState.rows(stage));
        }
        goesOn();
    }

    @Test
    void a_crash_loses_the_answers_of_commands_that_had_waited_for_a_lock_and_no_others() throws Exception {
        RunningWorker worker = startPatientWorker();
        submit(KEPT);
        stage.answers(KEPT);
        try (LogLines lines = LogLines.of(ASSIGNMENT);
                Connection stranger = lockNextDirectory()) {
            submit(ALL);
            stage.answers(ALL - WAITING);
            onServer("checkpoint");
            server.holdBackLog();
            stranger.rollback();
            stage.answers(ALL);
            List<String> rows = StoredState.rows(stage);

            crashAndComeBack(stage);

            lines.await("is stopped", "the database has no receipt for", "the first at offset " + KEPT);
            worker.stop();
            assertEquals(ALL - WAITING, stage.database().fetchCount(MESSAGE_CONTACT));
            Aftermath.rebuild(stage, false);
            assertEquals(rows, StoredState.rows(stage));
        }
        goesOn();
    }

    @Test
    void a_crash_holds_a_partition_that_has_lost_nothing_itself() throws Exception {
        try (TestStage two = TestStage.on(server, 2);
                LogLines lines = LogLines.of(ASSIGNMENT)) {
            RunningWorker worker = two.startWorkerOnItsOwn(Map.of());
            two.submit(List.of(to(two, 1, Commands.adding(two, "rd-far", "r-0", "tom"))));
            two.answers(1);
            onServer("checkpoint");
            server.holdBackLog();
            two.submit(List.of(to(two, 0, Commands.adding(two, "rd-near", "r-1", "tim"))));
            two.answers(2);

            crashAndComeBack(two);
            two.submit(List.of(to(two, 1, Commands.adding(two, "rd-near", "r-1", "another"))));

            lines.await(two.commands() + "-1 is stopped", "the database has lost answers of " + two.commands() + "-0");
            worker.stop();
            assertEquals(2, two.all(two.events().results()).size());
            Aftermath.rebuild(two, false);
            worker = two.startWorkerOnItsOwn(Map.of());
            two.answers(3);
            worker.stop();
            assertEquals(1, two.all(two.events().errors()).size(), "the request is known again");
            Aftermath.assertComplete(two);
        }
    }

    @Test
    void a_crash_holds_a_partition_until_it_is_known_what_another_has_published() throws Exception {
        try (TestStage two = TestStage.on(server, 2);
                LogLines lines = LogLines.of(ASSIGNMENT);
                LogLines waits = LogLines.of(RECOVERY);
                Producer<byte[], byte[]> dying = two.transactionalProducer(two.group() + "-dying")) {
            RunningWorker worker = two.startWorkerOnItsOwn(Map.of());
            two.submit(List.of(to(two, 1, Commands.adding(two, "rd-far", "r-0", "tom"))));
            two.answers(1);
            onServer("checkpoint");
            dying.beginTransaction();
            dying.send(to(two, 0, Commands.adding(two, "rd-near", "r-1", "tom"))); // what it has read and answered
            dying.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(two.commands(), 0), CommittedOffset.of(Answered.before(1))),
                    new ConsumerGroupMetadata(two.group()));

            crashAndComeBack(two);
            two.submit(List.of(to(two, 1, Commands.adding(two, "rd-near", "r-1", "another"))));
            waits.await("the transaction of " + two.commands() + "-0 is not over");
            dying.commitTransaction();

            lines.await(two.commands() + "-1 is stopped", "the database has lost answers of " + two.commands() + "-0");
            worker.stop();
            assertEquals(1, two.all(two.events().results()).size());
        }
    }

    private void crashAndComeBack(TestStage ofServer) {
        server.crash();
        server.restart();
        ofServer.reconnect();
    }

    /** As with a wrong key. */
    private static ProducerRecord<byte[], byte[]> to(
            TestStage stage, int partition, ProducerRecord<byte[], byte[]> command) {
        return new ProducerRecord<>(stage.commands(), partition, command.key(), command.value());
    }

    /** One that lets commands wait for longer than any test takes. */
    private RunningWorker startPatientWorker() {
        return stage.startWorkerOnItsOwn(
                Map.of("WORKER_BATCH_SIZE", "20", "DIRECTORY_LOCK_BUDGET", "2m", "DATABASE_LOCK_TIMEOUT", "100ms"));
    }

    /** The directory of the next commands, made for it. */
    private Connection lockNextDirectory() throws Exception {
        String id = "rd-" + KEPT / WAITING;
        stage.database().execute("insert into resource_directory (directory_id) values (?)", id);
        Connection stranger = stage.databaseAddress().connect();
        stranger.setAutoCommit(false);
        stranger.createStatement()
                .execute("select 1 from resource_directory where directory_id = '" + id + "' for update");
        return stranger;
    }

    @Test
    void a_failover_to_an_asynchronous_standby_loses_what_it_had_not_received() throws Exception {
        server.addStandby();
        stage.reconnect();
        RunningWorker worker = stage.startWorkerOnItsOwn(Map.of("WORKER_BATCH_SIZE", "20"));
        submit(KEPT);
        stage.answers(KEPT);
        await("the standby has all").until(this::hasStandbyAll);
        try (LogLines lines = LogLines.of(ASSIGNMENT)) {
            server.holdBackStandby();
            submit(ALL);
            stage.answers(ALL);
            List<String> rows = StoredState.rows(stage);

            server.failOver();
            stage.reconnect();

            lines.await("is stopped", "the database has a receipt up to " + KEPT + " only");
            await("readiness names it").until(() -> worker.reasons().contains("stopped"));
            worker.stop();
            assertEquals(KEPT, stage.database().fetchCount(MESSAGE_CONTACT));
            Aftermath.rebuild(stage, false);
            assertEquals(rows, StoredState.rows(stage));
        }
        goesOn();
    }

    private boolean hasStandbyAll() {
        return stage.database()
                .fetchSingle("select coalesce(bool_and(replay_lsn >= pg_current_wal_insert_lsn()), false)"
                        + " from pg_stat_replication")
                .get(0, Boolean.class);
    }

    @Test
    void an_older_dump_restored_under_a_stopped_group() throws Exception {
        answer(KEPT);
        backUp();
        answer(ALL);
        List<String> rows = StoredState.rows(stage);
        restore();
        try (LogLines lines = LogLines.of(ASSIGNMENT)) {
            RunningWorker worker = stage.startWorkerOnItsOwn(Map.of());
            lines.await("is stopped", "the database has a receipt up to " + KEPT + " only");
            worker.stop();
        }
        Aftermath.rebuild(stage, false);
        assertEquals(rows, StoredState.rows(stage));
        goesOn();
    }

    @Test
    void an_older_dump_restored_under_a_running_group() throws Exception {
        answer(KEPT);
        backUp();
        RunningWorker worker = stage.startWorkerOnItsOwn(Map.of());
        submit(ALL);
        stage.answers(ALL);
        List<String> rows = StoredState.rows(stage);
        try (LogLines lines = LogLines.of(ASSIGNMENT)) {
            restore();
            stage.submit(List.of(takingTheNameOf(ALL - 1)));
            lines.await("is stopped", "the database has a receipt up to " + KEPT + " only");
            worker.stop();
        }
        assertEquals(ALL, stage.answers(ALL).size(), "no lost name is given away");
        Aftermath.rebuild(stage, false);
        assertEquals(rows, StoredState.rows(stage));
        worker = stage.startWorkerOnItsOwn(Map.of());
        stage.answers(ALL + 1);
        assertEquals(1, stage.all(stage.events().errors()).size(), "the name is taken");
        worker.stop();
        Aftermath.assertComplete(stage);
        Aftermath.assertAskedOnce(stage, ALL);
    }

    @Test
    void a_quiet_partition_whose_commands_have_expired_since_the_last_backup() throws Exception {
        answer(KEPT);
        backUp();
        answer(ALL);
        stage.deleteCommands(0, ALL);
        restore();
        assertOnlyGoesOnWithoutThem("the database has a receipt up to " + KEPT + " only", "200 to 299");
        assertEquals(KEPT + 1, stage.database().fetchCount(MESSAGE_CONTACT));
    }

    @Test
    void a_quiet_partition_whose_commands_have_expired_and_a_database_without_a_backup() throws Exception {
        answer(ALL);
        stage.deleteCommands(0, ALL);
        List.of(RESOURCE_DIRECTORY, MESSAGE_CONTACT, COMMAND_REJECTION, FIELD_REFUSAL, BATCH_RECEIPT)
                .forEach(table -> stage.database().truncate(table).execute());
        assertOnlyGoesOnWithoutThem("the database knows nothing of them", "0 to 299");
        assertEquals(1, stage.database().fetchCount(MESSAGE_CONTACT));
    }

    private void assertOnlyGoesOnWithoutThem(String why, String lost) {
        try (LogLines lines = LogLines.of(ASSIGNMENT)) {
            RunningWorker worker = stage.startWorkerOnItsOwn(Map.of());
            lines.await("is stopped", why);
            worker.stop();
        }
        CommandLineRun look = stage.run("rebuild", "--dry-run");
        assertTrue(
                look.out().contains("the commands " + lost + " are gone from the topic too"), look.out() + look.err());
        CommandLineRun refused = stage.run("rebuild", "--yes");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("the commands " + lost + " are gone from the topic"), refused.err());
        CommandLineRun accepted = stage.run("rebuild", "--yes", "--accept-gap");
        assertEquals(0, accepted.exitCode(), accepted.err());
        assertEquals(0, stage.run("offsets").exitCode());
        goesOn();
    }

    /** Another command is answered as ever, and all is complete. */
    private void goesOn() {
        RunningWorker worker = stage.startWorkerOnItsOwn(Map.of());
        submit(ALL + 1);
        stage.answers(ALL + 1);
        worker.stop();
        Aftermath.assertComplete(stage);
        Aftermath.assertAskedOnce(stage, ALL + 1);
    }

    private void answer(int upTo) {
        submit(upTo);
        RunningWorker worker = stage.startWorkerOnItsOwn(Map.of());
        stage.answers(upTo);
        await("all is committed").until(() -> stage.committed().equals(Map.of(0, (long) upTo)));
        worker.stop();
    }

    private void submit(int upTo) {
        stage.submit(IntStream.range(submitted, upTo)
                .mapToObj(i -> Commands.adding(stage, "rd-" + i / WAITING, "r-" + i, "tom" + Commands.letters(i)))
                .toList());
        submitted = upTo;
    }

    private ProducerRecord<byte[], byte[]> takingTheNameOf(int number) {
        return Commands.adding(stage, "rd-" + number / WAITING, "r-thief", "tom" + Commands.letters(number));
    }

    private void backUp() throws Exception {
        stage.databaseAddress().copy();
        stage.reconnect();
    }

    private void restore() throws Exception {
        stage.databaseAddress().restore();
        stage.reconnect();
    }

    private void onServer(String statement) throws Exception {
        stage.databaseAddress().onServer(statement);
    }
}
