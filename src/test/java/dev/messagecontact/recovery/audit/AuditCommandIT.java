package dev.messagecontact.recovery.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestDatabase;
import dev.messagecontact.support.TestServices;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AuditCommandIT {

    private static Map<String, String> environment(TestStage stage) {
        EventTopics events = stage.events();
        TestDatabase database = stage.databaseAddress();
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", TestServices.bootstrapServers(),
                "DATABASE_URL", database.jdbcUrl(),
                "DATABASE_USERNAME", database.username(),
                "DATABASE_PASSWORD", database.password(),
                "WORKER_GROUP_ID", stage.group(),
                "TOPICS_COMMANDS", stage.commands(),
                "TOPICS_RESULTS", events.results(),
                "TOPICS_ERRORS", events.errors(),
                "TOPICS_EMAIL_VERIFICATIONS", events.emailVerifications(),
                "TOPICS_SMS_VERIFICATIONS", events.smsVerifications());
    }

    private static Map<String, String> withDeadLetters(TestStage stage) {
        Map<String, String> environment = new HashMap<>(environment(stage));
        environment.put("TOPICS_VERIFICATION_OUTCOMES", stage.outcomes());
        environment.put("TOPICS_DEAD_LETTERS", stage.events().deadLetters());
        return environment;
    }

    @Test
    void the_verdict_is_the_last_line_and_the_exit_code() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            stage.startWorker();
            Map<String, String> environment = withDeadLetters(stage);

            CommandLineRun clean = CommandLineRun.of(environment, "audit");
            assertEquals(0, clean.exitCode(), clean.toString());
            assertTrue(clean.out().startsWith("compared: 60 commands, "), clean.out());
            assertTrue(clean.out().endsWith("\ncomplete\n"), clean.out());
            assertEquals("", clean.err());

            stage.database().execute("update resource_directory set contact_count = 7 where directory_id = 'rd-taken'");
            CommandLineRun holed = CommandLineRun.of(environment, "audit");
            assertEquals(1, holed.exitCode());
            assertTrue(holed.out().endsWith("""
                    wrong contact count: 1
                      rd-taken, counted 7, has 1
                    not complete: 1 holes
                    """), holed.out());
        }
    }

    @Test
    void a_topic_whose_commands_may_be_compacted_away_is_never_complete() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            stage.startWorker();
            stage.answers(60);
            stage.configure(stage.commands(), Map.of("cleanup.policy", "compact"));

            CommandLineRun ran = CommandLineRun.of(withDeadLetters(stage), "audit");

            assertEquals(3, ran.exitCode(), ran.toString());
            assertTrue(ran.out().endsWith("""
                    not checked: %s: commands may have been compacted away (cleanup.policy)
                    no holes, but not complete: commands may have been compacted away
                    """.formatted(stage.commands())), ran.out());
        }
    }

    @Test
    void a_range_behind_the_end_of_the_topic_is_not_complete() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            stage.startWorker();
            stage.answers(60);

            CommandLineRun behind = CommandLineRun.of(withDeadLetters(stage), "audit", "--from", "61");
            assertEquals(3, behind.exitCode(), behind.toString());
            assertTrue(behind.err().contains(stage.commands() + " ends before offset 61"), behind.err());
            assertEquals(
                    0,
                    CommandLineRun.of(withDeadLetters(stage), "audit", "--from", "60")
                            .exitCode());
        }
    }

    @Test
    void machines_get_one_object() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            stage.startWorker();
            stage.answers(60);
            stage.database().execute("delete from command_rejection where code = 'LimitExceeded.Contacts'");

            CommandLineRun run =
                    CommandLineRun.of(withDeadLetters(stage), "audit", "--json", "--partition", "0", "--to", "50");

            assertEquals(1, run.exitCode());
            JsonNode report = new JsonMapper().readTree(run.out());
            assertEquals(
                    "[{\"partition\":0,\"from\":0,\"to\":50}]",
                    report.path("ranges").toString());
            assertEquals("{\"answer-without-row\":1}", report.path("holes").toString());
            assertEquals(50, report.path("compared").path("commands").intValue());
            JsonNode hole = report.path("listed").path(0);
            assertEquals("answer-without-row", hole.path("kind").asString());
            assertEquals(stage.commands(), hole.path("command").path("topic").asString());
            assertTrue(hole.path("id").asString().startsWith("c-"), hole.toString());
            assertEquals(1, run.out().lines().count());
        }
    }

    @Test
    void what_cannot_be_done_is_one_line_and_code_3() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            Map<String, String> environment = withDeadLetters(stage);

            assertEquals(
                    new CommandLineRun(
                            3,
                            "",
                            "contacts audit: the group %s has 60 offsets left to answer after 0 s; are its workers running?\n"
                                    .formatted(stage.group())),
                    CommandLineRun.of(environment, "audit", "--wait", "100ms"));

            stage.startWorker();
            stage.answers(60);
            CommandLineRun unexpected = CommandLineRun.of(environment, "audit", "--wait", "PT9999999H");
            assertEquals(3, unexpected.exitCode());
            assertEquals("", unexpected.out());
            assertTrue(
                    unexpected
                            .err()
                            .matches(
                                    "contacts audit: it could not finish: java.lang.ArithmeticException at \\S+; --verbose shows"
                                            + " more\n"),
                    unexpected.err());
            environment.put("DATABASE_URL", "jdbc:postgresql://localhost:1/contacts");
            environment.put("DATABASE_CONNECT_TIMEOUT", "1s");
            CommandLineRun unreachable = CommandLineRun.of(environment, "audit");
            assertEquals(3, unreachable.exitCode());
            assertEquals(1, unreachable.err().lines().count(), unreachable.err());
            assertTrue(
                    unreachable
                            .err()
                            .matches(
                                    "contacts audit: the database at jdbc:postgresql://localhost:1/contacts: no session:"
                                            + " Connection to localhost:1 refused.*, SQLSTATE 08001\n"),
                    unreachable.err());

            environment.put("TOPICS_DEAD_LETTERS", "missing");
            assertEquals(
                    new CommandLineRun(
                            3, "", "contacts audit: there is no topic missing; `contacts topics` creates it\n"),
                    CommandLineRun.of(environment, "audit"));
        }
    }

    @Test
    void a_range_is_one_of_the_commands_or_of_the_verification_outcomes_and_the_report_says_which_it_left_out() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "anna")));
            RunningWorker worker = stage.startWorker();
            stage.answers(1);
            String anna = DerivedIds.contactId("rd-1", "r-1");
            String confirm = "{\"ResourceDirectoryId\":\"rd-1\",\"ContactId\":\"%s\",\"VerificationId\":\"%s\"}"
                    .formatted(anna, DerivedIds.verificationId(anna, "email", "anna@example.com"));
            stage.submit(
                    List.of(new ProducerRecord<>(stage.outcomes(), "rd-1".getBytes(UTF_8), confirm.getBytes(UTF_8))));
            stage.answers(2);
            worker.stop();
            Map<String, String> environment = withDeadLetters(stage);
            assertFalse(CommandLineRun.of(environment, "audit").out().contains("not checked"));

            stage.database().execute("truncate contact_action");
            CommandLineRun commands = CommandLineRun.of(environment, "audit", "--partition", "0");
            assertTrue(commands.out().contains("compared: 1 commands, "), commands.out());
            assertTrue(
                    commands.out()
                            .endsWith("not checked: the verification outcomes; --outcomes checks them\ncomplete\n"),
                    commands.out());
            CommandLineRun outcomes = CommandLineRun.of(environment, "audit", "--outcomes", "--to", "1");
            assertEquals(1, outcomes.exitCode(), outcomes.err());
            assertTrue(outcomes.out().contains("compared: 1 commands, "), outcomes.out());
            assertTrue(outcomes.out().contains("answer without its row: 1\n"), outcomes.out());
            assertTrue(
                    outcomes.out().contains("not checked: the commands; an audit without --outcomes checks them\n"),
                    outcomes.out());
            assertEquals(
                    0,
                    CommandLineRun.of(environment, "audit", "--outcomes", "--from", "1")
                            .exitCode());
            assertEquals(1, CommandLineRun.of(environment, "audit").exitCode());
        }
    }

    @Test
    void a_range_that_is_none_is_code_2() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "audit", "--from", "10", "--to", "10");
        assertEquals(2, run.exitCode());
        assertTrue(
                run.err()
                        .startsWith(
                                "contacts audit: --partition and --from must not be negative, and --to must be after"
                                        + " --from\n"),
                run.err());
    }

    @Test
    void the_help_tells_the_four_exit_codes_and_the_memory() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "audit", "--help");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("3   the audit could not finish"), run.out());
        assertTrue(run.out().contains("50 bytes of memory per command"), run.out());
    }
}
