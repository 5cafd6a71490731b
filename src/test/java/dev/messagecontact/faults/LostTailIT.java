package dev.messagecontact.faults;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.directory.LostRecords;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.offsets.GroupOffsets;
import dev.messagecontact.recovery.offsets.Move;
import dev.messagecontact.recovery.offsets.Target;
import dev.messagecontact.recovery.replay.Journal;
import dev.messagecontact.recovery.replay.ReplayPlan;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A topic that has lost its last records, as after an unclean election. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class LostTailIT {

    private final EmbeddedKafka kafka = EmbeddedKafka.start();

    @AfterAll
    void close() {
        kafka.close();
    }

    @ParameterizedTest(name = "while a worker runs: {0}")
    @ValueSource(booleans = {false, true})
    void commands_that_have_come_in_the_place_of_lost_ones_stop_their_partition_and_are_decided_as_new_ones(
            boolean whileAWorkerRuns) throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            RunningWorker before = answerTen(stage);
            if (!whileAWorkerRuns) {
                before.stop();
            }
            lose(stage, 6);
            submit(stage, 10, 18);
            assertEquals(14, stage.endOffset(0));

            RunningWorker stopped = whileAWorkerRuns ? before : stage.startWorker();
            await("it is stopped").until(() -> stopped.reasons().contains("it has lost its last records"));
            stopped.stop();
            String shown = stage.run("offsets").out();
            assertTrue(shown.contains("last 4 lost"), shown);
            CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
            assertTrue(moved.out().contains("from offset 10 to 6\n"), moved.out() + moved.err());

            stage.startWorker();
            stage.answers(18);
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 14L)));
            assertEquals(18, stage.database().fetchCount(MESSAGE_CONTACT));
            assertEquals(18, stage.all(stage.events().emailVerifications()).size());
        }
    }

    /** All that it knows of what was read last, it has from the group. */
    @Test
    void a_worker_that_has_read_nothing_since_its_start_notices_the_loss_too() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1);
                LogLines log = LogLines.of("dev.messagecontact.intake.Assignment")) {
            answerTen(stage).stop();
            RunningWorker idle = stage.startWorker();
            await("it has resumed").until(() -> log.count(stage.commands() + "-0 resumes at offset 10") == 1);
            lose(stage, 6);
            stage.submit(commands(stage, 0, 10, 18)); // at once, or it may find the end before its offset
            await("it is stopped").until(() -> idle.reasons().contains("it has lost its last records"));
        }
    }

    /** The group's offset is that of the waiting command, before what is lost; it has read further. */
    @Test
    void the_loss_is_noticed_behind_a_command_that_waits_for_its_directory() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            stage.database().execute("insert into resource_directory (directory_id) values ('rd-2')");
            try (Connection stranger = stage.databaseAddress().connect()) {
                stranger.setAutoCommit(false);
                stranger.createStatement().execute("select 1 from resource_directory for update");
                submit(stage, 0, 10);
                RunningWorker before = stage.startWorker(Map.of("DIRECTORY_LOCK_BUDGET", "PT60S"));
                stage.answers(9);
                await("all but one is answered").until(() -> stage.committed().equals(Map.of(0, 2L)));
                before.stop();
                stranger.rollback();
            }
            lose(stage, 6);
            submit(stage, 10, 18);

            RunningWorker stopped = stage.startWorker();
            await("it is stopped").until(() -> stopped.reasons().contains("it has lost its last records"));
            stopped.stop();
            CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
            assertEquals(0, moved.exitCode(), moved.out() + moved.err());

            stage.startWorker();
            stage.answers(18);
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 14L)));
            assertEquals(18, stage.database().fetchCount(MESSAGE_CONTACT));
            assertEquals(18, stage.all(stage.events().emailVerifications()).size());
        }
    }

    @Test
    void told_to_go_on_across_gaps_it_decides_them_as_new_ones_by_itself() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            lose(stage, 6);
            submit(stage, 10, 18);
            updateSlowly(stage);

            stage.startWorkerOnItsOwn(Map.of(
                    "OFFSETS_GAP", "continue",
                    "DATABASE_LOCK_TIMEOUT", "PT0.2S",
                    "DATABASE_STATEMENT_TIMEOUT", "PT0.5S",
                    "DATABASE_SOCKET_TIMEOUT", "PT1S"));
            stage.answers(18);
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 14L)));
            assertEquals(18, stage.database().fetchCount(MESSAGE_CONTACT));
            assertEquals(18, stage.all(stage.events().emailVerifications()).size());
            String shown = stage.run("offsets").out();
            assertTrue(shown.contains(" ok"), shown);
        }
    }

    /** As where all rows of a large table are read: more slowly than the settings of the test above allow a statement. */
    private static void updateSlowly(TestStage stage) {
        stage.database().execute("""
                create function slow() returns trigger language plpgsql as
                $$ begin perform pg_sleep(1.5); return null; end $$;
                create trigger slow before update on message_contact for each statement execute function slow()""");
    }

    /** The group is moved before anything comes: or it would be ahead of a database that has lost nothing. */
    @Test
    void told_to_go_on_it_needs_to_be_told_once() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            lose(stage, 6);
            RunningWorker told = stage.startWorker(Map.of("OFFSETS_GAP", "continue"));
            await("the group is moved").until(() -> stage.committed().equals(Map.of(0, 6L)));
            told.stop();

            submit(stage, 10, 18);
            stage.startWorker();
            stage.answers(18);
            assertEquals(18, stage.all(stage.events().emailVerifications()).size());
        }
    }

    /** Ids of a record without one follow from its place, so a lost record and the one in its place have the same. */
    @Test
    void a_command_in_the_place_of_a_lost_one_is_never_taken_for_it() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            stage.submit(List.of(withoutId(stage, "tom")));
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tim")));
            RunningWorker before = stage.startWorker();
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 2L)));
            before.stop();
            lose(stage, 0);
            stage.submit(List.of(withoutId(stage, "ann")));
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tim"))); // sent again, as the runbook asks

            stage.startWorker(Map.of("OFFSETS_GAP", "continue"));
            stage.answers(4);
            assertEquals(
                    List.of("IdempotentParameterMismatch"),
                    stage.all(stage.events().errors()).stream()
                            .map(error -> JsonMapper.shared()
                                    .readTree(error.value())
                                    .path("Code")
                                    .asString())
                            .toList());
            assertEquals(
                    List.of("tim", "tom"),
                    stage.database()
                            .fetch("select name from message_contact order by name")
                            .into(String.class));
            assertEquals(2, stage.all(stage.events().emailVerifications()).size(), "nobody is mailed for another");
            assertEquals(
                    0,
                    stage.run("audit", "--quiet").exitCode(),
                    () -> stage.run("audit", "--quiet").out());
        }
    }

    private static ProducerRecord<byte[], byte[]> withoutId(TestStage stage, String name) {
        ProducerRecord<byte[], byte[]> command = Commands.adding(stage, "rd-1", "r-0", name);
        String value = new String(command.value(), UTF_8).replace("\"RequestId\":\"r-0\",", "");
        return stage.record(command.key(), value.getBytes(UTF_8));
    }

    /** Until then it is no reason for other partitions to stand, those of other lanes neither. */
    @Test
    void a_move_that_came_no_further_than_the_database_is_made_again() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 2)) {
            answerTen(stage).stop();
            lose(stage, 6);
            submit(stage, 10, 18);
            moveInTheDatabaseOnly(stage);

            RunningWorker meanwhile = stage.startWorker(Map.of("WORKER_LANES", "2"));
            stage.submit(commands(stage, 1, 20, 25));
            stage.answers(15);
            await("it is stopped").until(() -> meanwhile.reasons().contains("it has lost its last records"));
            meanwhile.stop();

            CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
            assertTrue(moved.out().contains("from offset 10 to 6\n"), moved.out() + moved.err());
            stage.startWorker();
            stage.answers(23);
            assertEquals(23, stage.all(stage.events().emailVerifications()).size());
        }
    }

    /** The tail was lost and mended by the book; later the database is lost. */
    @Test
    void a_rebuild_takes_no_answer_to_a_lost_command_for_that_to_the_one_in_its_place() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerSix(stage, Commands.adding(stage, "rd-0", "r-lost", "tom")); // AlreadyUsed
            lose(stage, 6);
            submit(stage, 10, 12);
            RunningWorker after = stage.startWorker(Map.of("OFFSETS_GAP", "continue"));
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 8L)));
            after.stop();
            List<String> contacts = contacts(stage);
            loseDatabase(stage);

            CommandLineRun rebuilt = stage.run("rebuild", "--yes", "--quiet");

            assertEquals(0, rebuilt.exitCode(), rebuilt.out() + rebuilt.err());
            assertEquals(contacts, contacts(stage));
        }
    }

    /** As where a whole site is lost: the topic goes back a little, and so does the database. */
    @ParameterizedTest(name = "commands have come since: {0}")
    @ValueSource(booleans = {false, true})
    void a_database_that_is_lost_together_with_the_tail_is_rebuilt_as_far_as_the_topic_has_what_was_answered(
            boolean commandsHaveCome) throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            lose(stage, 6);
            if (commandsHaveCome) {
                submit(stage, 10, 18);
            }
            loseDatabase(stage);

            CommandLineRun refused = stage.run("rebuild", "--yes", "--quiet");
            CommandLineRun rebuilt = stage.run("rebuild", "--accept-gap", "--yes", "--quiet");
            CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
            assertTrue(refused.err().contains("the commands 6 to 9 are gone"), refused.out() + refused.err());
            assertEquals(0, rebuilt.exitCode(), rebuilt.out() + rebuilt.err());
            assertEquals(6, contacts(stage).size());
            assertTrue(moved.out().contains("from offset 10 to 6\n"), moved.out() + moved.err());

            submit(stage, 18, 20);
            int commands = commandsHaveCome ? 20 : 12;
            stage.startWorker();
            stage.answers(commands);
            assertEquals(
                    commands, stage.all(stage.events().emailVerifications()).size());
        }
    }

    /** The database holds what was decided about lost records, by their places. */
    @Test
    void what_was_decided_about_a_lost_command_is_told_of_no_other_one() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerSix(stage, Commands.adding(stage, "rd-lost", "r-lost", "x")); // a name that is too short
            lose(stage, 6);
            submit(stage, 10, 12);

            CommandLineRun resubmitted = stage.run("resubmit", "--yes", "--quiet");
            CommandLineRun replayed = stage.run("replay", "--yes", "--quiet");

            assertTrue(replayed.out().contains(" 6  answers and 0 "), replayed.out() + replayed.err());
            assertTrue(resubmitted.out().startsWith("0 published"), resubmitted.out() + resubmitted.err());
        }
    }

    /** The loss came after the start of the replay. */
    @ParameterizedTest(name = "commands have come since: {0}, the group was moved: {1}")
    @CsvSource({"false, false", "true, false", "true, true"})
    void a_replay_that_is_resumed_tells_nothing_of_what_is_lost(boolean commandsHaveCome, boolean isMoved)
            throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerSix(stage, Commands.adding(stage, "rd-lost", "r-lost", "x")); // a name that is too short
            new Journal(stage.database())
                    .begin(
                            "r1",
                            new ReplayPlan(
                                    stage.group(),
                                    topicId(stage),
                                    Selection.ALL,
                                    false,
                                    false,
                                    false,
                                    List.of(new Part(0, 0, 7))),
                            "somebody@somewhere",
                            Instant.now());
            lose(stage, 6);
            if (commandsHaveCome) {
                submit(stage, 10, 12);
            }
            if (isMoved) {
                CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
                assertEquals(0, moved.exitCode(), moved.out() + moved.err());
            }

            CommandLineRun resumed = stage.run("replay", "--resume", "r1", "--quiet");

            assertEquals(0, resumed.exitCode(), resumed.out() + resumed.err());
            assertTrue(resumed.out().contains(" 6  answers and 0 "), resumed.out() + resumed.err());
        }
    }

    /** Two operators are at it; the second one is asked whether it may go on while the first one ends and workers run. */
    @Test
    void a_move_is_not_made_if_the_partition_stands_elsewhere_by_then() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            lose(stage, 6);
            submit(stage, 10, 12);
            GroupOffsets second = new GroupOffsets(stage.settings(Map.of()), stage.database(), Origin.UPSTREAM);
            Move planned = second.plan(0, Target.SETTLED);
            stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
            RunningWorker worker = stage.startWorker();
            await("all is answered").until(() -> stage.committed().equals(Map.of(0, 8L)));
            worker.stop();

            OperatorException refused =
                    assertThrows(OperatorException.class, () -> second.make(planned, "", "somebody@somewhere"));

            assertTrue(String.valueOf(refused.getMessage()).contains("run this again"), refused.toString());
            assertEquals(Map.of(0, 8L), stage.committed());
            String shown = stage.run("offsets").out();
            assertTrue(shown.contains(" ok"), shown);
        }
    }

    @Test
    void a_rebuild_after_a_move_that_came_no_further_than_the_database_says_to_make_it_again() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            lose(stage, 6);
            submit(stage, 10, 12);
            moveInTheDatabaseOnly(stage);

            CommandLineRun rebuilt = stage.run("rebuild", "--yes", "--quiet");

            assertEquals(1, rebuilt.exitCode(), rebuilt.out() + rebuilt.err());
            assertTrue(rebuilt.err().contains("`contacts offsets move --to settled`"), rebuilt.err());
            assertTrue(!rebuilt.err().contains("restore a backup"), rebuilt.err());
        }
    }

    /** Six commands that succeed, and at offset 6 this one, which is refused. */
    private static void answerSix(TestStage stage, ProducerRecord<byte[], byte[]> refused) {
        submit(stage, 0, 6);
        stage.submit(List.of(refused));
        RunningWorker worker = stage.startWorker();
        await("all is answered").until(() -> stage.committed().equals(Map.of(0, 7L)));
        worker.stop();
    }

    /** What a move to offset 6 does first. */
    private static void moveInTheDatabaseOnly(TestStage stage) {
        LostRecords.forget(stage.database(), Receipt.first(topicId(stage), 0, Answered.before(6), 6));
    }

    private static UUID topicId(TestStage stage) {
        return stage.database()
                .selectDistinct(BATCH_RECEIPT.TOPIC_ID)
                .from(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.SETTLED_OFFSET.gt(0L))
                .fetchSingle(BATCH_RECEIPT.TOPIC_ID);
    }

    private static List<String> contacts(TestStage stage) {
        return stage.database()
                .fetch("select directory_id || ' ' || request_id from message_contact order by 1")
                .into(String.class);
    }

    private static void loseDatabase(TestStage stage) {
        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");
    }

    @Test
    void a_damaged_batch_of_the_results_does_not_make_a_rebuild_or_an_audit_impossible() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 1)) {
            answerTen(stage).stop();
            List<String> contacts = contacts(stage);
            damageResults(stage);
            loseDatabase(stage);

            CommandLineRun refused = stage.run("rebuild", "--yes", "--quiet");
            CommandLineRun rebuilt = stage.run("rebuild", "--accept-gap", "--yes", "--quiet");
            CommandLineRun audit = stage.run("audit", "--quiet");

            assertTrue(refused.err().contains("cannot be read at offset"), refused.out() + refused.err());
            assertEquals(0, rebuilt.exitCode(), rebuilt.out() + rebuilt.err());
            assertTrue(rebuilt.out().contains("by the rules of now"), rebuilt.out());
            assertEquals(contacts, contacts(stage));
            assertTrue(
                    audit.out()
                            .matches(
                                    "(?s).*-0: the events at offsets 0( to \\d+)? cannot be read; what should stand.*"),
                    audit.out() + audit.err());
        }
    }

    /** One byte in the first batch of each partition. */
    private void damageResults(TestStage stage) throws IOException {
        for (int partition = 0; partition < 2; partition++) {
            Path segment = kafka.folder()
                    .resolve(stage.events().results() + "-" + partition)
                    .resolve("00000000000000000000.log");
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                if (file.length() > 200) {
                    file.seek(200);
                    int was = file.read();
                    file.seek(200);
                    file.write(was ^ 1);
                }
            }
        }
    }

    /** The worker that has answered them still runs. */
    private static RunningWorker answerTen(TestStage stage) throws Exception {
        submit(stage, 0, 10);
        RunningWorker worker = stage.startWorker();
        await("all is answered").until(() -> stage.committed().equals(Map.of(0, 10L)));
        return worker;
    }

    private void lose(TestStage stage, long from) throws Exception {
        kafka.stop();
        cut(stage, from);
        kafka.restart();
    }

    /** One by one, or they would stand in one batch. */
    private static void submit(TestStage stage, int from, int to) {
        for (int i = from; i < to; i++) {
            stage.submit(commands(stage, 0, i, i + 1));
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> commands(TestStage stage, int partition, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Commands.adding(stage, "rd-" + i, "r-" + i, "tom"))
                .map(command -> new ProducerRecord<>(stage.commands(), partition, command.key(), command.value()))
                .toList();
    }

    /** Takes away what the partition has from this offset on. A batch begins with its offset and its length. */
    private void cut(TestStage stage, long offset) throws IOException {
        Path segment = kafka.folder().resolve(stage.commands() + "-0").resolve("00000000000000000000.log");
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            long position = 0;
            while (file.readLong() < offset) {
                position += Long.BYTES + Integer.BYTES + file.readInt();
                file.seek(position);
            }
            file.setLength(position);
        }
    }
}
