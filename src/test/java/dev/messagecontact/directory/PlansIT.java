package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.database.Database;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.registration.BatchListener;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Requests;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

/** What a batch's statements read, when their plans were made while the tables were empty and no statistics came. */
class PlansIT {

    private static final int ROWS = 200_000;

    /** So often the driver has a statement planned anew before it keeps a plan; the session's plans are kept then. */
    private static final int BEFORE = 10;

    @Test
    void no_statement_of_a_batch_scans_a_table_that_has_grown_since_its_plan_was_made() {
        try (TestStage stage = TestStage.with(1);
                Database worker = Database.forBatches(stage.settings(Map.of()).database())) {
            for (String table : List.of("resource_directory", "message_contact", "command_rejection")) {
                stage.database().execute("alter table " + table + " set (autovacuum_enabled = off)");
            }
            for (int batch = 0; batch < BEFORE; batch++) {
                settle(worker.dsl(), batch);
            }
            stage.database()
                    .execute("insert into command_rejection select 'rd-old-' || i, 'c-' || i,"
                            + " '00000000-0000-0000-0000-000000000001', 0, i, 'LimitExceeded.Contacts', i, now()"
                            + " from generate_series(1, " + ROWS + ") i");
            stage.database()
                    .execute(
                            "insert into message_contact select 'rd-old-' || i, 'c-' || i, 'r-' || i, 'tom', 'a@b.c', null,"
                                    + " 'CEO', '{ServiceMessage}', 'Verifying', now(), i,"
                                    + " '00000000-0000-0000-0000-000000000001', 0, i from generate_series(1, " + ROWS
                                    + ") i");
            stage.database()
                    .execute("insert into resource_directory select 'rd-old-' || i, 1 from generate_series(1, " + ROWS
                            + ") i");
            long before = rowsScanned(worker.dsl());

            for (int batch = BEFORE; batch < 2 * BEFORE; batch++) {
                settle(worker.dsl(), batch);
            }

            assertEquals(before, rowsScanned(worker.dsl()));
        }
    }

    @Test
    void many_deletions_read_what_was_asked_about_their_directory_once() {
        int known = 5_000;
        int deletions = 50;
        try (TestStage stage = TestStage.with(1);
                Database worker = Database.forBatches(stage.settings(Map.of()).database())) {
            stage.database()
                    .execute("insert into resource_directory (directory_id, contact_limit) values ('rd-1', 10000)");
            stage.database()
                    .execute("insert into contact_action (directory_id, request_key, action, contact_id, source_topic,"
                            + " source_partition, source_offset, decided_at) select 'rd-' || directory, 'c-' || i,"
                            + " 'SendEmailVerificationForMessageContact', 'c-' || i,"
                            + " '00000000-0000-0000-0000-000000000001', 0, i, now() from generate_series(1, " + known
                            + ") i, generate_series(0, 4) directory");
            Registrar registrar = new Registrar(worker.dsl(), 20, 20, BatchListener.NONE);
            List<Request> added = IntStream.range(0, deletions)
                    .mapToObj(i -> Requests.adding(i, "rd-1", "r-" + i, "tom" + Commands.letters(i)))
                    .toList();
            Requests.settle(registrar, added);
            List<Request> deleted = IntStream.range(0, deletions)
                    .mapToObj(i -> Requests.about(
                            100 + i, Action.DELETE, "rd-1", "delete-" + i, DerivedIds.contactId("rd-1", "r-" + i)))
                    .toList();

            long before = actionsRead(worker.dsl());
            Decision decision = Requests.settle(registrar, deleted);
            long read = actionsRead(worker.dsl()) - before;

            assertEquals(deletions, decision.rows().deleted().size());
            assertTrue(read < 2L * known, () -> read + " rows read");
        }
    }

    /** A statement of the worker's has ten seconds. */
    @Test
    void many_deletions_in_a_large_directory_are_looked_up_in_it_and_not_compared_with_all_of_it() {
        int contacts = 30_000;
        try (TestStage stage = TestStage.with(1);
                Database worker = Database.forBatches(stage.settings(Map.of()).database())) {
            String ofContact =
                    " '00000000-0000-0000-0000-000000000001', 0, i, %s from generate_series(1, " + contacts + ") i";
            stage.database().execute("insert into resource_directory values ('rd-1', " + contacts + ")");
            stage.database()
                    .execute("insert into message_contact (directory_id, contact_id, request_id, name, email_address,"
                            + " title, message_types, status, created_at, source_topic, source_partition,"
                            + " source_offset, fingerprint) select 'rd-1', 'c-' || lpad(i::text, 16, '0'), 'r-' || i,"
                            + " 'tom' || i, 'a@b.c', 'CEO', '{ServiceMessage}', 'Verifying', now(),"
                            + ofContact.formatted("i"));
            stage.database()
                    .execute("insert into contact_action (directory_id, request_key, action, contact_id, decided_at,"
                            + " source_topic, source_partition, source_offset, fingerprint) select 'rd-1', 'c-' || i,"
                            + " 'SendEmailVerificationForMessageContact', 'c-' || lpad(i::text, 16, '0'), now(),"
                            + ofContact.formatted("i"));
            stage.database()
                    .execute("insert into command_rejection (directory_id, contact_id, code, rejected_at, source_topic,"
                            + " source_partition, source_offset, fingerprint) select 'rd-1', 'c-again-' || i,"
                            + " 'InvalidParameter.Name.AlreadyUsed', now(),"
                            + ofContact.formatted("i"));
            List<Request> deletions = IntStream.rangeClosed(1, contacts)
                    .mapToObj(i -> Requests.about(
                            100_000 + i, Action.DELETE, "rd-1", "delete-" + i, "c-" + "%016d".formatted(i)))
                    .toList();
            Registrar registrar = new Registrar(worker.dsl(), 20, 20, BatchListener.NONE);

            Decision decision = Requests.settle(registrar, deletions);

            assertEquals(contacts, decision.rows().deleted().size());
            assertEquals(
                    0,
                    stage.database().fetchCount(COMMAND_REJECTION, COMMAND_REJECTION.FINGERPRINT.isNotNull())
                            + stage.database().fetchCount(CONTACT_ACTION, CONTACT_ACTION.FINGERPRINT.isNotNull()));
        }
    }

    /** A publisher may try again until it succeeds, and a sender may give all its confirmations one RequestId. */
    @Test
    void of_a_request_that_came_any_number_of_times_only_what_settles_it_is_loaded_and_read_once() {
        int known = 5_000;
        try (TestStage stage = TestStage.with(1);
                Database worker = Database.forBatches(stage.settings(Map.of()).database())) {
            String key = DerivedIds.contactId("rd-1", "r-1");
            stage.database()
                    .execute(
                            "insert into command_rejection select 'rd-1', ?, ?, 0, i, case when i % 2 = 0 then"
                                    + " 'InternalError' else 'ConcurrentCallNotSupported' end, i, now()"
                                    + " from generate_series(1, " + known + ") i",
                            key,
                            Requests.TOPIC);
            stage.database()
                    .execute(
                            "insert into contact_action (directory_id, request_key, action, contact_id, source_topic,"
                                    + " source_partition, source_offset, decided_at) select 'rd-1', ?,"
                                    + " 'ConfirmMessageContactVerification', 'c-' || i, ?, 1, i, now()"
                                    + " from generate_series(1, " + known + ") i",
                            key,
                            Requests.TOPIC);
            List<Request> again = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                again.add(Requests.adding(10_000 + i, "rd-1", "r-1", "tom"));
                again.add(Requests.about(20_000 + i, Action.DELETE, "rd-1", "r-1", "c-0000000000000001"));
            }
            again.addAll(Requests.settled(List.of(Requests.adding(7, "rd-1", "r-1", "tom"))));
            long before = read(worker.dsl(), "command_rejection");

            Snapshot loaded = new Directories(worker.dsl()).load(Request.questionOf(again), List.of());

            assertEquals(1, loaded.rejections().get(key).size());
            assertEquals(7, loaded.rejections().get(key).get(0).source().offset());
            assertEquals(Map.of(), loaded.actions());
            long read = read(worker.dsl(), "command_rejection") - before;
            assertTrue(read < 3L * known, () -> read + " rows read");
        }
    }

    private static long actionsRead(DSLContext database) {
        return read(database, "contact_action");
    }

    private static long read(DSLContext database, String table) {
        database.fetch("select pg_stat_force_next_flush()");
        return database.resultQuery(
                        "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint"
                                + " from pg_stat_user_tables where relname = ?",
                        table)
                .fetchSingle()
                .get(0, Long.class);
    }

    private static void settle(DSLContext database, int batch) {
        Registrar registrar = new Registrar(database, 20, 20, BatchListener.NONE);
        String ofBatchBefore = DerivedIds.contactId("rd-0", "r-" + (batch - 1) + "-0");
        List<Request> requests = new ArrayList<>();
        requests.add(Requests.about(batch * 100L, Action.DELETE, "rd-0", "delete-" + batch, ofBatchBefore));
        IntStream.range(0, 20)
                .forEach(i -> requests.add(Requests.adding(
                        batch * 100L + 1 + i, "rd-" + i % 7, "r-" + batch + "-" + i, "tom" + Commands.letters(i % 5))));
        Decision decision = Requests.settle(registrar, requests);
        assertEquals(batch == 0 ? 0 : 1, decision.rows().deleted().size());
    }

    /** By whole-table scans; the session's own numbers are written down first. */
    private static long rowsScanned(DSLContext database) {
        database.fetch("select pg_stat_force_next_flush()");
        return database.resultQuery("select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables"
                        + " where relname in ('message_contact', 'command_rejection', 'resource_directory')")
                .fetchSingle()
                .get(0, Long.class);
    }
}
