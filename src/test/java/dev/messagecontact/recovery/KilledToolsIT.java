package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.REPLAY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Each command that repairs something is killed behind its first step, then behind its second, and so on, and run again each
 * time: it leaves what a run leaves that nobody kills. Each step has a partition of its own, or a directory, or begins where the
 * one before began.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class KilledToolsIT {

    private static final int PARTITIONS = 12;
    private static final String[] SENDING = {
        "insert into operator_action", "InitProducerId", "Produce", "EndTxn", "update operator_action"
    };

    private final KilledTool tool = new KilledTool();
    private TestStage stage;
    private int contacts;

    @BeforeEach
    void open() {
        stage = tool.stage(PARTITIONS);
        contacts = 0;
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @AfterAll
    void stop() {
        tool.close();
    }

    @Test
    void a_move_over_commands_that_are_skipped_and_the_move_back() {
        addToEach(3);
        answerAll(Map.of());
        addToEach(2);
        IntFunction<String[]> forward = partition -> move(partition, "5", "--skip", "--reason", "sent twice");

        int runs = killAtEachStep(
                forward,
                "insert into operator_action",
                "insert into batch_receipt",
                "commit",
                "OffsetCommit",
                "update operator_action");

        assertStanding(1, runs, "skipped 3 to 5, sent twice; settled 5, published 5; committed 5");
        int back = killAtEachStep(
                partition -> move(partition, "3"),
                "insert into operator_action",
                "OffsetCommit",
                "update operator_action");
        assertStanding(1, back, "skipped 3 to 5, sent twice; settled 5, published 5; committed 3");
        assertEquals("commit", tool.run(stage, Map.of(), 3, forward.apply(0))); // nobody runs it again
        goesOn(contacts - 2 * (runs - back));
    }

    /** The group and the database have five more as answered than the topic has. */
    @Test
    void a_move_across_the_loss_of_the_last_records() throws Exception {
        addToEach(3);
        answerAll(Map.of());
        String of = " from batch_receipt where settled_offset = 8";
        for (String change : List.of(
                "update batch_receipt set settled_offset = 8, published_offset = 8 where settled_offset = 3",
                "insert into field_refusal select topic_id, partition, 5, '{InvalidParameter.Title}', now()" + of,
                "insert into skipped_offsets select topic_id, partition, 2, 7, 'lost', '', now(), null" + of)) {
            stage.database().execute(change);
        }
        commitEach(8);

        int runs = killAtEachStep(
                partition -> move(partition, "settled", "--yes"),
                "insert into operator_action",
                "delete from batch_receipt",
                "insert into batch_receipt",
                "update field_refusal",
                "commit",
                "OffsetCommit",
                "update operator_action");

        for (int partition : untouched(runs)) {
            assertEquals(0, stage.run(move(partition, "settled", "--yes")).exitCode());
        }
        assertStanding(0, PARTITIONS - 1, "skipped 2 to 3, lost; settled 3, published 3; committed 3");
        goesOn(contacts);
    }

    @Test
    void an_adoption() {
        addToEach(3);
        answerAll(Map.of());
        stage.database().execute("delete from batch_receipt");

        killAtEachStep(
                partition -> line("offsets adopt --reason copied --partition " + partition),
                "insert into operator_action",
                "insert into batch_receipt",
                "commit",
                "update operator_action");

        assertEquals(0, stage.run(line("offsets adopt --reason copied")).exitCode());
        assertStanding(0, PARTITIONS - 1, "skipped 0 to 3, copied; settled 3, published 3; committed 3");
        goesOn(contacts);
    }

    @Test
    void an_erasure() {
        addToEach(1);
        RunningWorker worker = stage.startWorker();
        stage.answers(contacts);

        int runs = killAtEachStep(
                number -> line("erase rd-%1$d %2$s --yes --request-id erase-%1$d".formatted(number, contactId(number))),
                "InitProducerId",
                "Produce");

        worker.stop();
        assertEquals(runs, stage.database().fetchCount(CONTACT_ACTION, CONTACT_ACTION.STATUS.eq("Deleted")));
        assertEquals(0, stage.database().fetchCount(CONTACT_ACTION, CONTACT_ACTION.CODE.isNotNull()));
        goesOn(contacts);
    }

    @Test
    void a_pruning() {
        addToEach(1);
        answerAll(Map.of());
        List<String> rows = StoredState.rows(stage);

        killAtEachStep(
                Map.of("REJECTIONS_KEPT", "P8D"),
                step -> {
                    addOldDecisions();
                    return line("prune --yes");
                },
                step -> line("prune --yes"),
                () -> assertEquals(rows, StoredState.rows(stage)),
                "insert into operator_action",
                "delete from field_refusal",
                "commit",
                "update operator_action");
        goesOn(contacts);
    }

    private void addOldDecisions() {
        String nine = " now() - interval '9 days' from generate_series(1, 9) i";
        for (String each : List.of(
                "command_rejection select 'rd-0', 'c-' || i, gen_random_uuid(), 0, i, 'x', 0,",
                "field_refusal select gen_random_uuid(), 0, i, '{x}',",
                "contact_action select 'rd-0', 'c-' || i, gen_random_uuid(), 0, i, 'x', 'c-', 'x', null, null, 0,",
                "early_confirmation select 'rd-0', 'c-' || i, 'v-' || i,")) {
            stage.database().execute("insert into " + each + nine);
        }
    }

    /** With a repeat, which is settled behind the others, and with confirmations, which have a topic of their own. */
    @Test
    void a_rebuild() {
        addToEach(1);
        answerAll(Map.of());
        String confirming = "{\"ResourceDirectoryId\":\"rd-0\",\"ContactId\":\"%s\",\"VerificationId\":\"%s\"}";
        String verification = DerivedIds.verificationId(contactId(0), "email", "tom%s@example.com".formatted(Commands.letters(0)));
        stage.submit(List.of(
                adding(0, 0),
                on(0, stage.commands(), "rd-0", "{}"),
                on(0, stage.outcomes(), "rd-0", confirming.formatted(contactId(0), verification)),
                on(1, stage.outcomes(), "rd-0", confirming.formatted(contactId(1), "v-1"))));
        RunningWorker worker = stage.startWorker();
        stage.answers(contacts + 4);
        worker.stop();
        List<String> rows = StoredState.rows(stage);
        List<String> events = StoredState.events(stage);

        killAtEachStep(
                Map.of(),
                step -> {
                    StoredState.forget(stage);
                    stage.database().execute("truncate batch_receipt");
                    return line("rebuild --yes");
                },
                step -> line("rebuild --yes"),
                () -> assertEquals(rows, StoredState.rows(stage)),
                "insert into operator_action",
                "pg_try_advisory_xact_lock",
                "insert into batch_receipt",
                "insert into field_refusal",
                "commit",
                "update operator_action");
        assertEquals(events, StoredState.events(stage));
        goesOn(contacts);
    }

    @Test
    void a_replay() {
        addToEach(5);
        answerAll(Map.of());

        int runs = killAtEachStep(
                Map.of(),
                partition -> line("replay --rate 16 --partition %1$d --id r%1$d".formatted(partition)),
                partition -> line("replay --resume r" + partition),
                () -> {},
                "insert into replay",
                "InitProducerId",
                "Produce",
                "TxnOffsetCommit",
                "EndTxn",
                "update replay");

        List<String> replayed = stage.all(stage.events().results()).stream()
                .filter(event -> event.headers().lastHeader("ce_replayed") != null)
                .map(event -> EventReader.header(event, "ce_id"))
                .toList();
        assertEquals(5 * runs, replayed.size());
        assertEquals(5 * runs, Set.copyOf(replayed).size());
        assertEquals(runs, stage.database().fetchCount(REPLAY, REPLAY.ENDED_AT.isNotNull()));
        goesOn(contacts);
    }

    @Test
    void a_resubmission() {
        addToEach(2);
        answerAll(Map.of("PHONE_COUNTRY_CODES", "49"));

        killAtEachStep(partition -> line("resubmit --partition " + partition), SENDING);

        assertEquals(0, stage.run(line("resubmit --yes")).exitCode());
        assertEquals(2 * contacts, stage.all(stage.commands()).size());
        goesOn(contacts);
    }

    @Test
    void a_redrive() {
        stage.submit(IntStream.range(0, 2 * PARTITIONS)
                .mapToObj(i -> on(i % PARTITIONS, stage.commands(), "rd-x", "{"))
                .toList());
        answerAll(Map.of());

        killAtEachStep(partition -> line("dead-letters redrive --partition " + partition), SENDING);

        assertEquals(0, stage.run(line("dead-letters redrive --yes")).exitCode());
        assertEquals(4 * PARTITIONS, stage.all(stage.commands()).size());
        goesOn(0);
    }

    @Test
    void changes_of_directories() {
        int runs = 0;
        for (String change : List.of("directories set-limit rd-%d 7", "directories set-account rd-%d 1234")) {
            runs = killAtEachStep(number -> line(change.formatted(number)), "insert into directory_change", "commit");
        }
        assertEquals(
                IntStream.rangeClosed(1, runs)
                        .mapToObj("rd-%d 7 1234 2"::formatted)
                        .toList(),
                stage.database()
                        .fetch("select concat_ws(' ', directory_id, contact_limit, account_id, (select count(*) from"
                                + " directory_change c where c.directory_id = d.directory_id)) from resource_directory"
                                + " d order by 1")
                        .into(String.class));
        goesOn(0);
    }

    private static String[] line(String words) {
        return words.split(" ");
    }

    private static String[] move(int partition, String to, String... options) {
        List<String> line = new ArrayList<>(List.of("offsets", "move", "--partition", "" + partition, "--to", to));
        line.addAll(List.of(options));
        return line.toArray(String[]::new);
    }

    /** Kills a command at each step, and gives it again word for word. */
    private int killAtEachStep(IntFunction<String[]> command, String... steps) {
        return killAtEachStep(Map.of(), command, command, () -> {}, steps);
    }

    /**
     * Kills a command behind its first step, in the next run behind its second, and so on, and finishes it each time; the last
     * run is not killed.
     *
     * @param command the line for a run; the first has the number 1
     * @param again the line that finishes it
     * @param check holds after each
     * @param steps all kinds of steps that it has
     * @return the number of the last run
     */
    private int killAtEachStep(
            Map<String, String> settings,
            IntFunction<String[]> command,
            IntFunction<String[]> again,
            Runnable check,
            String... steps) {
        List<String> killed = new ArrayList<>();
        String last = tool.run(stage, settings, 1, command.apply(1));
        for (int run = 1; last != null; run++) {
            String step = last;
            CommandLineRun second = CommandLineRun.of(stage.environment(settings), again.apply(run));
            assertEquals(0, second.exitCode(), () -> "killed behind " + step + ": " + second);
            check.run();
            killed.add(step);
            last = tool.run(stage, settings, run + 1, command.apply(run + 1));
        }
        check.run();
        assertEquals(Set.of(steps), Set.copyOf(killed));
        return killed.size() + 1;
    }

    /** The partitions of no run. */
    private static int[] untouched(int runs) {
        return IntStream.range(0, PARTITIONS)
                .filter(partition -> partition == 0 || partition > runs)
                .toArray();
    }

    /** What the database and the group know of each of these partitions. */
    private void assertStanding(int first, int last, String expected) {
        Map<Integer, Long> committed = stage.committed();
        for (int partition = first; partition <= last; partition++) {
            String stored = stage.database()
                    .fetchSingle(
                            "select format('skipped %s; settled %s, published %s',"
                                    + " (select string_agg(format('%s to %s, %s', from_offset, to_offset, reason), '; ')"
                                    + " from skipped_offsets where partition = r.partition), settled_offset,"
                                    + " published_offset) from batch_receipt r where partition = ?"
                                    + " order by settled_offset desc limit 1",
                            partition)
                    .get(0, String.class);
            assertEquals(expected, stored + "; committed " + committed.get(partition), "partition " + partition);
        }
    }

    private void addToEach(int commands) {
        stage.submit(IntStream.range(0, commands * PARTITIONS)
                .mapToObj(i -> adding(i % PARTITIONS, contacts++))
                .toList());
    }

    private ProducerRecord<byte[], byte[]> adding(int partition, int number) {
        ProducerRecord<byte[], byte[]> adding =
                Commands.adding(stage, "rd-" + partition, "r-" + number, "tom" + Commands.letters(number));
        return new ProducerRecord<>(adding.topic(), partition, adding.key(), adding.value());
    }

    private static String contactId(int number) {
        return DerivedIds.contactId("rd-" + number, "r-" + number);
    }

    private static ProducerRecord<byte[], byte[]> on(int partition, String topic, String key, String value) {
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private void commitEach(long offset) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            offsets.put(new TopicPartition(stage.commands(), partition), new OffsetAndMetadata(offset));
        }
        try (Admin admin = stage.admin()) {
            admin.alterConsumerGroupOffsets(stage.group(), offsets).all().get();
        }
    }

    private void answerAll(Map<String, String> settings) {
        RunningWorker worker = stage.startWorker(settings);
        stage.answers(stage.all(stage.commands()).size());
        worker.stop();
    }

    /** Workers answer what comes next, every command has its answer, and of each contact it is asked once to verify. */
    private void goesOn(int added) {
        addToEach(1);
        RunningWorker worker = stage.startWorker();
        CommandLineRun audit = stage.run("audit", "--quiet");
        worker.stop();
        assertEquals(0, audit.exitCode(), () -> audit.out() + audit.err());
        Aftermath.assertAskedOnce(stage, added + PARTITIONS);
    }
}
