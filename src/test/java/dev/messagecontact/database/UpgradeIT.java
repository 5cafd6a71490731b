package dev.messagecontact.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.runtime.StartUp;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the schema of the first release (V1 to V3: progress, and no receipts), with rows in it, to this one. */
class UpgradeIT {

    private final TestStage stage = TestStage.with(2);
    private int submitted;

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void a_worker_goes_on_from_what_the_first_release_has_left_once_the_schema_is_migrated() {
        stage.submit(List.of(
                Commands.adding(stage, "rd-a", "r-1", "tom"),
                Commands.adding(stage, "rd-b", "r-2", "ann"),
                Commands.adding(stage, "rd-a", "r-3", "tom")));
        RunningWorker first = stage.startWorker();
        stage.answers(3);
        first.stop();
        List<String> rows = StoredState.rows(stage);
        asTheFirstReleaseLeftIt();
        assertTrue(refusal().endsWith(": schema not found; run `contacts migrate`"), refusal());

        CommandLineRun migrated = stage.run("migrate");
        assertTrue(migrated.out().startsWith("applied version 4\n"), migrated.out() + migrated.err());
        assertEquals(rows, StoredState.rows(stage));

        stage.submit(List.of(
                Commands.adding(stage, "rd-a", "r-1", "tom"),
                Commands.adding(stage, "rd-b", "r-4", "ann"),
                Commands.adding(stage, "rd-b", "r-5", "eve")));
        RunningWorker next = stage.startWorker();
        stage.answers(6);
        next.stop();
        assertEquals(
                List.of("eve", "ann", "tom").stream().sorted().toList(),
                stage.database()
                        .fetch("select name from message_contact order by 1")
                        .into(String.class));
        assertEquals(3, stage.all(stage.events().emailVerifications()).size(), "each contact's, once");
        CommandLineRun audit = stage.run("audit", "--quiet");
        assertTrue(audit.out().endsWith("complete\n"), audit.out() + audit.err());
    }

    @Test
    void a_partition_that_moved_back_to_the_first_release_for_a_while_goes_on_where_that_has_left_it() {
        answer(Commands.adding(stage, "rd-a", "r-1", "tom"), Commands.adding(stage, "rd-b", "r-2", "ann"));
        stage.database().execute("create table before as select * from batch_receipt");
        answer(Commands.adding(stage, "rd-a", "r-3", "eve"), Commands.adding(stage, "rd-b", "r-4", "joe"));
        // The first release has written down what it has published, and no receipts.
        stage.database()
                .execute("insert into partition_progress select topic_id, \"partition\", max(settled_offset)"
                        + " from batch_receipt group by 1, 2");
        stage.database().execute("delete from batch_receipt");
        stage.database().execute("insert into batch_receipt select * from before");

        answer(Commands.adding(stage, "rd-a", "r-5", "sue"), Commands.adding(stage, "rd-b", "r-6", "max"));
        assertEquals(6, stage.all(stage.events().emailVerifications()).size());
        CommandLineRun audit = stage.run("audit", "--quiet");
        assertTrue(audit.out().endsWith("complete\n"), audit.out() + audit.err());
    }

    @Test
    void a_schema_that_does_not_fit_ends_the_start_and_says_what_to_do() {
        assertTrue(start());
        stage.database()
                .execute("insert into message_contact_schema_history select 99, '99', 'expand', 'SQL',"
                        + " 'V99__expand.sql', 0, 'x', now(), 0, true");
        assertTrue(start(), "an old worker uses a newer schema that only adds");
        stage.database()
                .execute(
                        "update message_contact_schema_history set script = 'V99__contract_98_x.sql' where version = '99'");
        assertTrue(
                refusal()
                        .endsWith("needs a release that knows version 98; this one knows %d: start a newer release"
                                .formatted(SchemaVersion.OURS)),
                refusal());
        stage.database().execute("delete from message_contact_schema_history where version::int > 3");
        assertTrue(refusal().contains("the schema is at version 3, and this release needs"), refusal());
        assertTrue(refusal().endsWith("; run `contacts migrate`"), refusal());
    }

    /** Or it would fail in the middle of its work, or write what the workers of that release cannot read. */
    @Test
    void no_command_of_an_operator_works_with_a_schema_that_does_not_fit() {
        answer(Commands.adding(stage, "rd-a", "r-1", "tom"));
        stage.database()
                .execute("insert into message_contact_schema_history select 99, '99', 'contract', 'SQL',"
                        + " 'V99__contract_98_x.sql', 0, 'x', now(), 0, true");
        assertNoCommandWorks("needs a release that knows version 98");
        stage.database().execute("delete from message_contact_schema_history where version::int > 7");
        assertNoCommandWorks("; run `contacts migrate`");
        stage.database().execute("drop table message_contact_schema_history");
        assertNoCommandWorks("schema not found; run `contacts migrate`");
    }

    private void assertNoCommandWorks(String reason) {
        for (String command : List.of(
                "audit --quiet",
                "explain r-1 --quiet",
                "offsets",
                "offsets move --partition 0 --to end --yes",
                "offsets adopt --reason x",
                "replay --yes --quiet",
                "replay --list",
                "resubmit --yes --quiet",
                "rebuild --dry-run",
                "dead-letters redrive --all --quiet",
                "dead-letters redrive --dry-run --quiet",
                "prune --yes",
                "directories list",
                "directories set-limit rd-a 5")) {
            CommandLineRun ran =
                    CommandLineRun.of(stage.environment(Map.of("REJECTIONS_KEPT", "P30D")), command.split(" "));
            assertTrue(ran.exitCode() != 0, command);
            assertTrue(ran.err().contains(reason), command + ": " + ran);
        }
    }

    @SafeVarargs
    private void answer(ProducerRecord<byte[], byte[]>... commands) {
        submitted += commands.length;
        stage.submit(List.of(commands));
        RunningWorker worker = stage.startWorker();
        stage.answers(submitted);
        worker.stop();
    }

    /** Its rows, its tables, its history under Flyway's default name. */
    private void asTheFirstReleaseLeftIt() {
        stage.database().execute("alter schema public rename to later");
        stage.database().execute("create schema public");
        Flyway.configure()
                .dataSource(
                        stage.databaseAddress().jdbcUrl(),
                        stage.databaseAddress().username(),
                        stage.databaseAddress().password())
                .locations("classpath:db/migration")
                .target("3")
                .load()
                .migrate();
        stage.database()
                .execute("insert into resource_directory"
                        + " select directory_id, contact_count, contact_limit from later.resource_directory");
        String columns =
                "directory_id, contact_id, request_id, name, email_address, phone_number, title, message_types,"
                        + " status, created_at, fingerprint, source_topic, source_partition, source_offset";
        stage.database()
                .execute(
                        "insert into message_contact (%1$s) select %1$s from later.message_contact".formatted(columns));
        stage.database().execute("insert into command_rejection select * from later.command_rejection");
        stage.database()
                .execute("insert into partition_progress select topic_id, \"partition\", max(published_offset)"
                        + " from later.batch_receipt group by 1, 2");
    }

    private boolean start() {
        return new StartUp(stage.settings(Map.of()), stage.database()).awaitServices();
    }

    private String refusal() {
        return String.valueOf(assertThrows(OperatorException.class, this::start).getMessage());
    }
}
