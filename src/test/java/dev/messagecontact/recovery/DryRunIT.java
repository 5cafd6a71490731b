package dev.messagecontact.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.Waiting;
import java.sql.Connection;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a command refuses, its dry run refuses in the same words and with the same exit code. */
class DryRunIT {

    private final TestStage stage = TestStage.with(1);

    @BeforeEach
    void answerThree() {
        submit(0, 3);
        RunningWorker worker = stage.startWorker();
        stage.answers(3);
        worker.stop();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void of_a_move_over_commands_without_an_answer() {
        submit(3, 5);
        assertRefusesAlike("2 offsets would be left without an answer (3 to 4)", "offsets move --partition 0 --to end");
    }

    @Test
    void of_a_move_and_an_adoption_while_workers_run() {
        stage.startWorker();
        Waiting.await("the worker is a member").until(() -> stage.owners().size() == 1);
        assertRefusesAlike("has members: stop all workers first", "offsets move --partition 0 --to 1");
        assertRefusesAlike("has members: stop all workers first", "offsets adopt --reason copied");
    }

    @Test
    void of_a_replay_whose_id_is_taken_or_whose_decisions_are_lost() {
        assertEquals(0, stage.run("replay", "--yes", "--id", "night").exitCode());
        assertRefusesAlike("there is a replay night already", "replay --yes --quiet --id night");
        stage.database().execute("truncate replay");
        assertRefusesAlike("there was a replay night, which this database knows nothing of", "replay --yes --id night");
        stage.database().execute("delete from message_contact where source_offset = 1");
        assertRefusesAlike("the database has no decision about the command at ", "replay --yes --quiet");
    }

    @Test
    void of_a_rebuild_of_what_the_topic_has_lost_too_or_beside_another_one() throws Exception {
        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");
        try (Connection other = stage.databaseAddress().connect()) {
            other.createStatement().execute("select pg_advisory_lock(" + 0x7265627561696c64L + ")");
            assertRefusesAlike("another rebuild is at work on this database", "rebuild --yes --quiet");
        }
        try (Admin admin = stage.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(stage.commands(), 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        assertRefusesAlike("the commands 0 to 1 are gone from the topic", "rebuild --yes --quiet");
        CommandLineRun accepted = stage.run("rebuild", "--dry-run", "--accept-gap");
        assertEquals(0, accepted.exitCode(), accepted.err());
    }

    private void assertRefusesAlike(String why, String command) {
        CommandLineRun look = stage.run((command + " --dry-run").split(" "));
        CommandLineRun run = stage.run(command.split(" "));
        assertTrue(run.err().contains(why), command + " " + run);
        assertEquals(lastLine(run.err()), lastLine(look.err()), command);
        assertEquals(run.exitCode(), look.exitCode(), command);
    }

    /** There may be others before it, which say what begins. */
    private static String lastLine(String text) {
        return text.strip().replaceAll("(?s).*\n", "");
    }

    private void submit(int from, int to) {
        stage.submit(IntStream.range(from, to)
                .mapToObj(i -> Commands.adding(stage, "rd-1", "r-" + i, "tom" + Commands.letters(i)))
                .toList());
    }
}
