package dev.messagecontact.registration;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.TestStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.ExecuteEventHandler;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IsolationIT {

    private static final int BATCH = 500;

    private TestStage stage;

    @BeforeEach
    void open() {
        stage = TestStage.with(1);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void the_rows_that_the_database_refuses_are_answered_alone_and_all_others_are_stored_once() {
        stage.database().execute("alter table message_contact add check (request_id not in ('r-0', 'r-499'))");
        int[] statements = {0};
        Registrar registrar = new Registrar(counting(statements), 20, 20, BatchListener.NONE);

        Decision settlement = Requests.settle(registrar, batch());

        assertEquals(List.of(0, 499), failed(settlement));
        assertEquals(BATCH - 2, stage.database().fetchCount(MESSAGE_CONTACT));
        assertEquals(
                offsets(batch()),
                settlement.answers().stream()
                        .map(a -> a.envelope().record().offset())
                        .toList());
        assertTrue(
                statements[0] < 12 * 4 * 9,
                "statements: " + statements[0]); // a dozen, for two halves of 9 levels, twice
    }

    @Test
    void a_refused_row_keeps_its_answer_when_it_comes_again() {
        stage.database().execute("alter table message_contact add check (request_id <> 'r-7')");
        Registrar registrar = new Registrar(stage.database(), 20, 20, BatchListener.NONE);
        Requests.settle(registrar, batch());
        stage.database().execute("alter table message_contact drop constraint message_contact_request_id_check");

        assertEquals(List.of(7), failed(Requests.settle(registrar, Requests.settled(batch()))));
        assertEquals(1, stage.database().fetchCount(COMMAND_REJECTION));

        Request sentAgain = Requests.adding(1000, "rd-7", "r-7", "tom" + Commands.letters(7));
        assertEquals(List.of(), failed(Requests.settle(registrar, List.of(sentAgain))));
    }

    @Test
    void a_failure_is_stored_with_its_receipt_or_not_at_all() {
        stage.database().execute("alter table message_contact add check (request_id <> 'r-7')");
        Receipt ofAnother = new Receipt(Requests.TOPIC, 0, 99, Answered.before(BATCH), 0);
        BatchReceipts receipts = (open, rest) -> open.isEmpty() && rest.isEmpty() ? List.of(ofAnother) : List.of();
        Registrar registrar = new Registrar(stage.database(), 20, 20, BatchListener.NONE);

        assertThrows(ReceiptMismatchException.class, () -> registrar.settle(batch(), Requests.ROOM, receipts));

        assertEquals(0, stage.database().fetchCount(COMMAND_REJECTION), "it would be decided anew, and be there twice");
    }

    @Test
    void a_bug_that_one_command_brings_out_is_that_command_s_failure_alone() {
        Registrar registrar = new Registrar(withBugFor("tom" + Commands.letters(123)), 20, 20, BatchListener.NONE);

        assertEquals(List.of(123), failed(Requests.settle(registrar, batch())));
        assertEquals(BATCH - 1, stage.database().fetchCount(MESSAGE_CONTACT));
    }

    @Test
    void a_bug_that_every_command_brings_out_stops_us_before_anything_is_given_up() {
        Registrar registrar = new Registrar(withBugFor("tom"), 20, 5, BatchListener.NONE);

        assertThrows(OperatorException.class, () -> Requests.settle(registrar, batch()));
    }

    @Test
    void a_directory_that_is_free_again_before_the_second_half_keeps_the_order_of_its_commands() throws SQLException {
        stage.database().execute("alter table message_contact add check (request_id <> 'r-poison')");
        stage.database()
                .insertInto(RESOURCE_DIRECTORY)
                .set(RESOURCE_DIRECTORY.DIRECTORY_ID, "rd-1")
                .execute();
        List<Request> batch = List.of(
                Requests.adding(0, "rd-1", "r-0", "tom"),
                Requests.adding(1, "rd-2", "r-1", "tom"),
                Requests.adding(2, "rd-1", "r-2", "tom"),
                Requests.adding(3, "rd-3", "r-poison", "tom"));
        int[] locks = {0};
        Decision decision;
        try (Connection stranger = stage.databaseAddress().connect()) {
            stranger.setAutoCommit(false);
            stranger.createStatement()
                    .execute("select 1 from resource_directory where directory_id = 'rd-1' for update");
            DSLContext freeing = listening(context -> {
                locks[0] += context.sql().endsWith("for update skip locked") ? 1 : 0;
                if (locks[0] == 3) { // those of the whole batch, of its first half, and now of the second
                    rollback(stranger);
                }
            });
            decision = Requests.settle(new Registrar(freeing, 20, 20, BatchListener.NONE), batch);
        }

        assertEquals(List.of(0L, 2L), offsets(decision.deferred()));
        assertEquals(List.of(3), failed(decision));
        assertTrue(locks[0] >= 3);
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Request> batch() {
        return IntStream.range(0, BATCH)
                .mapToObj(i -> Requests.adding(i, "rd-" + i, "r-" + i, "tom" + Commands.letters(i)))
                .toList();
    }

    private static List<Long> offsets(List<Request> requests) {
        return requests.stream().map(request -> request.position().offset()).toList();
    }

    private static List<Integer> failed(Decision settlement) {
        List<Integer> failed = new ArrayList<>();
        settlement.answers().forEach(answer -> {
            if (answer.outcome().equals(new Rejected(ErrorCode.INTERNAL_ERROR))) {
                failed.add((int) answer.envelope().record().offset());
            }
        });
        return failed;
    }

    private DSLContext counting(int[] statements) {
        return listening(context -> statements[0]++);
    }

    private DSLContext withBugFor(String name) {
        return listening(context -> {
            boolean isInsert = context.sql().startsWith("insert into \"message_contact\"");
            if (isInsert && context.query().getBindValues().stream().anyMatch(value -> holds(value, name))) {
                throw new IllegalStateException("a bug");
            }
        });
    }

    private static boolean holds(Object bind, String text) {
        return bind instanceof Object[] values
                && IntStream.range(0, values.length)
                        .anyMatch(i -> values[i] instanceof String s
                                && (s.equals(text) || (text.equals("tom") && s.startsWith(text))));
    }

    private DSLContext listening(ExecuteEventHandler before) {
        ExecuteListener listener = ExecuteListener.onExecuteStart(before);
        return DSL.using(stage.database().configuration().derive(new DefaultExecuteListenerProvider(listener)));
    }
}
