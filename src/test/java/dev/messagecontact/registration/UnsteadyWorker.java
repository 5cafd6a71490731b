package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.PolicyReader;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.registration.RandomCommands.Command;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.impl.DSL;

/**
 * Settles records under rules, limits, senders' keys, policies and accounts that are drawn anew for each batch, while
 * directories are locked and rows refused.
 */
final class UnsteadyWorker {

    private static final UUID OUTCOMES = UUID.fromString("7d3c5a8e-0000-4000-8000-000000000002");
    private static final String SUBJECT = "acs:ram::1:user/";

    private final TestStage stage;
    private final OutcomeEvents events;
    private final Random random;

    private UnsteadyWorker(TestStage stage, Random random) {
        this.stage = stage;
        this.events = new OutcomeEvents(stage.events(), "test");
        this.random = random;
    }

    /** Makes the database refuse the names in a table. */
    static void prepare(TestStage stage) {
        stage.database().execute("create table refused_name (name varchar primary key)");
        stage.database()
                .execute("create function refuse_name() returns trigger language plpgsql as"
                        + " 'begin if exists (select from refused_name r where r.name = new.name) then"
                        + " raise exception ''no''; end if; return new; end'");
        stage.database()
                .execute("create trigger refuse before insert on message_contact for each row execute function"
                        + " refuse_name()");
    }

    /** One that finds the database as if nothing had ever happened. */
    static UnsteadyWorker afresh(TestStage stage, Random random) {
        StoredState.forget(stage);
        stage.database().execute("truncate directory_change");
        return new UnsteadyWorker(stage, random);
    }

    /** What was published about a record: the answer, and all events in text. */
    record Told(Answer answer, List<String> events) {

        boolean isRepeat() {
            return answer.kind() == Kind.DUPLICATE
                    && answer.outcome().match(added -> true, changed -> false, no -> false);
        }

        String event() {
            return events.get(0);
        }

        PublishedAnswer asPublished() {
            return answer.outcome()
                    .match(
                            added -> new PublishedAnswer(List.of()),
                            changed -> new PublishedAnswer(List.of(), changed.status(), changed.channel()),
                            rejected -> new PublishedAnswer(rejected.codes()));
        }
    }

    /** Settles records as workers do. */
    Map<Command, Told> settle(List<Command> batch, Past past) throws Exception {
        refuseSomeName();
        List<Request> requests =
                read(batch, past).stream().map(Request::withoutWaiting).toList();
        Registrar registrar = registrar();
        Decision decision;
        try (Connection other = random.nextInt(3) == 0 ? holding("rd-" + random.nextInt(3)) : null) {
            decision = Requests.settle(registrar, requests);
        }
        Map<Command, Told> told = told(batch, decision);
        assertEquals(batch.size(), told.size());
        return told;
    }

    /** Settles records as a rebuild does, which knows how they were answered; what has no answer then is postponed. */
    Map<Command, Told> rebuild(List<Command> batch, Map<Command, Told> history, Room room) throws Exception {
        stage.database().execute("truncate refused_name");
        List<Request> requests = new ArrayList<>();
        for (Request request : read(batch, Past.PUBLISHED)) {
            Command record = batch.get(requests.size());
            requests.add(request.withAnswerInTopic(history.get(record).asPublished()));
        }
        return told(batch, registrar().settle(requests, room, BatchReceipts.NONE));
    }

    private Map<Command, Told> told(List<Command> batch, Decision decision) {
        Map<RecordId, Answer> answers = new HashMap<>();
        for (Answer answer : decision.answers()) {
            ConsumerRecord<byte[], byte[]> record = answer.envelope().record();
            RecordId id = new RecordId(topicId(answer.envelope().origin()), record.partition(), record.offset());
            assertEquals(null, answers.put(id, answer));
        }
        Map<Command, Told> told = new HashMap<>();
        for (Command record : batch) {
            Answer answer = answers.get(new RecordId(
                    topicId(record.origin()),
                    record.at().partition(),
                    record.at().offset()));
            if (answer != null) {
                told.put(
                        record,
                        new Told(
                                answer,
                                events.of(answer).stream()
                                        .map(UnsteadyWorker::inText)
                                        .toList()));
            }
        }
        return told;
    }

    List<OutcomeEvent> events(Told told) {
        return events.of(told.answer());
    }

    private void refuseSomeName() {
        stage.database().execute("truncate refused_name");
        if (random.nextInt(3) == 0) {
            stage.database().execute("insert into refused_name values ('tom" + (char) ('a' + random.nextInt(6)) + "')");
        }
    }

    private List<Request> read(List<Command> batch, Past past) {
        ContactRules rules = new ContactRules(new RuleSettings(
                random.nextInt(3) > 0 ? 254 : 20,
                List.of(Set.of(86), Set.of(86), Set.of(86, 39), Set.of(39, 1)).get(random.nextInt(4)),
                random.nextInt(3) == 0));
        DecoderLimits limits =
                new DecoderLimits(random.nextInt(5) == 0 ? 400 : 65_536, random.nextInt(5) == 0 ? 5 : 64);
        SenderCheck senders = senders();
        Map<Origin, RequestReader> readers = new HashMap<>();
        for (Origin origin : Origin.values()) {
            readers.put(origin, new RequestReader(topicId(origin), origin, limits, rules, () -> senders));
        }
        return batch.stream()
                .map(record -> readers.get(record.origin()).read(record.record(), past))
                .toList();
    }

    private static UUID topicId(Origin origin) {
        return origin == Origin.UPSTREAM ? Requests.TOPIC : OUTCOMES;
    }

    private Registrar registrar() throws Exception {
        DirectorySettings directories = new DirectorySettings(stage.database());
        directories.setLimit("rd-" + random.nextInt(3), random.nextBoolean() ? null : random.nextInt(12), "test");
        directories.setAccount("rd-" + random.nextInt(3), random.nextInt(8) == 0 ? null : "1", "test");
        Policy policy = policy();
        return new Registrar(stage.database(), 3 + random.nextInt(10), 1_000, BatchListener.NONE, () -> policy);
    }

    private Connection holding(String directoryId) throws Exception {
        Connection other = stage.databaseAddress().connect();
        other.setAutoCommit(false);
        DSL.using(other).fetch("select * from resource_directory where directory_id = ? for update", directoryId);
        return other;
    }

    private SenderCheck senders() {
        int kind = random.nextInt(10);
        int salt = random.nextInt();
        return switch (kind) {
            case 0, 1, 2, 3, 4, 5 -> SenderCheck.OFF;
            case 6 -> (record, inValue) -> new Sender.Unproven(Denial.UNKNOWN_KEY);
            default ->
                (record, inValue) -> switch (Math.floorMod(Long.hashCode(record.offset() * 31 + salt), 8)) {
                    case 0 -> new Sender.Unproven(Denial.SIGNATURE);
                    case 1 -> new Sender.Proven(SUBJECT + "bob");
                    default -> new Sender.Proven(SUBJECT + "alice");
                };
        };
    }

    private Policy policy() throws Exception {
        String principal = List.of("*", "*", SUBJECT + "alice", SUBJECT + "bob").get(random.nextInt(4));
        String action = List.of("*", "*", "resourcemanager:AddMessageContact", "resourcemanager:Delete*")
                .get(random.nextInt(4));
        return PolicyReader.read("""
                {"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["%s"]},"Action":"%s","Resource":"*"}]}\
                """.formatted(principal, action).getBytes(UTF_8));
    }

    private static String inText(OutcomeEvent event) {
        boolean isReplay = event.record().headers().lastHeader("ce_replayed") != null;
        return event.kind() + " "
                + new String(
                        event.record().key() == null
                                ? new byte[0]
                                : event.record().key(),
                        UTF_8)
                + " "
                + (event.record().value() == null
                        ? null
                        : new String(event.record().value(), UTF_8))
                + Stream.of(event.record().headers().toArray())
                        .filter(header -> !header.key().equals("ce_replayed"))
                        .map(header -> " " + header.key() + "="
                                + (header.value() == null ? null : new String(header.value(), UTF_8)))
                        .collect(Collectors.joining())
                + (isReplay ? " replayed" : "");
    }
}
