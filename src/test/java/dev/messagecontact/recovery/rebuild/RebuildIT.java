package dev.messagecontact.recovery.rebuild;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESENT_VERIFICATION;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebuildIT {

    private static final int COMMANDS = 400;
    private static final int LONG = 60;
    private static final Map<String, String> PUBLISHERS_DATE =
            Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");

    @Test
    void the_same_topic_into_two_empty_databases_gives_the_same_events_byte_for_byte() {
        try (TestStage first = TestStage.with(3);
                TestStage second = first.twin()) {
            first.submit(SampleCommands.of(first.commands(), COMMANDS));

            first.startWorker();
            second.startWorker(Map.of("WORKER_BATCH_SIZE", "7"));
            first.answers(COMMANDS);
            second.answers(COMMANDS);

            List<String> events = StoredState.events(first);
            assertTrue(events.size() > 2 * COMMANDS, "no verification requests among " + events.size());
            assertEquals(events, StoredState.events(second));
        }
    }

    @Test
    void a_lost_database_is_made_again_row_for_row_and_nothing_is_published() {
        try (TestStage stage = TestStage.with(3)) {
            answered(stage);
            List<String> rows = StoredState.rows(stage);
            List<String> events = StoredState.events(stage);
            loseAll(stage);

            Tally tally = rebuild(stage);

            assertEquals(COMMANDS, tally.answers());
            assertEquals(0, tally.unpublished());
            assertEquals(rows, StoredState.rows(stage));
            assertEquals(events, StoredState.events(stage));
            goesOnWithoutVerifyingAgain(stage);
        }
    }

    @Test
    void a_restored_backup_gets_the_rows_that_it_lacks() {
        try (TestStage stage = TestStage.with(3)) {
            answered(stage);
            List<String> rows = StoredState.rows(stage);
            // A backup of a moment at which the database had some of the rows, and knew of fewer that they were
            // published.
            stage.database().execute("delete from message_contact where source_offset >= 60");
            stage.database().execute("delete from command_rejection where source_offset >= 60");
            stage.database()
                    .execute(
                            "update resource_directory d set contact_count = (select count(*) from message_contact c where c.directory_id = d.directory_id)");
            stage.database().execute("delete from batch_receipt where settled_offset > 50");

            rebuild(stage);

            assertEquals(rows, StoredState.rows(stage));
            assertTrue(new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE)
                    .missing()
                    .isNothing());
        }
    }

    /** As by publishers that partition in different ways; events tell dates in seconds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2_000})
    void a_contact_is_made_again_from_the_command_that_made_it_and_not_from_a_repeat_on_another_partition(
            long laterMillis) throws Exception {
        int contacts = 20;
        try (TestStage stage = TestStage.with(2)) {
            stage.configure(stage.commands(), PUBLISHERS_DATE);
            long second = Instant.now().getEpochSecond() * 1_000 - 60_000; // the topic keeps what is not old
            stage.submit(commandsOn(stage, contacts, 0, second));
            RunningWorker worker = stage.startWorker();
            stage.answers(contacts);
            stage.submit(commandsOn(stage, contacts, 1, second + laterMillis));
            stage.answers(2 * contacts);
            worker.stop();
            List<String> rows = StoredState.rows(stage);
            loseAll(stage);

            Tally tally = rebuild(stage);

            assertEquals(rows, StoredState.rows(stage));
            assertEquals(2 * contacts, tally.answers());
        }
    }

    /** Partitions were added: a directory's older commands are on one, its newer ones on another, which is read sooner. */
    @Test
    void what_newer_commands_on_another_partition_have_done_to_contacts_is_done_again() {
        try (TestStage stage = TestStage.with(2)) {
            stage.submit(longPartition(stage, List.of("rd-1", "rd-2")));
            RunningWorker worker = stage.startWorker();
            stage.answers(LONG + 2);
            stage.submit(List.of(
                    on(1, stage, "rd-1", deleting("rd-1", "r-1")),
                    on(1, stage, "rd-1", adding(stage, "rd-1", "r-2", "anna")),
                    on(1, stage, "rd-2", verifyingAgain("rd-2", "r-1"))));
            stage.answers(LONG + 5);
            stage.submit(List.of(confirming(stage, "rd-2", "r-1", "again")));
            stage.answers(LONG + 6);
            worker.stop();
            List<String> rows = StoredState.rows(stage);
            loseAll(stage);

            rebuild(stage);

            assertEquals(rows, StoredState.rows(stage));
        }
    }

    /** The first of two equal commands has expired; the contact is deleted. */
    @Test
    void who_was_deleted_does_not_come_back_from_a_repeat() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            repeated(stage);
            stage.submit(List.of(on(0, stage, "rd-1", deleting("rd-1", "r-1"))));
            RunningWorker worker = stage.startWorker();
            stage.answers(4);
            worker.stop();
            loseAll(stage);

            rebuild(stage, true, Progress.NONE);

            assertEquals(List.of("bert"), names(stage));
            assertEquals(1, count(stage, "message_contact where deleted_at is not null"));
            assertEquals(0, count(stage, "contact_action where fingerprint is not null"), "hashes of what was erased");
        }
    }

    @Test
    void one_that_was_interrupted_restores_what_one_that_was_not_does() throws Exception {
        try (TestStage stage = TestStage.with(1);
                LogLines log = LogLines.of("dev.messagecontact.recovery.rebuild.RebuiltBatches")) {
            repeated(stage);
            loseAll(stage);
            rebuild(stage, true, Progress.NONE);
            List<String> rows = StoredState.rows(stage);
            assertEquals(List.of("anna", "bert"), names(stage));
            log.await("1 contacts are made from repeats");
            loseAll(stage);

            assertThrows(
                    IllegalStateException.class,
                    () -> rebuild(stage, true, (step, done, total) -> {
                        if (done == total) {
                            throw new IllegalStateException("killed");
                        }
                    }));
            rebuild(stage, true, Progress.NONE);

            assertEquals(rows, StoredState.rows(stage));
        }
    }

    /** The topic has lost the first command; its repeat and another one are there. */
    private static void repeated(TestStage stage) throws Exception {
        stage.submit(List.of(
                Commands.adding(stage, "rd-1", "r-1", "anna"),
                Commands.adding(stage, "rd-1", "r-1", "anna"),
                Commands.adding(stage, "rd-2", "r-1", "bert")));
        RunningWorker worker = stage.startWorker();
        stage.answers(3);
        worker.stop();
        stage.deleteCommands(0, 1);
    }

    /** A restored backup has the directory, and a session holds its row. */
    @Test
    void a_locked_directory_is_waited_for_and_no_reason_to_store_429_for_what_was_answered_added() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "anna")));
            RunningWorker worker = stage.startWorker();
            stage.answers(1);
            stage.submit(List.of(on(0, stage, "rd-1", deleting("rd-1", "r-1"))));
            stage.answers(2);
            worker.stop();
            List<String> rows = StoredState.rows(stage);
            stage.database().execute("truncate message_contact, contact_action, batch_receipt");
            CompletableFuture<Tally> rebuilt = new CompletableFuture<>();
            stage.database().transaction(lock -> {
                lock.dsl().execute("select 1 from resource_directory for update");
                rebuilt.completeAsync(() -> rebuild(stage));
                assertThrows(TimeoutException.class, () -> rebuilt.get(2, TimeUnit.SECONDS));
            });
            rebuilt.get(1, TimeUnit.MINUTES);

            assertEquals(rows, StoredState.rows(stage));
        }
    }

    @Test
    void a_second_one_at_the_same_time_is_refused() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "anna")));
            RunningWorker worker = stage.startWorker();
            stage.answers(1);
            worker.stop();
            List<String> rows = StoredState.rows(stage);
            loseAll(stage);
            AtomicReference<OperatorException> refused = new AtomicReference<>();

            rebuild(
                    stage,
                    false,
                    (step, done, total) -> refused.set(assertThrows(OperatorException.class, () -> rebuild(stage))));

            assertTrue(String.valueOf(refused.get().getMessage()).contains("another rebuild"), refused.toString());
            assertEquals(rows, StoredState.rows(stage));
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> commandsOn(
            TestStage stage, int contacts, int shift, long time) {
        return IntStream.range(0, contacts)
                .mapToObj(i -> {
                    ProducerRecord<byte[], byte[]> command =
                            Commands.adding(stage, "rd-" + i, "r-1", "tom" + Commands.letters(i));
                    return new ProducerRecord<>(command.topic(), (i + shift) % 2, time, command.key(), command.value());
                })
                .toList();
    }

    @Test
    void answers_that_no_command_tells_are_taken_from_the_errors() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tom")));
            RunningWorker worker =
                    stage.startWorker(Map.of("DIRECTORY_LOCK_BUDGET", "200ms", "DATABASE_LOCK_TIMEOUT", "100ms"));
            stage.answers(1);
            stage.database().transaction(lock -> {
                lock.dsl().execute("select 1 from resource_directory for update");
                stage.submit(List.of(Commands.adding(stage, "rd-1", "r-2", "tim")));
                stage.answers(2);
            });
            worker.stop();
            List<String> rows = StoredState.rows(stage);
            assertEquals(1, stage.database().fetchCount(COMMAND_REJECTION));
            loseAll(stage);

            rebuild(stage);

            assertEquals(rows, StoredState.rows(stage));
        }
    }

    @Test
    void while_a_worker_runs_it_refuses() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), SampleCommands.AT_LEAST));
            stage.startWorker();
            stage.answers(SampleCommands.AT_LEAST);
            OperatorException refused = assertThrows(OperatorException.class, () -> rebuild(stage));
            assertTrue(String.valueOf(refused.getMessage()).contains("stop all workers"), refused.getMessage());
        }
    }

    /** The command asks in between. */
    @Test
    void what_was_done_since_it_was_looked_at_makes_it_refuse() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "anna")));
            RunningWorker worker = stage.startWorker();
            stage.answers(1);
            worker.stop();
            loseAll(stage);
            Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
            Missing missing = rebuild.missing();

            worker = stage.startWorker();
            await("it is a member").until(() -> {
                try (Broker broker = new Broker(stage.settings(Map.of()).kafka())) {
                    return broker.hasMembers(stage.group());
                }
            });
            OperatorException beside = assertThrows(OperatorException.class, () -> rebuild.run(missing, false));
            worker.stop();
            rebuild(stage);
            OperatorException done = assertThrows(OperatorException.class, () -> rebuild.run(missing, false));

            assertTrue(String.valueOf(beside.getMessage()).contains("stop all workers first"), beside.toString());
            assertTrue(String.valueOf(done.getMessage()).contains("run this again"), done.toString());
        }
    }

    @Test
    void a_worker_does_not_go_on_with_a_database_that_was_lost() throws Exception {
        try (TestStage stage = TestStage.with(1);
                LogLines log = LogLines.of("dev.messagecontact.intake.Assignment")) {
            answered(stage);
            loseAll(stage);
            stage.submit(List.of(Commands.adding(stage, "rd-new", "r-1", "tom")));

            RunningWorker worker = stage.startWorker();

            log.await("the database knows nothing of them");
            assertEquals(COMMANDS, stage.answers(COMMANDS).size());
            worker.stop();
            stage.startWorker(Map.of("OFFSETS_GAP", "continue"));
            stage.answers(COMMANDS + 1);
        }
    }

    private static void answered(TestStage stage) {
        stage.submit(SampleCommands.of(stage.commands(), COMMANDS));
        RunningWorker worker = stage.startWorker(Map.of("WORKER_BATCH_SIZE", "50"));
        stage.answers(COMMANDS);
        worker.stop();
    }

    private static void loseAll(TestStage stage) {
        List.of(
                        RESOURCE_DIRECTORY,
                        MESSAGE_CONTACT,
                        COMMAND_REJECTION,
                        FIELD_REFUSAL,
                        CONTACT_ACTION,
                        RESENT_VERIFICATION,
                        EARLY_CONFIRMATION,
                        BATCH_RECEIPT)
                .forEach(table -> stage.database().truncate(table).execute());
    }

    private static Tally rebuild(TestStage stage) {
        return rebuild(stage, false, Progress.NONE);
    }

    private static Tally rebuild(TestStage stage, boolean acceptGap, Progress progress) {
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), progress);
        return rebuild.run(rebuild.missing(), acceptGap);
    }

    private static void goesOnWithoutVerifyingAgain(TestStage stage) {
        int requests = stage.all(stage.events().emailVerifications()).size();
        stage.submit(List.of(Commands.adding(stage, "rd-new", "r-1", "tom")));
        stage.startWorker();
        stage.answers(COMMANDS + 1);
        assertEquals(
                requests + 1, stage.all(stage.events().emailVerifications()).size());
    }

    /** So long that another partition is read to its end before these directories' commands come. */
    private static List<ProducerRecord<byte[], byte[]>> longPartition(TestStage stage, List<String> directories) {
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int i = 0; i < LONG; i++) {
            String command = adding(stage, "rd-x" + i, "r-1", "tom");
            commands.add(on(
                    0, stage, "rd-x" + i, command.replaceFirst("\\{", "{\"Extra\":\"" + "x".repeat(60_000) + "\",")));
        }
        directories.forEach(
                directory -> commands.add(on(0, stage, directory, adding(stage, directory, "r-1", "anna"))));
        return commands;
    }

    private static ProducerRecord<byte[], byte[]> on(int partition, TestStage stage, String directory, String command) {
        return new ProducerRecord<>(stage.commands(), partition, directory.getBytes(UTF_8), command.getBytes(UTF_8));
    }

    private static String adding(TestStage stage, String directory, String requestId, String name) {
        return new String(Commands.adding(stage, directory, requestId, name).value(), UTF_8);
    }

    private static String deleting(String directory, String requestId) {
        return """
                {"Action":"DeleteMessageContact","RequestId":"delete-%s","ResourceDirectoryId":"%s","ContactId":"%s"}""".formatted(requestId, directory, DerivedIds.contactId(directory, requestId));
    }

    private static String verifyingAgain(String directory, String requestId) {
        return """
                {"Action":"SendEmailVerificationForMessageContact","RequestId":"again","ResourceDirectoryId":"%s","ContactId":"%s"}""".formatted(directory, DerivedIds.contactId(directory, requestId));
    }

    private static ProducerRecord<byte[], byte[]> confirming(
            TestStage stage, String directory, String requestId, String sendRequestId) {
        String contactId = DerivedIds.contactId(directory, requestId);
        String verificationId = DerivedIds.verificationId(contactId, "email", "anna@example.com", sendRequestId);
        String confirmation = """
                {"ResourceDirectoryId":"%s","ContactId":"%s","VerificationId":"%s"}""".formatted(directory, contactId, verificationId);
        return new ProducerRecord<>(stage.outcomes(), directory.getBytes(UTF_8), confirmation.getBytes(UTF_8));
    }

    private static List<String> names(TestStage stage) {
        return stage.database()
                .fetch("select name from message_contact where deleted_at is null order by name")
                .into(String.class);
    }

    private static int count(TestStage stage, String rows) {
        return stage.database().fetchSingle("select count(*) from " + rows).into(int.class);
    }
}
