package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ContactCommand;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.validation.ActionRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jooq.DSLContext;
import org.jooq.ExecuteEventHandler;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The five actions, in a real database, beside a model that knows no batches. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeIT {

    private static final UUID OUTCOMES = UUID.fromString("7d3c5a8e-0000-4000-8000-000000000002");
    private static final int STREAMS = Integer.getInteger("life.streams", 15);
    private static final int LENGTH = 120;
    private static final int LIMIT = 4;
    private static final int REQUESTS = 30;
    private static final String EMAIL = "someone@example.com";
    private static final String NUMBER = "86-13900001234";

    private TestStage stage;
    private Registrar registrar;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
        registrar = new Registrar(stage.database(), LIMIT, 0, BatchListener.NONE);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void batches_come_out_as_one_command_at_a_time() {
        Set<String> seen = new java.util.TreeSet<>();
        for (int seed = 0; seed < STREAMS; seed++) {
            StoredState.forget(stage);
            Random random = new Random(seed);
            List<Request> stream = mixed(upstream(random), outcomes(random), random);
            OneLifeAtATime model = new OneLifeAtATime(LIMIT);
            List<String> expected = stream.stream().map(model::answer).toList();

            assertEquals(expected, settle(stream, random, true), "seed " + seed);
            assertEquals(model.statusById(), storedStatus(), "seed " + seed);
            assertEquals(model.remembered(), rememberedRejections(), "seed " + seed);
            seen.addAll(expected);
        }
        assertTrue(seen.size() >= 13, "too few kinds of answers: " + seen);
    }

    @Test
    void the_order_between_the_two_topics_makes_no_difference_to_contacts() {
        for (int seed = 0; seed < STREAMS; seed++) {
            List<Request> upstream = upstream(new Random(seed));
            List<Request> outcomes = outcomes(new Random(-seed));
            List<List<String>> rows = new ArrayList<>();
            Random random = new Random(seed);
            for (List<Request> order : List.of(
                    joined(upstream, outcomes),
                    joined(outcomes, upstream),
                    mixed(upstream, outcomes, random),
                    mixed(upstream, outcomes, random))) {
                StoredState.forget(stage);
                settle(order, random, false);
                rows.add(contactRows());
            }
            for (List<String> other : rows) {
                assertEquals(rows.get(0), other, "seed " + seed);
            }
        }
    }

    @Test
    void a_replay_answers_as_history_did_changes_nothing_and_mails_nobody() {
        for (int seed = 0; seed < 10; seed++) {
            StoredState.forget(stage);
            Random random = new Random(seed);
            List<Request> stream = mixed(upstream(random), outcomes(random), random);
            List<String> history = settle(stream, random, false);
            List<String> before = allRows();

            List<Request> replay =
                    stream.stream().map(request -> at(request, Past.PUBLISHED)).toList();
            Decision decision = Requests.settle(registrar, replay);

            assertEquals(
                    history, decision.answers().stream().map(LifeIT::inWords).toList(), "seed " + seed);
            assertEquals(before, allRows(), "seed " + seed);
            assertTrue(decision.answers().stream().noneMatch(LifeIT::mails));
        }
    }

    @Test
    void of_an_erased_contact_no_rejected_request_keeps_a_hash_either_but_others_do() {
        StoredState.forget(stage);
        String anna = DerivedIds.contactId("rd-0", "r-0");
        List<Request> first = List.of(
                Requests.adding(0, "rd-0", "r-0", "anna"),
                Requests.adding(1, "rd-0", "r-again", "anna"),
                Requests.adding(2, "rd-0", "r-bert", "bert"),
                Requests.adding(3, "rd-0", "r-bert-again", "bert"),
                Requests.adding(4, "rd-1", "r-0", "anna"),
                Requests.adding(5, "rd-1", "r-again", "anna"));
        List<Request> then = List.of(
                Requests.adding(6, "rd-0", "r-a-third-time", "anna"),
                change(7, Action.DELETE, "rd-0", "r-delete", anna, null),
                Requests.adding(8, "rd-0", "r-anew", "anna"),
                Requests.adding(9, "rd-0", "r-anew-again", "anna"),
                Requests.adding(10, "rd-0", "r-again", "anna"));
        Requests.settle(registrar, first);
        Requests.settle(registrar, then);

        List<String> remembered = stage.database()
                .fetch("select source_offset || case when fingerprint is null then"
                        + " ' erased' else '' end from command_rejection order by source_offset")
                .into(String.class);
        assertEquals(List.of("1 erased", "3", "5", "6 erased", "9"), remembered);
    }

    @Test
    void a_confirmation_that_is_stored_just_before_the_directory_is_locked_is_not_overlooked() {
        StoredState.forget(stage);
        stage.database().execute("insert into resource_directory (directory_id) values ('rd-0')");
        String anna = DerivedIds.contactId("rd-0", "r-0");
        Request added = Requests.adding(1, "rd-0", "r-0", "anna");
        String verificationId =
                DerivedIds.verificationId(anna, "email", added.acceptedContact().emailAddress());
        // The statement that locks saw the tables as they were before; a confirmation that is committed meanwhile lets
        // the lock go.
        DSLContext overtaken = listeningAfter(context -> {
            if (context.sql().endsWith("for update skip locked")) {
                stage.database()
                        .execute(
                                "insert into early_confirmation (directory_id, contact_id, verification_id, confirmed_at)"
                                        + " values ('rd-0', ?, ?, now())",
                                anna,
                                verificationId);
            }
        });
        Requests.settle(new Registrar(overtaken, 20, 20, BatchListener.NONE), List.of(added));

        assertEquals(Map.of(anna, "Active"), storedStatus());
    }

    private DSLContext listeningAfter(ExecuteEventHandler statement) {
        ExecuteListener listener = ExecuteListener.onExecuteEnd(statement);
        return DSL.using(stage.database().configuration().derive(new DefaultExecuteListenerProvider(listener)));
    }

    private List<String> settle(List<Request> stream, Random random, boolean crashes) {
        List<String> answers = new ArrayList<>();
        for (int from = 0, to; from < stream.size(); from = to) {
            to = Math.min(stream.size(), from + 1 + random.nextInt(40));
            List<Request> batch = stream.subList(from, to);
            if (crashes && random.nextInt(4) == 0) {
                Requests.settle(registrar, batch);
                batch = Requests.settled(batch);
            }
            Decision decision = Requests.settle(registrar, batch);
            decision.answers().forEach(answer -> answers.add(inWords(answer)));
        }
        return answers;
    }

    private static Request at(Request request, Past past) {
        return new Request(request.envelope(), request.position(), request.checked(), past);
    }

    static String inWords(Answer answer) {
        return answer.outcome()
                .match(
                        added -> "added",
                        changed -> changed.kind().label() + " " + changed.status()
                                + Optional.ofNullable(changed.channel())
                                        .map(channel -> " " + channel)
                                        .orElse(""),
                        rejected -> rejected.code().code());
    }

    private static boolean mails(Answer answer) {
        return answer.outcome().match(Outcome.Added::verify, changed -> changed.request() != null, rejected -> false);
    }

    private static List<Request> upstream(Random random) {
        List<Request> stream = new ArrayList<>();
        for (int offset = 0; offset < LENGTH; offset++) {
            String directoryId = "rd-" + random.nextInt(3);
            String requestId = "r-" + random.nextInt(REQUESTS);
            String contactId = DerivedIds.contactId(directoryId, "r-" + random.nextInt(REQUESTS));
            stream.add(
                    switch (random.nextInt(8)) {
                        case 0 -> change(offset, Action.DELETE, directoryId, requestId, contactId, null);
                        case 1 ->
                            change(offset, Action.SEND_EMAIL_VERIFICATION, directoryId, requestId, contactId, null);
                        case 2 ->
                            change(offset, Action.SEND_PHONE_VERIFICATION, directoryId, requestId, contactId, null);
                        case 3 ->
                            change(
                                    offset,
                                    Action.SEND_EMAIL_VERIFICATION,
                                    directoryId,
                                    requestId,
                                    contactId,
                                    "a@b.example");
                        default ->
                            Requests.adding(offset, directoryId, requestId, "tom" + (char) ('a' + random.nextInt(8)));
                    });
        }
        return stream;
    }

    private static List<Request> outcomes(Random random) {
        List<Request> stream = new ArrayList<>();
        for (int offset = 0; offset < LENGTH; offset++) {
            String directoryId = "rd-" + random.nextInt(3);
            String contactId = DerivedIds.contactId(directoryId, "r-" + random.nextInt(REQUESTS));
            String channel = random.nextBoolean() ? "email" : "sms";
            String target = channel.equals("email") ? EMAIL : NUMBER;
            String verificationId = random.nextBoolean()
                    ? DerivedIds.verificationId(contactId, channel, target)
                    : DerivedIds.verificationId(contactId, channel, target, "r-" + random.nextInt(REQUESTS));
            stream.add(change(offset, Action.CONFIRM, directoryId, "o-" + offset, contactId, verificationId));
        }
        return stream;
    }

    private static Request change(
            long offset,
            Action action,
            String directoryId,
            String requestId,
            String contactId,
            String targetOrVerification) {
        boolean confirms = action == Action.CONFIRM;
        ContactCommand command = new ContactCommand(
                action,
                requestId,
                directoryId,
                contactId,
                confirms ? null : targetOrVerification,
                null,
                confirms ? targetOrVerification : null,
                Set.of());
        Envelope envelope = new Envelope(record(offset), action.origin(), requestId, directoryId);
        UUID topic = action.origin() == Origin.SENDERS ? OUTCOMES : Requests.TOPIC;
        return new Request(envelope, new RecordId(topic, 0, offset), ActionRules.check(command), Past.NONE);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(
                "topic",
                0,
                offset,
                Requests.FIRST_TIMESTAMP + offset,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                null,
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }

    private static List<Request> joined(List<Request> first, List<Request> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Each topic in its own order. */
    private static List<Request> mixed(List<Request> one, List<Request> other, Random random) {
        List<Request> mixed = new ArrayList<>();
        int next = 0;
        for (Request request : one) {
            while (next < other.size() && random.nextInt(3) == 0) {
                mixed.add(other.get(next++));
            }
            mixed.add(request);
        }
        mixed.addAll(other.subList(next, other.size()));
        return mixed;
    }

    private Map<String, String> storedStatus() {
        return new HashMap<>(stage.database()
                .fetch("select contact_id, status from message_contact")
                .intoMap(row -> row.get(0, String.class), row -> row.get(1, String.class)));
    }

    private long rememberedRejections() {
        return stage.database()
                .fetchSingle("select count(*) from command_rejection where fingerprint is not null")
                .get(0, Long.class);
    }

    private List<String> contactRows() {
        return rows("message_contact", "resource_directory", "resent_verification", "early_confirmation");
    }

    private List<String> allRows() {
        return Stream.of(contactRows(), rows("command_rejection", "field_refusal", "contact_action"))
                .flatMap(List::stream)
                .toList();
    }

    private List<String> rows(String... tables) {
        return Stream.of(tables)
                .flatMap(table -> stage.database().fetch("select * from " + table + " order by 1, 2, 3").stream()
                        .map(row -> table + " " + row))
                .toList();
    }
}
