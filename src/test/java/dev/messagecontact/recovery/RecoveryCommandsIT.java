package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.REPLAY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an operator types and reads when something must be recovered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryCommandsIT {

    private static final String NOTHING_PRUNED =
            "0 decisions deleted: 0 rejections, 0 refusals by field rules, 0 changes of contacts, 0 early confirmations\n";

    private static final int COMMANDS = SampleCommands.AT_LEAST + 6;

    private final TestStage stage = TestStage.with(2);

    @BeforeAll
    void answerAll() {
        stage.submit(SampleCommands.of(stage.commands(), SampleCommands.AT_LEAST));
        stage.submit(List.of(
                Commands.adding(stage, "rd-x", "r-x", "tom"),
                Commands.adding(stage, "rd-x", "r-x", "tom"),
                Commands.adding(stage, "rd-x", "r-y", "tom"),
                Commands.adding(stage, "rd-y", "0:1", "tom"),
                Commands.adding(stage, "rd-z", "20261128:0001", "ann"),
                Commands.adding(stage, "rd-z", DerivedIds.contactId("rd-y", "0:1"), "bob")));
        RunningWorker worker = stage.startWorker();
        stage.answers(COMMANDS);
        worker.stop();
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void a_replay_is_looked_at_told_listed_and_resumed() {
        CommandLineRun look = stage.run("replay", "--dry-run", "--directory", "rd-x");
        assertEquals(0, look.exitCode(), look.err());
        assertTrue(look.out().contains("2  Added"), look.out());
        assertTrue(look.out().contains("1  InvalidParameter.Name.AlreadyUsed"), look.out());
        int before = answers();

        CommandLineRun told = stage.run("replay", "--directory", "rd-x", "--id", "night");
        assertEquals(0, told.exitCode(), told.err());
        assertTrue(told.err().contains("--resume night finishes it"), told.err());
        assertEquals(before + 3, answers());

        assertEquals(
                1, stage.run("replay", "--directory", "rd-x", "--id", "night").exitCode(), "there is one already");
        CommandLineRun finished = stage.run("replay", "--resume", "night");
        assertEquals(0, finished.exitCode());
        assertTrue(finished.err().matches("replay night ended at .*: nothing is left to publish\n"), finished.err());
        assertEquals(before + 3, answers());
        assertTrue(stage.run("replay", "--list").out().matches("(?s).*night  begun .* by .*, ended .*, 3 answers\n.*"));
        assertEquals(1, stage.run("replay", "--resume", "nothing").exitCode());
    }

    @Test
    void a_replay_that_was_forced_past_lost_decisions_says_so_in_its_last_line() {
        try (TestStage other = TestStage.with(1)) {
            other.submit(List.of(
                    Commands.adding(other, "rd-x", "r-x", "tom"), Commands.adding(other, "rd-x", "r-y", "tim")));
            RunningWorker worker = other.startWorker();
            other.answers(2);
            worker.stop();
            other.database().execute("delete from message_contact where name = 'tim'");

            for (String option : List.of("--dry-run", "--yes")) {
                CommandLineRun forced =
                        CommandLineRun.of(other.environment(Map.of()), "replay", option, "--force", "--quiet");
                assertEquals(0, forced.exitCode(), forced.out() + forced.err());
                assertTrue(
                        forced.out()
                                .endsWith(
                                        "\nnot complete: 1 commands left out, because the database has no decision about"
                                                + " them, the first at 0:1\n"),
                        forced.out());
                assertTrue(forced.out().contains(" 1  answers and"), forced.out());
            }
        }
    }

    /** Brokers forget how far a group without members came, days after its last commit. */
    @Test
    void a_replay_is_not_resumed_if_nobody_knows_any_more_how_far_it_came() throws Exception {
        int before = answers();
        assertEquals(
                0,
                stage.run("replay", "--directory", "rd-x", "--id", "killed", "--quiet")
                        .exitCode());
        try (Admin admin = stage.admin()) {
            admin.deleteConsumerGroups(List.of(stage.group() + ".replay.killed"))
                    .all()
                    .get();
        }
        stage.database()
                .update(REPLAY)
                .setNull(REPLAY.ENDED_AT)
                .set(REPLAY.STARTED_AT, REPLAY.STARTED_AT.minus(2))
                .where(REPLAY.ID.eq("killed"))
                .execute();

        CommandLineRun late = stage.run("replay", "--resume", "killed", "--quiet");

        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("it is not known how far replay killed came, which began at "), late.err());
        assertEquals(before + 3, answers());
        // Just begun, it has published nothing if it has committed nothing.
        stage.database()
                .update(REPLAY)
                .set(REPLAY.STARTED_AT, REPLAY.STARTED_AT.plus(2))
                .where(REPLAY.ID.eq("killed"))
                .execute();
        assertEquals(0, stage.run("replay", "--resume", "killed", "--quiet").exitCode());
        assertEquals(before + 6, answers());
    }

    @Test
    void a_replay_is_not_resumed_by_another_group_which_does_not_know_how_far_it_came() {
        int before = answers();
        assertEquals(
                0,
                stage.run("replay", "--directory", "rd-x", "--id", "moved", "--quiet")
                        .exitCode());
        stage.database()
                .update(REPLAY)
                .setNull(REPLAY.ENDED_AT)
                .where(REPLAY.ID.eq("moved"))
                .execute();
        CommandLineRun other = CommandLineRun.of(
                stage.environment(Map.of("WORKER_GROUP_ID", stage.group() + "-2")), "replay", "--resume", "moved");
        assertEquals(1, other.exitCode(), other.out());
        assertTrue(other.err().contains("was begun with WORKER_GROUP_ID=" + stage.group()), other.err());
        assertEquals(before + 3, answers());
        assertEquals(0, stage.run("replay", "--resume", "moved").exitCode());
        assertEquals(before + 3, answers());
    }

    /** The brokers know it for a week, and a new one would go on behind its end. */
    @Test
    void a_replay_of_an_id_that_only_a_lost_database_knew_does_not_leave_out_all_and_end_well() {
        int before = answers();
        assertEquals(
                0,
                stage.run("replay", "--directory", "rd-x", "--id", "again", "--quiet")
                        .exitCode());
        stage.database().deleteFrom(REPLAY).where(REPLAY.ID.eq("again")).execute();
        CommandLineRun again = stage.run("replay", "--directory", "rd-x", "--id", "again");
        assertEquals(1, again.exitCode(), again.out());
        assertTrue(again.err().contains("choose another --id"), again.err());
        assertFalse(stage.run("replay", "--list").out().contains("again "));
        assertEquals(before + 3, answers());
    }

    @Test
    void a_command_s_life_is_told_without_personal_data_unless_asked_for() {
        CommandLineRun life = stage.run("explain", "r-x");
        assertEquals(0, life.exitCode(), life.err());
        assertTrue(life.out().contains("Added: it made the contact c-"), life.out());
        assertTrue(life.out().contains("it repeats the command at "), life.out());
        assertTrue(life.out().contains("messagecontact.sms-verification-requested.v1 at "), life.out());
        assertFalse(life.out().contains("tom@example.com"), life.out());
        assertTrue(stage.run("explain", "r-x", "--show-personal-data").out().contains("tom@example.com"));
        String contactId = life.out().replaceAll("(?s).*it made the contact (c-\\w+).*", "$1");
        assertEquals(life.out(), stage.run("explain", contactId).out());
        String place = life.out().replaceAll("(?s).*?record    [^:]*:(\\d+:\\d+),.*", "$1");
        assertEquals(life.out(), stage.run("explain", place).out());
        assertTrue(stage.run("explain", "r-y", "--json")
                .out()
                .contains("\"decision\":\"InvalidParameter.Name.AlreadyUsed\""));
        assertEquals(1, stage.run("explain", "r-unknown").exitCode());
        assertEquals(1, stage.run("explain", "7:7").exitCode());
    }

    @Test
    void a_request_id_that_looks_like_a_position_or_a_contact_id_is_one_first_of_all() {
        String contactId = DerivedIds.contactId("rd-y", "0:1");
        CommandLineRun position = stage.run("explain", "0:1", "--quiet");
        assertTrue(position.out().startsWith("command 0:1 of directory rd-y\n"), position.out());
        assertEquals(
                "0:1 is also the position of another command: `contacts explain --at 0:1` shows it\n", position.err());
        assertEquals(position.out(), stage.run("explain", "--request-id", "0:1").out());
        String there = stage.run("explain", "--at", "0:1").out();
        assertTrue(there.contains(stage.commands() + ":0:1,"), there);
        assertFalse(there.contains("directory rd-y"), there);

        CommandLineRun date = stage.run("explain", "20261128:0001", "--quiet");
        assertTrue(date.out().startsWith("command 20261128:0001 of directory rd-z\n"), date.out() + date.err());
        assertEquals("", date.err());

        CommandLineRun contact = stage.run("explain", contactId, "--quiet");
        assertTrue(contact.out().startsWith("command " + contactId + " of directory rd-z\n"), contact.out());
        assertEquals(
                contactId + " is also the id of a contact: `contacts explain --contact " + contactId + "` shows it\n",
                contact.err());
        assertEquals(
                position.out(), stage.run("explain", "--contact", contactId).out());

        assertEquals(1, stage.run("explain", "--request-id", "0:0").exitCode());
        assertEquals(2, stage.run("explain", "--at", "r-x").exitCode());
        assertEquals(2, stage.run("explain", "r-x", "--at", "0:0").exitCode());
    }

    @Test
    void dead_letters_are_listed_and_shown_without_their_content() {
        CommandLineRun list = stage.run("dead-letters", "list");
        assertEquals(0, list.exitCode(), list.err());
        assertTrue(list.out().contains("1  InvalidCommand.Empty"), list.out());
        String place = list.out().replaceAll("(?s)^(\\d+:\\d+) .*", "$1");
        CommandLineRun shown = stage.run("dead-letters", "show", place);
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().matches("(?s).*value: (none|[\\d,]+ bytes)\n"), shown.out());
        assertEquals(1, stage.run("dead-letters", "show", "0:999").exitCode());
        assertEquals(2, stage.run("dead-letters", "show", "x").exitCode());
        CommandLineRun redrive = stage.run("dead-letters", "redrive", "--dry-run", "--reason", "InvalidCommand.Empty");
        assertTrue(
                redrive.out()
                        .startsWith("1 would be sent; left alone: 0 that an earlier run has sent, 0 that failed again"),
                redrive.out());
    }

    @Test
    void a_rebuild_says_what_is_missing_and_makes_it() {
        List<String> rows = StoredState.rows(stage);
        assertEquals(
                "nothing is missing in the database\n           0  commands decided again; nothing was published\n",
                stage.run("rebuild").out());
        stage.database()
                .execute(
                        "truncate message_contact, command_rejection, resource_directory, field_refusal, batch_receipt");
        CommandLineRun missing = stage.run("rebuild", "--dry-run");
        assertTrue(
                missing.out().matches("(?s)(.*-[01]: offsets 0 to \\d+ are missing in the database\n){2}"),
                missing.out());
        assertEquals(2, stage.run("rebuild").exitCode(), "it acts on everything, and nobody can be asked");
        CommandLineRun made = stage.run("rebuild", "--yes");
        assertEquals(0, made.exitCode(), made.err());
        assertTrue(made.out().contains(COMMANDS + "  commands decided again; nothing was published"), made.out());
        assertEquals(rows, StoredState.rows(stage));
        assertEquals(
                List.of("contacts rebuild --yes: " + COMMANDS + " commands decided again"),
                actions("contacts rebuild%"));
    }

    @Test
    void programs_read_objects_a_line_with_names_in_lower_camel_case() {
        Pattern otherName = Pattern.compile("[{,]\"[^\"a-z][^\"]*\":");
        Map.of(
                        List.of("explain", "r-x", "--json"), "{\"requestId\":\"r-x\",\"resourceDirectoryId\":\"rd-x\",",
                        List.of("dead-letters", "list", "--json"), "\"command\":{\"topic\":\"" + stage.commands(),
                        List.of("replay", "--directory", "rd-x", "--dry-run", "--json"), "{\"answers\":3,\"byCode\":{",
                        List.of("replay", "--directory", "rd-x", "--id", "json", "--json"), "\"forgotten\":0}",
                        List.of("rebuild", "--dry-run", "--json"), "{\"missing\":[],\"gone\":[]}",
                        List.of("topics", "--check", "--json"),
                                "{\"topic\":\"" + stage.commands() + "\",\"standing\":\"")
                .forEach((command, expected) -> {
                    CommandLineRun ran = stage.run(command.toArray(String[]::new));
                    assertTrue(ran.out().contains(expected), command + " " + ran);
                    ran.out().lines().forEach(line -> assertTrue(line.matches("\\{.*}"), line));
                    assertFalse(
                            otherName
                                    .matcher(ran.out().replaceAll("\"byCode\":\\{[^}]*}", ""))
                                    .find(),
                            ran.out());
                });
        assertTrue(stage.run("replay", "--list", "--json").out().contains("{\"id\":\"json\",\"startedBy\":\""));
    }

    @Test
    void what_acts_on_everything_wants_to_be_told_so() {
        int before = answers();
        for (String[] command : new String[][] {{"replay"}, {"dead-letters", "redrive"}}) {
            CommandLineRun refused = stage.run(command);
            assertEquals(2, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains("Without a terminal to ask at, it needs --yes"), refused.err());
        }
        assertEquals(before, answers());
        assertEquals(List.of(), actions("contacts dead-letters%"));
    }

    @Test
    void decisions_are_deleted_only_when_they_are_old_and_the_topic_no_longer_has_their_commands() throws Exception {
        CommandLineRun off = stage.run("prune");
        assertEquals(1, off.exitCode());
        assertTrue(off.err().contains("REJECTIONS_KEPT is not set"), off.err());

        try (TestStage other = TestStage.with(1)) {
            String contactId = DerivedIds.contactId("rd-p", "p-1");
            List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
            commands.add(Commands.adding(other, "rd-p", "p-1", "tom"));
            commands.add(command(other.commands(), """
                    {"Action":"DeleteMessageContact","RequestId":"p-2","ResourceDirectoryId":"rd-p","ContactId":"%s"}""".formatted(contactId)));
            commands.addAll(SampleCommands.of(other.commands(), SampleCommands.AT_LEAST));
            other.submit(commands);
            other.submit(List.of(command(other.outcomes(), """
                    {"ResourceDirectoryId":"rd-p","ContactId":"%s","VerificationId":"%s"}""".formatted(
                    DerivedIds.contactId("rd-p", "p-3"),
                    DerivedIds.verificationId(DerivedIds.contactId("rd-p", "p-3"), "email", "x@example.com")))));
            RunningWorker worker = other.startWorker();
            other.answers(commands.size() + 1);
            worker.stop();
            Map<String, String> kept = other.environment(Map.of(
                    "REJECTIONS_KEPT",
                    "P8D",
                    "DATABASE_LOCK_TIMEOUT",
                    "PT0.1S",
                    "DATABASE_STATEMENT_TIMEOUT",
                    "PT0.2S"));
            var database = other.database();
            database.execute("create function slow() returns trigger language plpgsql as"
                    + " $$ begin perform pg_sleep(0.4); return null; end $$");
            database.execute("create trigger slow before delete on command_rejection execute function slow()");
            database.execute("update contact_action set decided_at = now() - interval '9 days'");
            database.execute("update command_rejection set rejected_at = now() - interval '9 days'");
            database.execute("update field_refusal set refused_at = now() - interval '9 days' where source_offset > 2");
            assertEquals(
                    NOTHING_PRUNED, CommandLineRun.of(kept, "prune", "--yes").out(), "the topic has them all");
            database.execute("update early_confirmation set confirmed_at = now() - interval '9 days'");

            long cut = SampleCommands.AT_LEAST / 2;
            other.deleteCommands(0, cut);
            int rejections = database.fetchCount(COMMAND_REJECTION, COMMAND_REJECTION.SOURCE_OFFSET.lt(cut));
            int refusals = database.fetchCount(FIELD_REFUSAL, FIELD_REFUSAL.SOURCE_OFFSET.between(3L, cut - 1));
            assertTrue(rejections > 0 && refusals > 1, rejections + " " + refusals);
            CommandLineRun pruned = CommandLineRun.of(kept, "prune", "--yes");
            assertEquals(
                    "%d decisions deleted: %d rejections, %d refusals by field rules, 1 changes of contacts, 1 early confirmations\n"
                            .formatted(rejections + refusals + 2, rejections, refusals),
                    pruned.out(),
                    pruned.err());
            assertEquals(
                    NOTHING_PRUNED, CommandLineRun.of(kept, "prune", "--yes").out());
            assertEquals(
                    0,
                    CommandLineRun.of(other.environment(Map.of()), "replay", "--dry-run", "--accept-gap")
                            .exitCode());
        }
    }

    @Test
    void all_old_decisions_are_deleted_although_one_is_gone_before_its_turn() {
        int many = 25_000;
        try (TestStage other = TestStage.with(1)) {
            var database = other.database();
            database.execute("insert into early_confirmation (directory_id, contact_id, verification_id, confirmed_at)"
                    + " select 'rd-p', 'c-' || i, 'v-' || i, now() - interval '9 days' from generate_series(1, " + many
                    + ") i");
            database.execute("create function spare() returns trigger language plpgsql as $$ begin return"
                    + " case when old.contact_id = 'c-1' then null else old end; end $$");
            database.execute("create trigger spare before delete on early_confirmation for each row execute function"
                    + " spare()");

            CommandLineRun pruned =
                    CommandLineRun.of(other.environment(Map.of("REJECTIONS_KEPT", "P8D")), "prune", "--yes");

            assertEquals(0, pruned.exitCode(), pruned.err());
            assertEquals(1, database.fetchCount(EARLY_CONFIRMATION));
        }
    }

    /** Staging's brokers with production's database, in one shell. */
    @Test
    void decisions_are_not_deleted_if_the_topics_are_not_those_of_the_database() {
        Map<String, String> others = stage.environment(Map.of(
                "REJECTIONS_KEPT",
                "P1D",
                "TOPICS_COMMANDS",
                stage.createTopic("other-commands", 1),
                "TOPICS_VERIFICATION_OUTCOMES",
                stage.createTopic("other-outcomes", 1)));
        List<String> rows = StoredState.rows(stage);
        CommandLineRun refused = CommandLineRun.of(others, "prune", "--yes");
        assertEquals(1, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("are these the brokers of its workers?"), refused.err());
        assertEquals(rows, StoredState.rows(stage));
    }

    /** A slip in one name, or topics that were exchanged by setting others. */
    @Test
    void decisions_are_not_deleted_while_the_topic_is_there_that_their_commands_came_from_though_another_one_is_set() {
        try (TestStage other = TestStage.with(1)) {
            other.submit(List.of(
                    Commands.adding(other, "rd-p", "p-1", "x"), // a name that is too short
                    command(other.outcomes(), """
                            {"ResourceDirectoryId":"rd-p","ContactId":"c-UnCaInIFdAC377Zi","VerificationId":"x"}""")));
            RunningWorker worker = other.startWorker();
            other.answers(2);
            worker.stop();
            other.database().execute("update field_refusal set refused_at = now() - interval '9 days'");
            assertEquals(2, other.database().fetchCount(FIELD_REFUSAL));
            Map<String, String> set = Map.of("REJECTIONS_KEPT", "P8D");

            for (String topic : List.of("TOPICS_COMMANDS", "TOPICS_VERIFICATION_OUTCOMES")) {
                Map<String, String> another = new HashMap<>(set);
                another.put(topic, other.createTopic("another-" + topic, 1));
                CommandLineRun pruned = CommandLineRun.of(other.environment(another), "prune", "--yes");
                assertEquals(NOTHING_PRUNED, pruned.out(), pruned.err());
            }
        }
    }

    @Test
    void a_partition_that_is_not_there_is_named_and_nothing_is_said_of_it() {
        Map.of(
                        List.of("audit"), 3,
                        List.of("replay"), 1,
                        List.of("replay", "--dry-run"), 1,
                        List.of("resubmit"), 1,
                        List.of("offsets", "adopt", "--reason", "moved"), 1)
                .forEach((command, exitCode) -> {
                    List<String> line = new ArrayList<>(command);
                    line.addAll(List.of("--partition", "0", "--partition", "7"));
                    CommandLineRun ran = stage.run(line.toArray(String[]::new));
                    assertEquals(exitCode, ran.exitCode(), command + " " + ran);
                    assertTrue(ran.err().contains(stage.commands() + " has no partition 7"), command + " " + ran);
                    assertEquals("", ran.out());
                });
    }

    @Test
    void a_dead_letter_that_is_not_there_is_named_and_nothing_is_said_of_it() {
        for (List<String> command : List.of(List.of("list"), List.of("redrive", "--dry-run"))) {
            CommandLineRun noPartition = deadLetters(command, List.of("--partition", "7"));
            assertEquals(1, noPartition.exitCode(), noPartition.toString());
            assertTrue(noPartition.err().contains(stage.commands() + " has no partition 7"), noPartition.err());
            CommandLineRun noLetter = deadLetters(command, List.of("--at", "0:999"));
            assertEquals(1, noLetter.exitCode(), noLetter.toString());
            assertTrue(noLetter.err().contains("there is no such dead letter at 0:999"), noLetter.err());
            for (List<String> never : List.of(
                    List.of("--partition", "-1"),
                    List.of("--since", "2026-03-02T00:00:00Z", "--until", "2026-03-01T00:00:00Z"))) {
                CommandLineRun refused = deadLetters(command, never);
                assertEquals(2, refused.exitCode(), refused.toString());
            }
        }
    }

    private CommandLineRun deadLetters(List<String> command, List<String> options) {
        List<String> line = new ArrayList<>(List.of("dead-letters"));
        line.addAll(command);
        line.addAll(options);
        return stage.run(line.toArray(String[]::new));
    }

    @Test
    void a_rebuild_by_a_group_that_has_committed_nothing_does_not_say_that_nothing_is_missing() {
        Map<String, String> another = stage.environment(Map.of("WORKER_GROUP_ID", "another"));
        for (String option : List.of("--dry-run", "--yes")) {
            CommandLineRun refused = CommandLineRun.of(another, "rebuild", option);
            assertEquals(1, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains("the group another has committed no offset of "), refused.err());
        }
    }

    private static ProducerRecord<byte[], byte[]> command(String topic, String json) {
        return new ProducerRecord<>(topic, "rd-p".getBytes(UTF_8), json.getBytes(UTF_8));
    }

    /** Who ran it is this process's user, when is now. */
    private List<String> actions(String like) {
        return stage.database()
                .fetch(
                        "select command || ': ' || outcome from operator_action where command like ?"
                                + " and started_by like '%@%' and ended_at >= started_at order by started_at",
                        like)
                .into(String.class);
    }

    private int answers() {
        return stage.all(stage.events().results(), stage.events().errors()).size();
    }
}
