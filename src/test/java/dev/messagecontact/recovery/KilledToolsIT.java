package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.REPLAY;
import static dev.messagecontact.recovery.KillStage.contactId;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Each command that repairs something is killed behind its first step, then behind its second, and so on, and run again each
 * time: it leaves what a run leaves that nobody kills. Each run has a partition of its own, or a directory, or begins where the
 * one before began.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class KilledToolsIT {

    private static final String[] SENDING = {
        "insert into operator_action", "InitProducerId", "Produce", "EndTxn", "update operator_action"
    };

    private final KilledTool tool = new KilledTool();

    @AfterAll
    void stop() {
        tool.close();
    }

    @Test
    void a_move_over_commands_that_are_skipped_and_the_move_back() {
        try (KillStage on = new KillStage(tool, 8)) {
            on.addToEach(3);
            on.answerAll(Map.of());
            on.addToEach(2);
            IntFunction<String> move = partition -> "offsets move --skip --reason late --to 5 --partition " + partition;

            int runs = on.killAtEachStep(
                    move,
                    "insert into operator_action",
                    "insert into batch_receipt",
                    "commit",
                    "OffsetCommit",
                    "update operator_action");

            assertStanding(on.stage(), 1, runs, "skipped 3 to 5, late; settled 5, published 5; committed 5");
            int back = on.killAtEachStep(
                    partition -> "offsets move --to 3 --partition " + partition,
                    "insert into operator_action",
                    "OffsetCommit",
                    "update operator_action");
            assertStanding(on.stage(), 1, back, "skipped 3 to 5, late; settled 5, published 5; committed 3");
            assertEquals("commit", on.kill(3, move.apply(0)), "and nobody runs it again");
            on.goesOn(on.contacts() - 2 * (runs - back));
        }
    }

    /** The group and the database have five more as answered than the topic has. */
    @Test
    void a_move_across_the_loss_of_the_last_records() throws Exception {
        int partitions = 9;
        try (KillStage on = new KillStage(tool, partitions)) {
            on.addToEach(3);
            on.answerAll(Map.of());
            String of = " from batch_receipt where settled_offset = 8";
            for (String change : List.of(
                    "update batch_receipt set settled_offset = 8, published_offset = 8 where settled_offset = 3",
                    "insert into skipped_offsets select topic_id, partition, 2, 7, 'lost', '', now(), null" + of)) {
                on.stage().database().execute(change);
            }
            commit(on.stage(), partitions, 8);
            IntFunction<String> move = partition -> "offsets move --to settled --yes --partition " + partition;

            int runs = on.killAtEachStep(
                    move,
                    "insert into operator_action",
                    "delete from batch_receipt",
                    "insert into batch_receipt",
                    "commit",
                    "OffsetCommit",
                    "update operator_action");

            IntStream.range(0, partitions)
                    .filter(partition -> partition == 0 || partition > runs)
                    .forEach(partition -> assertDone(on.stage(), move.apply(partition)));
            assertStanding(on.stage(), 0, partitions - 1, "skipped 2 to 3, lost; settled 3, published 3; committed 3");
            on.goesOn(on.contacts());
        }
    }

    @Test
    void an_adoption() {
        try (KillStage on = new KillStage(tool, 7)) {
            on.addToEach(3);
            on.answerAll(Map.of());
            on.stage().database().execute("delete from batch_receipt");

            on.killAtEachStep(
                    partition -> "offsets adopt --reason copied --partition " + partition,
                    "insert into operator_action",
                    "insert into batch_receipt",
                    "commit",
                    "update operator_action");

            assertDone(on.stage(), "offsets adopt --reason copied");
            assertStanding(on.stage(), 0, 6, "skipped 0 to 3, copied; settled 3, published 3; committed 3");
            on.goesOn(on.contacts());
        }
    }

    @Test
    void an_erasure() {
        try (KillStage on = new KillStage(tool, 6)) {
            on.addToEach(1);
            RunningWorker worker = on.stage().startWorker();
            on.stage().answers(on.contacts());

            int runs = on.killAtEachStep(
                    each -> "erase rd-%1$d %2$s --yes --request-id erase-%1$d".formatted(each, contactId(each)),
                    "InitProducerId",
                    "Produce");

            worker.stop();
            var database = on.stage().database();
            assertEquals(runs, database.fetchCount(CONTACT_ACTION, CONTACT_ACTION.STATUS.eq("Deleted")));
            assertEquals(0, database.fetchCount(CONTACT_ACTION, CONTACT_ACTION.CODE.isNotNull()));
            on.goesOn(on.contacts());
        }
    }

    @Test
    void a_pruning() {
        try (KillStage on = new KillStage(tool, 1)) {
            on.addToEach(1);
            on.answerAll(Map.of());
            List<String> rows = StoredState.rows(on.stage());

            on.killAtEachStep(
                    Map.of("REJECTIONS_KEPT", "P8D"),
                    run -> {
                        addOldDecisions(on.stage());
                        return "prune --yes";
                    },
                    run -> "prune --yes",
                    () -> assertEquals(rows, StoredState.rows(on.stage())),
                    "insert into operator_action",
                    "commit",
                    "update operator_action");
            on.goesOn(on.contacts());
        }
    }

    private static void addOldDecisions(TestStage stage) {
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
        try (KillStage on = new KillStage(tool, 2)) {
            TestStage stage = on.stage();
            String confirming = "{\"ResourceDirectoryId\":\"rd-0\",\"ContactId\":\"%s\",\"VerificationId\":\"%s\"}";
            String address = KillStage.name(0) + "@example.com";
            on.addToEach(2);
            stage.submit(List.of(
                    on.adding(0, 0),
                    KillStage.record(stage.commands(), 0, "{}"),
                    KillStage.record(
                            stage.outcomes(),
                            0,
                            confirming.formatted(
                                    contactId(0), DerivedIds.verificationId(contactId(0), "email", address))),
                    KillStage.record(stage.outcomes(), 1, confirming.formatted(contactId(1), "v-1"))));
            on.answerAll(Map.of());
            List<String> rows = StoredState.rows(stage);
            List<String> events = StoredState.events(stage);

            on.killAtEachStep(
                    Map.of(),
                    run -> {
                        StoredState.forget(stage);
                        stage.database().execute("truncate batch_receipt");
                        return "rebuild --yes";
                    },
                    run -> "rebuild --yes",
                    () -> assertEquals(rows, StoredState.rows(stage)),
                    "insert into operator_action",
                    "pg_try_advisory_xact_lock",
                    "insert into batch_receipt",
                    "commit",
                    "update operator_action");
            assertEquals(events, StoredState.events(stage));
            on.goesOn(on.contacts());
        }
    }

    /** At a rate that makes two transactions of five answers. */
    @Test
    void a_replay() {
        try (KillStage on = new KillStage(tool, 14)) {
            on.addToEach(5);
            on.answerAll(Map.of());

            int runs = on.killAtEachStep(
                    Map.of(),
                    partition -> "replay --rate 16 --partition %1$d --id r%1$d".formatted(partition),
                    partition -> "replay --resume r" + partition,
                    () -> {},
                    "insert into replay",
                    "InitProducerId",
                    "Produce",
                    "TxnOffsetCommit",
                    "EndTxn",
                    "update replay");

            List<String> replayed = on.stage().all(on.stage().events().results()).stream()
                    .filter(event -> event.headers().lastHeader("ce_replayed") != null)
                    .map(event -> EventReader.header(event, "ce_id"))
                    .toList();
            assertEquals(5 * runs, replayed.size());
            assertEquals(5 * runs, Set.copyOf(replayed).size());
            assertEquals(runs, on.stage().database().fetchCount(REPLAY, REPLAY.ENDED_AT.isNotNull()));
            on.goesOn(on.contacts());
        }
    }

    @Test
    void a_resubmission() {
        try (KillStage on = new KillStage(tool, 9)) {
            on.addToEach(2);
            on.answerAll(Map.of("PHONE_COUNTRY_CODES", "49"));

            on.killAtEachStep(partition -> "resubmit --partition " + partition, SENDING);

            assertDone(on.stage(), "resubmit --yes");
            assertEquals(
                    2 * on.contacts(), on.stage().all(on.stage().commands()).size());
            on.goesOn(on.contacts());
        }
    }

    @Test
    void a_redrive() {
        int partitions = 9;
        try (KillStage on = new KillStage(tool, partitions)) {
            String commands = on.stage().commands();
            on.stage()
                    .submit(IntStream.range(0, 2 * partitions)
                            .mapToObj(i -> KillStage.record(commands, i % partitions, "{"))
                            .toList());
            on.answerAll(Map.of());

            on.killAtEachStep(partition -> "dead-letters redrive --partition " + partition, SENDING);

            assertDone(on.stage(), "dead-letters redrive --yes");
            assertEquals(4 * partitions, on.stage().all(commands).size());
            on.goesOn(0);
        }
    }

    @Test
    void changes_of_directories() {
        try (KillStage on = new KillStage(tool, 1)) {
            int runs = 0;
            for (String change : List.of("set-limit rd-%d 7", "set-account rd-%d 1234")) {
                runs = on.killAtEachStep(
                        number -> "directories " + change.formatted(number), "insert into directory_change", "commit");
            }
            assertEquals(
                    IntStream.rangeClosed(1, runs)
                            .mapToObj("rd-%d 7 1234 2"::formatted)
                            .toList(),
                    on.stage()
                            .database()
                            .fetch("select concat_ws(' ', directory_id, contact_limit, account_id, (select count(*)"
                                    + " from directory_change c where c.directory_id = d.directory_id))"
                                    + " from resource_directory d order by 1")
                            .into(String.class));
            on.goesOn(0);
        }
    }

    private static void assertDone(TestStage stage, String command) {
        assertEquals(0, stage.run(command.split(" ")).exitCode(), command);
    }

    /** What the database and the group know of each of these partitions. */
    private static void assertStanding(TestStage stage, int first, int last, String expected) {
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

    private static void commit(TestStage stage, int partitions, long offset) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            offsets.put(new TopicPartition(stage.commands(), partition), new OffsetAndMetadata(offset));
        }
        try (Admin admin = stage.admin()) {
            admin.alterConsumerGroupOffsets(stage.group(), offsets).all().get();
        }
    }
}
