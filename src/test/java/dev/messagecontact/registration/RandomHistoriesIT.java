package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.PolicyReader;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Origin;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.schemas.PublishedSchemas;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of both topics from their bytes to their events. Rules, limits, senders' keys, policies and accounts change between
 * batches, directories are locked, and rows are refused: what was decided is told again in the same bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomHistoriesIT {

    private static final UUID OUTCOMES = UUID.fromString("7d3c5a8e-0000-4000-8000-000000000002");
    private static final int STREAMS = Integer.getInteger("histories.streams", 8);
    private static final int FIRST = Integer.getInteger("histories.first", 0);
    private static final int LENGTH = 200;
    private static final String SUBJECT = "acs:ram::1:user/";

    private final Map<String, Integer> seen = new TreeMap<>();
    private TestStage stage;
    private OutcomeEvents events;
    private Random random;
    private int seed;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
        events = new OutcomeEvents(stage.events(), "test");
        stage.database().execute("create table refused_name (name varchar primary key)");
        stage.database()
                .execute("create function refuse_name() returns trigger language plpgsql as"
                        + " 'begin if exists (select from refused_name r where r.name = new.name) then"
                        + " raise exception ''no''; end if; return new; end'");
        stage.database()
                .execute("create trigger refuse before insert on message_contact for each row execute function"
                        + " refuse_name()");
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void what_was_decided_is_told_again_in_the_same_bytes_whatever_has_changed() throws Exception {
        for (seed = FIRST; seed < FIRST + STREAMS; seed++) {
            StoredState.forget(stage);
            stage.database().execute("truncate directory_change");
            random = new Random(seed);
            List<Command> stream = stream();
            Map<Command, Told> history = new HashMap<>();
            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(40));
                List<Command> batch = stream.subList(from, to);
                Map<Command, Told> told = settle(batch, Past.NONE, null, true);
                if (random.nextInt(3) == 0) {
                    assertSame(told, settle(batch, Past.SETTLED, null, true), false, "repeat");
                }
                history.putAll(told);
            }
            List<String> rows = rows();
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
            history.values().forEach(this::assertSchemas);

            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(60));
                List<Command> batch = stream.subList(from, to);
                assertSame(part(history, batch), settle(batch, Past.PUBLISHED, null, true), true, "replay");
            }
            assertEquals(rows, rows(), "after a replay, seed " + seed);

            StoredState.forget(stage);
            rebuild(stream, history);
            assertEquals(rows, rows(), "after a rebuild, seed " + seed);
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
            assertSame(history, settle(stream, Past.PUBLISHED, null, true), true, "replay after a rebuild");
        }
        assertTrue(seen.size() > 25, "too few kinds of answers: " + seen);
    }

    /** As {@code contacts rebuild} does it: repeats after the others of their topic, confirmations last. */
    private void rebuild(List<Command> stream, Map<Command, Told> history) throws Exception {
        List<Command> order = new ArrayList<>();
        for (Origin origin : List.of(Origin.UPSTREAM, Origin.SENDERS)) {
            for (boolean repeats : List.of(false, true)) {
                stream.stream()
                        .filter(record ->
                                record.origin() == origin && history.get(record).isRepeat() == repeats)
                        .forEach(order::add);
            }
        }
        for (int from = 0, to; from < LENGTH; from = to) {
            to = Math.min(LENGTH, from + 1 + random.nextInt(60));
            settle(order.subList(from, to), Past.PUBLISHED, history, false);
        }
    }

    /** What was published about a record: the answer, and all events in text. */
    private record Told(Answer answer, List<String> events) {

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

    private void assertSame(Map<Command, Told> history, Map<Command, Told> again, boolean isReplay, String what) {
        boolean deletes =
                history.values().stream().anyMatch(told -> told.event().contains("messagecontact.deleted"));
        history.forEach((record, told) -> {
            String where = what + ", seed " + seed + ", " + record;
            Told now = again.get(record);
            assertTrue(now != null, () -> "no answer: " + where);
            if (isReplay) {
                assertEquals(List.of(told.event() + " replayed"), now.events(), where);
            } else if (deletes) {
                assertEquals(told.event(), now.event(), where);
                assertTrue(told.events().containsAll(now.events()), where);
            } else {
                assertEquals(told.events(), now.events(), where);
            }
        });
    }

    private static Map<Command, Told> part(Map<Command, Told> history, List<Command> batch) {
        return batch.stream().collect(Collectors.toMap(each -> each, history::get));
    }

    private void assertSchemas(Told told) {
        seen.merge(
                told.event()
                                .replaceAll("(?s).*type=messagecontact.(added|verif[a-z_-]*|deleted).*", "$1")
                                .replaceAll("(?s).*\"Code\":\"([^\"]*)\".*", "$1")
                        + " " + told.answer().kind(),
                1,
                Integer::sum);
        for (OutcomeEvent event : events.of(told.answer())) {
            if (event.kind() != EventKind.DEAD_LETTERS) {
                String type = new String(
                        event.record().headers().lastHeader("ce_type").value(), UTF_8);
                assertEquals(
                        List.of(),
                        PublishedSchemas.strictFaults(
                                PublishedSchemas.ofEvent(type),
                                JsonMapper.shared().readTree(event.record().value())),
                        () -> "seed " + seed + ": " + told);
            }
        }
    }

    /** Under settings of the moment. */
    private Map<Command, Told> settle(List<Command> batch, Past past, Map<Command, Told> history, boolean locks)
            throws Exception {
        ContactRules rules = new ContactRules(new RuleSettings(
                random.nextInt(3) > 0 ? 254 : 20,
                List.of(Set.of(86), Set.of(86), Set.of(86, 39), Set.of(39, 1)).get(random.nextInt(4)),
                random.nextInt(3) == 0));
        DecoderLimits limits =
                new DecoderLimits(random.nextInt(5) == 0 ? 400 : 65_536, random.nextInt(5) == 0 ? 5 : 64);
        DirectorySettings directories = new DirectorySettings(stage.database());
        directories.setLimit("rd-" + random.nextInt(3), random.nextBoolean() ? null : random.nextInt(12), "test");
        directories.setAccount("rd-" + random.nextInt(3), random.nextInt(8) == 0 ? null : "1", "test");
        stage.database().execute("truncate refused_name");
        if (history == null && random.nextInt(3) == 0) {
            stage.database().execute("insert into refused_name values ('tom" + (char) ('a' + random.nextInt(6)) + "')");
        }
        SenderCheck senders = senders();
        Policy policy = policy();
        Map<Origin, RequestReader> readers = new HashMap<>();
        readers.put(Origin.UPSTREAM, new RequestReader(Requests.TOPIC, Origin.UPSTREAM, limits, rules, () -> senders));
        readers.put(Origin.SENDERS, new RequestReader(OUTCOMES, Origin.SENDERS, limits, rules, () -> senders));
        List<Request> requests = new ArrayList<>();
        for (Command record : batch) {
            Request request = readers.get(record.origin()).read(record.record(), past);
            requests.add(
                    history == null
                            ? request.withoutWaiting()
                            : request.withAnswerInTopic(history.get(record).asPublished()));
        }
        DSLContext database = stage.database();
        Registrar registrar = new Registrar(database, 3 + random.nextInt(10), 1_000, BatchListener.NONE, () -> policy);
        Decision decision;
        try (Connection other = locks && random.nextInt(3) == 0 ? holding("rd-" + random.nextInt(3)) : null) {
            decision = Requests.settle(registrar, requests);
        }
        assertEquals(List.of(), decision.deferred());
        Map<RecordKey, Answer> answers = new HashMap<>();
        for (Answer answer : decision.answers()) {
            RecordKey key = new RecordKey(
                    answer.envelope().origin(), answer.envelope().record().offset());
            assertEquals(null, answers.put(key, answer));
        }
        Map<Command, Told> told = new HashMap<>();
        for (Command record : batch) {
            Answer answer = answers.get(new RecordKey(record.origin(), record.offset()));
            assertTrue(answer != null, "seed " + seed + ", no answer: " + record);
            told.put(
                    record,
                    new Told(
                            answer,
                            events.of(answer).stream()
                                    .map(RandomHistoriesIT::inText)
                                    .toList()));
        }
        return told;
    }

    private record RecordKey(Origin origin, long offset) {}

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

    private List<String> rows() {
        List<String> rows = StoredState.rowsWithoutDirectories(stage);
        assertTrue(rows.size() > LENGTH / 3);
        return rows;
    }

    private record Command(Origin origin, long offset, String key, String value, List<Header> headers) {

        ConsumerRecord<byte[], byte[]> record() {
            return new ConsumerRecord<>(
                    origin.name(),
                    0,
                    offset,
                    Requests.FIRST_TIMESTAMP + offset * 2 + origin.ordinal(),
                    TimestampType.LOG_APPEND_TIME,
                    0,
                    0,
                    key == null ? null : key.getBytes(UTF_8),
                    value == null ? null : value.getBytes(UTF_8),
                    new RecordHeaders(headers),
                    Optional.empty());
        }
    }

    private List<Command> stream() {
        List<Command> stream = new ArrayList<>();
        Map<Origin, Long> offsets = new HashMap<>();
        for (int i = 0; i < LENGTH; i++) {
            Origin origin = random.nextInt(4) == 0 ? Origin.SENDERS : Origin.UPSTREAM;
            long offset = offsets.merge(origin, 1L, Long::sum) - 1;
            stream.add(origin == Origin.SENDERS ? confirming(offset) : upstream(offset));
        }
        return stream;
    }

    private Command confirming(long offset) {
        String directoryId = directory();
        String contactId = contactOf(directoryId);
        String channel = random.nextBoolean() ? "email" : "sms";
        String target = channel.equals("email") ? address() : "86-13900001234";
        String verificationId = random.nextBoolean()
                ? DerivedIds.verificationId(contactId, channel, target)
                : DerivedIds.verificationId(contactId, channel, target, requestId());
        String value = """
                {"RequestId":"%s","ContactId":"%s","VerificationId":"%s"%s}""".formatted(requestId(), contactId, verificationId, extra());
        return new Command(Origin.SENDERS, offset, directoryId, damaged(value), headers(""));
    }

    private Command upstream(long offset) {
        String directoryId = directory();
        String ids = (random.nextInt(10) == 0 ? "" : "\"RequestId\":\"" + requestId() + "\",")
                + (random.nextInt(10) == 0 ? "" : "\"ResourceDirectoryId\":\"" + directoryId + "\",");
        String action = pick(
                "AddMessageContact",
                "AddMessageContact",
                "AddMessageContact",
                "DeleteMessageContact",
                "SendEmailVerificationForMessageContact",
                "SendPhoneVerificationForMessageContact");
        String asked = random.nextInt(60) == 0 ? "RenameMessageContact" : action;
        String value;
        if (action.startsWith("Add")) {
            String phone = pick(
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"39-3312345678\"",
                    "\"1-2015550123\"",
                    "null",
                    "7");
            value = """
                    {%s"Action":"%s","Name":"tom%c","EmailAddress":"%s","PhoneNumber":%s,"Title":"CEO","MessageTypes":["ServiceMessage"]%s}\
                    """.formatted(ids, asked, (char) ('a' + random.nextInt(6)), address(), phone, extra());
        } else {
            value = """
                    {%s"Action":"%s","ContactId":"%s"%s%s}\
                    """.formatted(
                            ids,
                            asked,
                            contactOf(directoryId),
                            random.nextInt(4) == 0 ? ",\"EmailAddress\":\"" + address() + "\"" : "",
                            extra());
        }
        String key = random.nextInt(12) == 0 ? null : random.nextInt(12) == 0 ? directory() : directoryId;
        return new Command(Origin.UPSTREAM, offset, key, damaged(value), headers(requestId()));
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String directory() {
        return "rd-" + random.nextInt(3);
    }

    private String requestId() {
        return "r-" + random.nextInt(12);
    }

    private String contactOf(String directoryId) {
        return DerivedIds.contactId(directoryId, requestId());
    }

    private String address() {
        return pick(
                "a@example.com",
                "a@example.com",
                "a@example.com",
                "a@example.com",
                "A@Example.com",
                "someone.with.a.long.name@example.com",
                "a@b..com");
    }

    /** Fields that nobody knows: large or deep ones too. */
    private String extra() {
        return switch (random.nextInt(30)) {
            case 0 -> ",\"Note\":\"" + "x".repeat(500) + "\"";
            case 1 -> ",\"Deep\":[[[[[[[[1e999]]]]]]]]";
            case 2 -> ",\"Note\":-0";
            default -> "";
        };
    }

    private String damaged(String value) {
        return switch (random.nextInt(80)) {
            case 0 -> null;
            case 1 -> "\uFEFF" + value;
            case 2 -> value + "{}";
            case 3 -> value.replaceFirst("\\{", "{\"Note\":1,\"Note\":2,");
            case 4 -> value.replaceFirst("\\{", "{\"Note\":\"\\\\ud83d\",");
            case 5 -> "[" + value + "]";
            case 6 -> value.replaceFirst("\"Name\":\"[a-z]*\"", "\"Name\":7");
            case 7 -> value.replaceFirst("\"(Name|ContactId)\":\"[^\"]*\"", "\"$1\":null");
            case 8 -> "{\"specversion\":\"1.0\",\"id\":\"" + requestId() + "\",\"data\":" + value + "}";
            default -> value;
        };
    }

    private List<Header> headers(String requestId) {
        List<Header> headers = new ArrayList<>();
        if (random.nextInt(8) == 0 && !requestId.isEmpty()) {
            headers.add(new RecordHeader("ce_id", requestId.getBytes(UTF_8)));
        }
        if (random.nextInt(15) == 0) {
            headers.add(new RecordHeader("content-type", "application/cloudevents+json".getBytes(UTF_8)));
        }
        if (random.nextInt(15) == 0) {
            headers.add(new RecordHeader("correlationId", null));
        }
        return headers;
    }
}
