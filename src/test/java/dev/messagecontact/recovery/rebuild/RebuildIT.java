package dev.messagecontact.recovery.rebuild;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.Stage;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebuildIT {

    private static final int COMMANDS = 400;

    @Test
    void the_same_topic_into_two_empty_databases_gives_the_same_events_byte_for_byte() {
        try (Stage first = Stage.with(3);
                Stage second = first.twin()) {
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
        try (Stage stage = Stage.with(3)) {
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
        try (Stage stage = Stage.with(3)) {
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
        try (Stage stage = Stage.with(2)) {
            letPublishersDateTheirCommands(stage);
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

    private static void letPublishersDateTheirCommands(Stage stage) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, stage.commands());
        ConfigEntry createTime = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        try (Admin admin = stage.admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(topic, List.of(new AlterConfigOp(createTime, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> commandsOn(Stage stage, int contacts, int shift, long time) {
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
        try (Stage stage = Stage.with(1)) {
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
        try (Stage stage = Stage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), SampleCommands.AT_LEAST));
            stage.startWorker();
            stage.answers(SampleCommands.AT_LEAST);
            OperatorException refused = assertThrows(OperatorException.class, () -> rebuild(stage));
            assertTrue(String.valueOf(refused.getMessage()).contains("stop all workers"), refused.getMessage());
        }
    }

    @Test
    void a_worker_does_not_go_on_with_a_database_that_was_lost() throws Exception {
        try (Stage stage = Stage.with(1);
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

    private static void answered(Stage stage) {
        stage.submit(SampleCommands.of(stage.commands(), COMMANDS));
        RunningWorker worker = stage.startWorker(Map.of("WORKER_BATCH_SIZE", "50"));
        stage.answers(COMMANDS);
        worker.stop();
    }

    private static void loseAll(Stage stage) {
        List.of(RESOURCE_DIRECTORY, MESSAGE_CONTACT, COMMAND_REJECTION, FIELD_REFUSAL, BATCH_RECEIPT)
                .forEach(table -> stage.database().truncate(table).execute());
    }

    private static Tally rebuild(Stage stage) {
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        return rebuild.run(rebuild.missing(), false);
    }

    private static void goesOnWithoutVerifyingAgain(Stage stage) {
        int requests = stage.all(stage.events().emailVerifications()).size();
        stage.submit(List.of(Commands.adding(stage, "rd-new", "r-1", "tom")));
        stage.startWorker();
        stage.answers(COMMANDS + 1);
        assertEquals(
                requests + 1, stage.all(stage.events().emailVerifications()).size());
    }
}
