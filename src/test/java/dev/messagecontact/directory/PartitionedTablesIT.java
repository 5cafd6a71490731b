package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** {@code ops/postgresql/partition-by-directory.sql}, run in the middle of a database's life. */
class PartitionedTablesIT {

    private static final int COMMANDS = 300;

    @Test
    void tables_that_are_split_by_directory_keep_their_rows_and_get_the_same_ones_as_whole_tables() throws Exception {
        try (TestStage whole = TestStage.with(3);
                TestStage split = whole.twin()) {
            List<ProducerRecord<byte[], byte[]>> commands = SampleCommands.of(whole.commands(), COMMANDS);
            whole.submit(commands.subList(0, COMMANDS / 2));
            whole.startWorker();
            RunningWorker before = split.startWorker();
            split.answers(COMMANDS / 2);
            before.stop();
            List<String> rows = StoredState.rows(split);

            split.database().execute(Files.readString(Path.of("ops/postgresql/partition-by-directory.sql")));

            assertEquals(rows, StoredState.rows(split));
            assertEquals(
                    16 * 3,
                    split.database()
                            .fetchCount(org.jooq.impl.DSL.table("pg_inherits where inhparent::regclass::text in"
                                    + " ('resource_directory', 'message_contact', 'command_rejection')")));

            split.startWorker();
            whole.submit(commands.subList(COMMANDS / 2, COMMANDS));
            whole.answers(COMMANDS);
            split.answers(COMMANDS);
            assertEquals(StoredState.rows(whole), StoredState.rows(split));
            assertEquals(StoredState.events(whole), StoredState.events(split));

            deleteCommands(whole);
            assertEquals(pruned(whole), pruned(split));
            assertEquals(0, split.database().fetchCount(COMMAND_REJECTION));
        }
    }

    private static void deleteCommands(TestStage stage) {
        for (int partition = 0; partition < 3; partition++) {
            stage.deleteCommands(partition, -1);
        }
    }

    private static String pruned(TestStage stage) {
        stage.database().execute("update command_rejection set rejected_at = now() - interval '9 days'");
        return CommandLineRun.of(stage.environment(Map.of("REJECTIONS_KEPT", "P8D")), "prune", "--yes")
                .out();
    }
}
