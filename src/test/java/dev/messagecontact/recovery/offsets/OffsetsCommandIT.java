package dev.messagecontact.recovery.offsets;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.SKIPPED_OFFSETS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.Waiting;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** {@code contacts offsets}: what it shows, which moves it makes, and that no verification is requested twice after one. */
@Order(1) // long
class OffsetsCommandIT {

    private final TestStage stage = TestStage.with(1);
    private int submitted;

    @BeforeEach
    void answerTen() throws Exception {
        submit(10);
        answerAll();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void all_is_well_and_moved_back_freely() throws Exception {
        assertEquals(
                List.of(
                        "Topic Partition Beginning End Committed Settled Published State",
                        stage.commands() + " 0 0 10 10 10 10 ok",
                        stage.outcomes() + " 0 0 0 - 0 0 ok",
                        stage.outcomes() + " 1 0 0 - 0 0 ok"),
                stage.run("offsets")
                        .out()
                        .lines()
                        .map(line -> line.replaceAll(" +", " "))
                        .toList());
        assertEquals(
                2, stage.run("offsets", "--outcomes", "--json").out().lines().count());
        assertEquals(
                "{\"topic\":\"" + stage.commands()
                        + "\",\"partition\":0,\"beginning\":0,\"end\":10,\"committed\":10,\"settled\":10,\"published\":10,"
                        + "\"state\":\"ok\",\"missing\":0}",
                stage.run("offsets", "--json").out().lines().findFirst().orElseThrow());
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "4", "--dry-run")
                        .exitCode());
        assertEquals(Map.of(0, 10L), stage.committed());
        CommandLineRun back = stage.run("offsets", "move", "--partition", "0", "--to", "4");
        assertEquals(
                of(stage.commands()) + "from offset 10 to 4\n           6  offsets will be read again\n",
                back.out(),
                back.err());
        assertEquals(Map.of(0, 4L), stage.committed());
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "end").exitCode(),
                "all is answered");
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "beginning")
                        .exitCode());
        answerAll();
        assertAskedOnce(10);
    }

    /** Also a move that skips nothing, after which answers are published again. */
    @Test
    void who_moved_or_adopted_what_and_why_is_kept() {
        stage.run("offsets", "move", "--partition", "0", "--to", "4", "--dry-run");
        stage.run("offsets", "move", "--partition", "0", "--to", "4", "--reason", "answers were lost");
        stage.database()
                .execute("delete from batch_receipt where topic_id in (select source_topic from message_contact)");
        stage.run("offsets", "adopt", "--reason", "copied");

        assertEquals(
                List.of(
                        "contacts offsets move --partition 0 --to 4 --reason answers were lost | "
                                + of(stage.commands()) + "from offset 10 to 4",
                        "contacts offsets adopt --reason copied | " + of(stage.commands()) + "receipt at offset 4"),
                stage.database()
                        .fetch("select command || ' | ' || outcome from operator_action"
                                + " where started_by like '%@%' and ended_at >= started_at order by started_at")
                        .into(String.class));
    }

    @Test
    void what_makes_no_sense_is_refused() throws Exception {
        refused(2, "--skip needs --reason", "--to", "end", "--skip");
        refused(2, "--skip needs --reason", "--to", "end", "--skip", "--reason", " ");
        refused(2, "--to must be an offset", "--to", "sometime");
        refused(1, "partition 0 of " + stage.commands() + " has only the offsets 0 to 10", "--to", "11");
        CommandLineRun other = stage.run("offsets", "move", "--partition", "7", "--to", "0");
        assertTrue(other.err().contains("has no partition 7"), other.err());
        RunningWorker worker = stage.startWorker();
        Waiting.await("the worker is a member")
                .until(() -> stage.run("offsets", "move", "--partition", "0", "--to", "0")
                        .err()
                        .contains("has members: stop all workers first"));
        worker.stop();
    }

    @Test
    void a_group_that_a_tool_moved_forward_is_named_and_moved_back() throws Exception {
        submit(5);
        commit(13);
        CommandLineRun shown = stage.run("offsets");
        assertEquals(1, shown.exitCode());
        assertTrue(shown.out().contains("database behind by 3"), shown.out());
        refused(1, "5 offsets would be left without an answer (10 to 14)", "--to", "end");
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "settled")
                        .exitCode());
        assertEquals(0, stage.run("offsets").exitCode());
        answerAll();
        assertAskedOnce(15);
    }

    /** As by a worker that was killed between its two commits. */
    @Test
    void what_was_settled_and_not_published_when_a_tool_moved_the_group_is_published() throws Exception {
        submit(3);
        RunningWorker worker = stage.startWorker();
        stage.answers(13);
        worker.stop();
        stage.database().execute("update batch_receipt set published_offset = 10");
        submit(2);
        commit(15);
        assertEquals(
                of(stage.commands()) + "from offset 15 to 13\n           2  offsets will be read again\n",
                stage.run("offsets", "move", "--partition", "0", "--to", "settled")
                        .out());
        answerAll();
        assertEquals(0, stage.database().fetchCount(SKIPPED_OFFSETS));
        assertEquals(15, stage.answers(15).size());
        assertAskedOnce(15);
    }

    @Test
    void a_group_that_a_tool_moved_over_a_waiting_command_is_moved_back_to_that_one_alone() throws Exception {
        try (Connection stranger = stage.databaseAddress().connect()) {
            stranger.setAutoCommit(false);
            stranger.createStatement()
                    .execute("select 1 from resource_directory where directory_id = 'rd-0' for update");
            submit(4);
            RunningWorker worker = stage.startWorker(Map.of("DATABASE_LOCK_TIMEOUT", "100ms"));
            stage.answers(13);
            worker.stop();
        }
        assertEquals(Map.of(0, 12L), stage.committed());
        assertEquals(0, stage.run("offsets").exitCode());
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "12").exitCode());
        commit(14);
        assertTrue(stage.run("offsets").out().contains("14         12       12         database behind by 1"));
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "settled")
                        .exitCode());
        assertEquals(0, stage.run("offsets").exitCode());
        answerAll();
        assertEquals(14, stage.answers(14).size(), "none is answered again");
        assertAskedOnce(14);
    }

    @Test
    void a_group_is_not_moved_back_over_answered_commands_that_the_database_has_lost() throws Exception {
        stage.database().execute("delete from batch_receipt");
        stage.database().execute("delete from message_contact where source_offset >= 7");
        stage.database()
                .execute("insert into batch_receipt select distinct source_topic, 0, -1, 7, 7 from message_contact");
        refused(1, "3 commands from offset 7 on have answers, so the database has lost their rows", "--to", "settled");
        assertEquals(0, stage.run("rebuild", "--yes").exitCode());
        assertEquals(0, stage.run("offsets").exitCode());
        answerAll();
        assertAskedOnce(10);
    }

    @Test
    void skipped_commands_are_noted_and_answered_once_if_the_group_is_moved_back_over_them() throws Exception {
        submit(5);
        refused(1, "3 offsets would be left without an answer (10 to 12)", "--to", "13");
        CommandLineRun skipped =
                stage.run("offsets", "move", "--partition", "0", "--to", "13", "--skip", "--reason", "sent by mistake");
        assertEquals(0, skipped.exitCode(), skipped.err());
        assertTrue(skipped.out().contains("3  offsets get no answer: 10 to 12"), skipped.out());
        var row = stage.database().selectFrom(SKIPPED_OFFSETS).fetchSingle();
        assertEquals("sent by mistake", row.get(SKIPPED_OFFSETS.REASON));
        assertEquals(
                List.of(10L, 13L), List.of(row.get(SKIPPED_OFFSETS.FROM_OFFSET), row.get(SKIPPED_OFFSETS.TO_OFFSET)));
        RunningWorker worker = stage.startWorker();
        stage.answers(12);
        worker.stop();
        CommandLineRun audit = stage.run("audit");
        assertEquals(0, audit.exitCode(), audit.out());
        assertTrue(
                audit.out().contains("3 commands have no answer: an operator has moved the group past them"),
                audit.out());
        assertAskedOnce(12);
        String life = stage.run("explain", "0:11", "--quiet").out();
        assertTrue(life.contains("\n  decision  none: an operator led the group past it\n  skipped   by "), life);
        assertTrue(life.contains(": sent by mistake\n"), life);
        assertTrue(stage.run("explain", "0:11", "--quiet", "--json").out().contains("\"reason\":\"sent by mistake\"}"));
        assertTrue(!stage.run("explain", "0:9", "--quiet").out().contains("skipped"));
        assertReplayed("--dry-run");
        assertReplayed("--yes");
        CommandLineRun json = stage.run("replay", "--dry-run", "--json", "--from", "9");
        assertTrue(
                json.out()
                        .matches("(?s)\\{\"answers\":3,.*\"skipped\":\\[\\{\"commands\":3,\"by\":\"[^\"]+@[^\"]+\","
                                + "\"at\":\"[^\"]+\",\"reason\":\"sent by mistake\"}],\"forgotten\":0}\n"),
                json.out());

        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "11").exitCode());
        answerAll();
        assertTrue(!stage.run("explain", "0:11", "--quiet").out().contains("skipped"), "it is answered after all");
        assertAskedOnce(14);
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "beginning")
                        .exitCode());
        answerAll();
        assertAskedOnce(15);
        assertEquals(
                0, stage.run("offsets", "move", "--partition", "0", "--to", "5").exitCode());
        answerAll();
        assertAskedOnce(15);
    }

    /** What a repeat or a refused command would be answered follows from itself and from others: that is no sign of an answer. */
    @Test
    void skipped_commands_are_not_replayed_though_their_answers_are_easily_told() throws Exception {
        stage.submit(List.of(
                Commands.adding(stage, "rd-0", "r-0", "toma"),
                Commands.adding(stage, "rd-0", "r-bad", "1"),
                stage.record("rd-0".getBytes(UTF_8), "{".getBytes(UTF_8)),
                stage.record(null, null)));
        submitted += 4;
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "14", "--skip", "--reason", "sent twice")
                        .exitCode());
        submit(1);
        answerAll();
        int answers =
                stage.all(stage.events().results(), stage.events().errors()).size();
        assertEquals(11, answers);

        CommandLineRun replay = stage.run("replay", "--yes", "--quiet");

        assertEquals(0, replay.exitCode(), replay.err());
        assertReplays(11, 4, replay);
        assertEquals(
                2 * answers,
                stage.all(stage.events().results(), stage.events().errors()).size());
        assertReplays(3, 3, stage.run("replay", "--dry-run", "--quiet", "--directory", "rd-0"));
        for (int offset = 10; offset < 14; offset++) {
            String life = stage.run("explain", "0:" + offset, "--quiet").out();
            assertTrue(life.contains("\n  decision  none: an operator led the group past it\n"), life);
        }
        // What the database has decided about a command itself was answered, also if offsets were skipped around it.
        stage.database()
                .update(SKIPPED_OFFSETS)
                .set(SKIPPED_OFFSETS.FROM_OFFSET, 5L)
                .execute();
        assertReplays(11, 4, stage.run("replay", "--dry-run", "--quiet"));
        stage.database()
                .update(SKIPPED_OFFSETS)
                .set(SKIPPED_OFFSETS.ANSWERED_TO, 10L)
                .execute();
        CommandLineRun notAnsweredYet = stage.run("replay", "--dry-run", "--quiet");
        assertTrue(notAnsweredYet.out().contains("11  answers"), notAnsweredYet.out());
        assertFalse(notAnsweredYet.out().contains("skipped"), notAnsweredYet.out());
    }

    private static void assertReplays(int answers, int skipped, CommandLineRun replay) {
        assertTrue(replay.out().contains(" %d  answers and".formatted(answers)), replay.out());
        assertTrue(replay.out().contains(" %d  commands skipped by".formatted(skipped)), replay.out());
    }

    @Test
    void a_gap_is_named_and_passed_over() throws Exception {
        submit(5);
        stage.deleteCommands(0, 12);
        assertTrue(stage.run("offsets").out().contains("gap of 2"));
        refused(1, "2 offsets would be left without an answer (10 to 11)", "--to", "beginning");
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "beginning", "--skip", "--reason", "expired")
                        .exitCode());
        RunningWorker worker = stage.startWorker();
        stage.answers(13);
        worker.stop();
        assertAskedOnce(13);
    }

    @Test
    void a_stopped_partition_of_the_verification_outcomes_is_not_ok_either() throws Exception {
        commit(new TopicPartition(stage.outcomes(), 1), 3);
        CommandLineRun shown = stage.run("offsets");
        assertEquals(1, shown.exitCode(), shown.out());
        assertTrue(shown.out().contains("database behind by 3"), shown.out());
        CommandLineRun moved = stage.run("offsets", "move", "--outcomes", "--partition", "1", "--to", "settled");
        assertEquals(
                "partition 1 of " + stage.outcomes()
                        + ": from offset 3 to 0\n           3  offsets will be read again\n",
                moved.out(),
                moved.err());
        assertEquals(0, stage.run("offsets").exitCode());
    }

    @Test
    void a_move_back_over_many_commands_asks_first() throws Exception {
        stage.submit(IntStream.range(0, 10_000)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(stage.commands(), new byte[0]))
                .toList());
        commit(10_010);
        stage.database()
                .execute(
                        "update batch_receipt set settled_offset = 10010, published_offset = 10010 where settled_offset = 10");
        refused(2, "until 10,006 are answered again. Without a terminal to ask at, it needs --yes", "--to", "4");
        assertEquals(Map.of(0, 10_010L), stage.committed());
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "4", "--dry-run")
                        .exitCode());
        assertEquals(
                0,
                stage.run("offsets", "move", "--partition", "0", "--to", "4", "--yes")
                        .exitCode());
        assertEquals(Map.of(0, 4L), stage.committed());
    }

    /** As after an unclean election: the offsets 10 to 14 were answered, and 10 to 12 have other commands now. */
    @Test
    void after_the_topic_has_lost_its_last_records_new_commands_in_their_place_are_decided_as_new() throws Exception {
        for (ConsumerRecord<byte[], byte[]> answer :
                stage.all(stage.events().results()).subList(0, 5)) {
            answerLost(answer, 10 + Integer.parseInt(id(answer).replaceFirst(".*\\.", "")) % 5);
        }
        stage.database()
                .execute(
                        "update batch_receipt set settled_offset = 15, published_offset = 15 where settled_offset = 10");
        stage.database()
                .execute("insert into field_refusal select topic_id, 0, n, array['InvalidParameter.Title'], now()"
                        + " from batch_receipt, generate_series(10, 14) n where settled_offset = 15");
        commit(15);
        submit(3);
        assertTrue(
                stage.run("offsets").out().contains("last 2 lost"),
                stage.run("offsets").out());
        RunningWorker worker = stage.startWorker();
        Waiting.await("it is stopped")
                .until(() -> worker.reasons()
                        .contains("it has lost its last records. `contacts offsets move --to settled`"));
        worker.stop();
        refused(1, "Only `--to settled` goes on at the first of those, at offset 10", "--to", "end");
        refused(1, "at offset 10", "--to", "beginning");
        refused(2, "forgets what it has settled at offsets 10 to 14. Without a terminal", "--to", "settled");
        CommandLineRun moved = stage.run("offsets", "move", "--partition", "0", "--to", "settled", "--yes");
        assertEquals(
                of(stage.commands())
                        + "from offset 15 to 10\n           5  offsets are settled whose records are lost: 10 to 14\n",
                moved.out(),
                moved.err());
        assertEquals(0, stage.run("offsets").exitCode());
        answerAll();
        submit(5);
        answerAll();
        assertAskedOnce(18);
    }

    private static String id(ConsumerRecord<byte[], byte[]> event) {
        return EventReader.header(event, "ce_id");
    }

    /** Publishes the answer to an earlier command at this offset. */
    private void answerLost(ConsumerRecord<byte[], byte[]> like, long offset) {
        ProducerRecord<byte[], byte[]> answer = new ProducerRecord<>(like.topic(), like.key(), like.value());
        answer.headers()
                .add("ce_id", ("lost." + "0." + offset).getBytes(UTF_8))
                .add("ce_time", "2026-01-01T00:00:00.000Z".getBytes(UTF_8));
        stage.submit(List.of(answer));
    }

    private static String of(String topic) {
        return "partition 0 of " + topic + ": ";
    }

    @Test
    void a_group_of_which_the_database_knows_nothing_is_adopted() throws Exception {
        stage.database().deleteFrom(BATCH_RECEIPT).execute();
        submit(2);
        CommandLineRun shown = stage.run("offsets");
        assertTrue(shown.out().contains("no receipt"), shown.out());
        refused(1, "`contacts rebuild` restores lost rows", "--to", "beginning");
        assertEquals(2, stage.run("offsets", "adopt").exitCode(), "without a reason");
        CommandLineRun look = stage.run("offsets", "adopt", "--reason", "moved", "--dry-run");
        assertTrue(look.out().endsWith("1 partitions would be adopted\n"), look.out());
        GroupOffsets offsets = new GroupOffsets(stage.settings(Map.of()), stage.database(), Origin.UPSTREAM);
        List<PartitionOffsets> seen = offsets.withoutReceipt(Set.of());
        CommandLineRun adopted = stage.run("offsets", "adopt", "--reason", "moved");
        assertThrows(OperatorException.class, () -> offsets.adopt(seen, "moved", "somebody else at the same time"));
        assertEquals(1, stage.database().fetchCount(SKIPPED_OFFSETS));
        assertEquals(
                of(stage.commands()) + "receipt at offset 10\n1 partitions adopted\n", adopted.out(), adopted.err());
        assertEquals(0, stage.run("offsets").exitCode());
        answerAll();
        assertAskedOnce(12);
    }

    /** Three of the fifteen were skipped, which neither stops the replay nor is passed over in silence. */
    private void assertReplayed(String option) {
        CommandLineRun replay = stage.run("replay", option, "--quiet");
        assertEquals(0, replay.exitCode(), replay.out() + replay.err());
        assertTrue(replay.out().contains("12  answers and 0 verification requests"), replay.out());
        assertTrue(
                replay.out().matches("(?s).* 3  commands skipped by [^ ]+@[^ ]+, [^ ]+Z: sent by mistake\n"),
                replay.out());
    }

    private void refused(int exitCode, String why, String... options) {
        String[] line = new String[4 + options.length];
        System.arraycopy(new String[] {"offsets", "move", "--partition", "0"}, 0, line, 0, 4);
        System.arraycopy(options, 0, line, 4, options.length);
        CommandLineRun run = stage.run(line);
        assertEquals(exitCode, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains(why), run.err());
    }

    private void submit(int count) {
        stage.submit(IntStream.range(submitted, submitted + count)
                .mapToObj(i -> Commands.adding(stage, "rd-" + i % 4, "r-" + i, "tom" + Commands.letters(i)))
                .toList());
        submitted += count;
    }

    private void answerAll() throws Exception {
        RunningWorker worker = stage.startWorker();
        Waiting.await("all is read").until(() -> stage.committed().equals(Map.of(0, (long) submitted)));
        worker.stop();
    }

    private void commit(long offset) throws Exception {
        commit(partition(), offset);
    }

    private void commit(TopicPartition partition, long offset) throws Exception {
        try (Admin admin = stage.admin()) {
            admin.alterConsumerGroupOffsets(stage.group(), Map.of(partition, new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }

    private TopicPartition partition() {
        return new TopicPartition(stage.commands(), 0);
    }

    private void assertAskedOnce(int contacts) {
        assertEquals(contacts, stage.database().fetchCount(MESSAGE_CONTACT));
        assertEquals( // by email and by SMS
                2 * contacts,
                stage.all(stage.events().emailVerifications(), stage.events().smsVerifications())
                        .size());
    }
}
