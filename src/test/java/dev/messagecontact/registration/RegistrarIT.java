package dev.messagecontact.registration;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistrarIT {

    private static final int LIMIT = 4;

    private TestStage stage;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void two_thousand_commands_take_the_same_few_statements_as_two() {
        Statements statements = new Statements();
        DSLContext counted =
                DSL.using(stage.database().configuration().derive(new DefaultExecuteListenerProvider(statements)));
        Registrar registrar = new Registrar(counted, LIMIT, 20, BatchListener.NONE);

        Receipts.begin(stage.database(), List.of(receipt(-1, 0)));
        registrar.settle(batchWithEveryOutcome(0, 2), Requests.ROOM, (open, rest) -> List.of(receipt(0, 1)));
        List<String> forTwo = statements.take();
        registrar.settle(batchWithEveryOutcome(10_000, 2_000), Requests.ROOM, (open, rest) -> List.of(receipt(1, 2)));
        List<String> forTwoThousand = statements.take();

        assertEquals(forTwo, forTwoThousand);
        assertTrue(forTwo.size() <= 10, "statements: " + forTwo.size());
    }

    @Test
    void a_batch_that_expects_another_receipt_has_no_effect() {
        Registrar registrar = new Registrar(stage.database(), LIMIT, 20, BatchListener.NONE);
        Receipts.begin(stage.database(), List.of(receipt(OTHER_TOPIC, -1, 5, 5)));
        List<Request> batch = List.of(Requests.adding(5, "rd-receipt", "r-1", "tom"));

        assertThrows(
                ReceiptMismatchException.class,
                () -> registrar.settle(batch, Requests.ROOM, (open, rest) -> List.of(receipt(OTHER_TOPIC, 4, 6, 5))));
        assertFalse(storedNames("rd-receipt").contains("tom"));

        registrar.settle(batch, Requests.ROOM, (open, rest) -> List.of(receipt(OTHER_TOPIC, 5, 6, 5)));
        assertTrue(storedNames("rd-receipt").contains("tom"));
        assertThrows(
                ReceiptMismatchException.class,
                () -> registrar.settle(
                        List.of(), Requests.ROOM, (open, rest) -> List.of(receipt(OTHER_TOPIC, 5, 6, 5))));
        Receipt last = Objects.requireNonNull(
                Receipts.last(stage.database(), OTHER_TOPIC).get(7));
        assertEquals(Answered.before(6), last.settled());
        assertEquals(5, last.settledBefore());
    }

    @Test
    void a_batch_whose_receipt_another_server_has_told_has_no_effect() {
        UUID topic = new UUID(8, 9);
        Registrar registrar = new Registrar(stage.database(), LIMIT, 20, BatchListener.NONE);
        Receipts.begin(stage.database(), List.of(receipt(topic, -1, 5, 5)));
        Receipt last =
                Objects.requireNonNull(Receipts.last(stage.database(), topic).get(7));
        Receipt next = last.next(Answered.before(6), 5);
        Receipt elsewhere = new Receipt(topic, 7, next.settledBefore(), next.settled(), 5, "another server");
        List<Request> batch = List.of(Requests.adding(5, "rd-server", "r-1", "tom"));

        assertThrows(
                ReceiptMismatchException.class,
                () -> registrar.settle(batch, Requests.ROOM, (open, rest) -> List.of(elsewhere)));
        assertFalse(storedNames("rd-server").contains("tom"));
        assertThrows(
                ReceiptMismatchException.class, () -> Receipts.requireHeld(stage.database(), List.of(last, elsewhere)));

        registrar.settle(batch, Requests.ROOM, (open, rest) -> List.of(next));
        assertTrue(storedNames("rd-server").contains("tom"));
        Receipts.requireHeld(stage.database(), List.of(last, next));
    }

    private static final UUID OTHER_TOPIC = new UUID(8, 8);

    private Set<String> storedNames(String directoryId) {
        return stage.database()
                .select(MESSAGE_CONTACT.NAME)
                .from(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.DIRECTORY_ID.eq(directoryId))
                .fetchSet(MESSAGE_CONTACT.NAME);
    }

    private static Receipt receipt(long from, long settled) {
        return new Receipt(Requests.TOPIC, 0, from, Answered.before(settled), from);
    }

    /** Each pair of requests of a directory uses one name, so every batch stores contacts and rejections. */
    private static List<Request> batchWithEveryOutcome(int from, int count) {
        List<Request> batch = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            batch.add(Requests.adding(i, "rd-s" + i / 2, "r-" + i, "tom"));
        }
        return batch;
    }

    @Test
    void random_batches_leave_the_rows_that_one_command_at_a_time_would() {
        Registrar registrar = new Registrar(stage.database(), LIMIT, 20, BatchListener.NONE);
        Random random = new Random(7);
        OneAtATime model = new OneAtATime(LIMIT);
        long offset = 1_000_000;
        for (int batch = 0; batch < 60; batch++) {
            List<Request> requests = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                requests.add(Requests.adding(
                        offset++,
                        "rd-m" + random.nextInt(30),
                        "r-" + random.nextInt(12),
                        "tom" + (char) ('a' + random.nextInt(8))));
            }
            List<Outcome> expected = requests.stream().map(model::answer).toList();
            if (random.nextInt(3) == 0) {
                registrar.settle(
                        requests, Requests.ROOM, BatchReceipts.NONE); // a crash after the commit: it comes again
            }

            Decision settlement = Requests.settle(registrar, requests);

            assertEquals(
                    expected, settlement.answers().stream().map(Answer::outcome).toList());
        }
        assertEquals(model.contactIdsByName(), storedContacts());
        assertEquals(counts(model), storedCounts());
    }

    private Map<String, Map<String, String>> storedContacts() {
        Map<String, Map<String, String>> stored = new TreeMap<>();
        stage.database()
                .selectFrom(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.DIRECTORY_ID.startsWith("rd-m"))
                .forEach(row -> stored.computeIfAbsent(row.get(MESSAGE_CONTACT.DIRECTORY_ID), id -> new TreeMap<>())
                        .put(row.get(MESSAGE_CONTACT.NAME), row.get(MESSAGE_CONTACT.CONTACT_ID)));
        return stored;
    }

    private Map<String, Integer> storedCounts() {
        return new TreeMap<>(stage.database()
                .select(RESOURCE_DIRECTORY.DIRECTORY_ID, RESOURCE_DIRECTORY.CONTACT_COUNT)
                .from(RESOURCE_DIRECTORY)
                .where(RESOURCE_DIRECTORY.DIRECTORY_ID.startsWith("rd-m"))
                .fetchMap(RESOURCE_DIRECTORY.DIRECTORY_ID, RESOURCE_DIRECTORY.CONTACT_COUNT));
    }

    private static Map<String, Integer> counts(OneAtATime model) {
        Map<String, Integer> counts = new TreeMap<>();
        model.contactIdsByName().forEach((directoryId, names) -> counts.put(directoryId, names.size()));
        return counts;
    }

    /** The texts of the statements as they were sent. */
    private static final class Statements implements ExecuteListener {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void executeStart(ExecuteContext context) {
            texts.add(context.sql());
        }

        List<String> take() {
            List<String> taken = List.copyOf(texts);
            texts.clear();
            return taken;
        }
    }

    private static Receipt receipt(UUID topic, long from, long settled, long published) {
        return new Receipt(topic, 7, from, Answered.before(settled), published);
    }
}
