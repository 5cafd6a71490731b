package dev.messagecontact.cases;

import static dev.messagecontact.cases.EventContract.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.ops.Scrape;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The life of contacts through a real broker, the worker and a real database. The cases are sent in the order of their file:
 * those of one topic together, and the next when all of these are answered.
 *
 * <p>Names and addresses of everybody who is deleted contain "gone", their numbers 777888, and nobody else's do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(LogLines.LEVELS)
class LifeCasesIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WORDS = "gone";
    private static final String DIGITS = "777888";

    private final TestStage stage = TestStage.with(2);
    private final List<AcceptanceCase> cases = AcceptanceCase.of("life");
    private final Map<AcceptanceCase, ConsumerRecord<byte[], byte[]>> answers = new HashMap<>();
    private final Map<AcceptanceCase, String> positions = new HashMap<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.messagecontact");
    private final LogLines log = LogLines.of("dev.messagecontact");
    private @Nullable Level levelBefore;
    private String metrics = "";
    private List<ConsumerRecord<byte[], byte[]>> requests = List.of();
    private List<ConsumerRecord<byte[], byte[]>> deadLetters = List.of();

    @BeforeAll
    void run() {
        levelBefore = logger.getLevel();
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        RunningWorker worker = stage.startWorker();
        Map<String, ConsumerRecord<byte[], byte[]>> byPosition = new HashMap<>();
        try (var reader = stage.reader(stage.events().results(), stage.events().errors())) {
            int sent = 0;
            for (List<AcceptanceCase> together : runs()) {
                submit(together);
                sent += together.size();
                int expected = sent;
                reader.until(read -> read.size() >= expected)
                        .forEach(answer -> byPosition.put(position(answer), answer));
            }
        }
        positions.forEach((example, position) -> answers.put(example, byPosition.get(position)));
        requests = stage.all(stage.events().emailVerifications(), stage.events().smsVerifications());
        deadLetters = stage.all(stage.events().deadLetters());
        metrics = Scrape.of(worker.metrics()).text();
    }

    /** Cases that follow each other and are of one topic. */
    private List<List<AcceptanceCase>> runs() {
        int[] starts = IntStream.rangeClosed(0, cases.size())
                .filter(i -> i == 0
                        || i == cases.size()
                        || cases.get(i).origin() != cases.get(i - 1).origin())
                .toArray();
        return IntStream.range(1, starts.length)
                .mapToObj(i -> cases.subList(starts[i - 1], starts[i]))
                .toList();
    }

    private void submit(List<AcceptanceCase> together) {
        String topic = together.get(0).origin() == Origin.SENDERS ? stage.outcomes() : stage.commands();
        List<RecordMetadata> sent = stage.submit(together.stream()
                .map(c -> new ProducerRecord<>(topic, null, null, c.key(), c.value(), c.headers()))
                .toList());
        for (int i = 0; i < together.size(); i++) {
            RecordMetadata at = sent.get(i);
            positions.put(together.get(i), position(together.get(i).origin(), at.partition() + "." + at.offset()));
        }
    }

    private static String position(Origin origin, String partitionAndOffset) {
        return partitionAndOffset + (origin == Origin.SENDERS ? ".outcome" : "");
    }

    /** What an answer's id says behind the RequestId. */
    private static String position(ConsumerRecord<byte[], byte[]> answer) {
        String[] parts = header(answer, "ce_id").split("[.]");
        int ends = parts[parts.length - 1].equals("outcome") ? 3 : 2;
        return String.join(".", Arrays.asList(parts).subList(parts.length - ends, parts.length));
    }

    @AfterAll
    void close() {
        stage.close();
        logger.setLevel(levelBefore);
        logger.setAdditive(true);
        log.close();
    }

    List<AcceptanceCase> cases() {
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_record_gets_the_answer_that_its_case_states(AcceptanceCase example) {
        AcceptanceCase.Expected expected = example.expected();
        ConsumerRecord<byte[], byte[]> answer = answer(example);
        JsonNode value = JSON.readTree(answer.value());

        assertEquals(expected.type(), header(answer, "ce_type"), value::toString);
        assertTrue(answer.topic().endsWith(expected.topic()), answer.topic());
        if (expected.value() != null) {
            assertEquals(expected.value(), value);
        }
        if (expected.code() != null) {
            ErrorCode code = ErrorCode.of(expected.code());
            assertEquals(code.code(), value.path("Code").asString());
            assertEquals(code.message(), value.path("Message").asString());
            assertEquals(code.httpStatus(), value.path("HttpStatusCode").intValue());
            assertEquals(
                    example.origin() == Origin.SENDERS ? stage.outcomes() : stage.commands(),
                    value.at("/Command/Topic").asString());
        }
        if (expected.violations() != null) {
            assertEquals(
                    expected.violations(),
                    value.path("Violations")
                            .valueStream()
                            .map(violation -> violation.path("Code").asString())
                            .toList());
        }
    }

    Stream<AcceptanceCase> repeats() {
        return cases.stream().filter(example -> example.expected().sameAs() != null);
    }

    @ParameterizedTest
    @MethodSource("repeats")
    void an_answer_that_equals_an_earlier_one_has_the_same_value(AcceptanceCase example) {
        AcceptanceCase earlier = cases.stream()
                .filter(other -> Arrays.equals(other.key(), example.key()))
                .filter(other -> header(answer(other), "ce_id")
                        .startsWith(example.expected().sameAs() + "."))
                .filter(other -> answer(other).topic().endsWith("results"))
                .findFirst()
                .orElseThrow();
        assertTrue(cases.indexOf(earlier) < cases.indexOf(example), earlier::name);
        assertArrayEquals(answer(earlier).value(), answer(example).value());
    }

    private ConsumerRecord<byte[], byte[]> answer(AcceptanceCase example) {
        return Objects.requireNonNull(answers.get(example), example::name);
    }

    @Test
    void each_verification_is_requested_once_and_by_the_record_that_its_case_states() {
        List<String> expected = cases.stream()
                .flatMap(example ->
                        example.expected().requests().stream().map(id -> id + " of " + requestId(answer(example))))
                .sorted()
                .toList();
        List<String> found = requests.stream()
                .map(request -> header(request, "ce_id") + " of " + requestId(request))
                .sorted()
                .toList();
        assertEquals(expected, found);
    }

    private static String requestId(ConsumerRecord<byte[], byte[]> event) {
        return JSON.readTree(event.value()).path("RequestId").asString();
    }

    @Test
    void what_is_not_supported_stands_in_the_dead_letters_byte_for_byte_and_nothing_else_does() {
        Map<String, ConsumerRecord<byte[], byte[]>> byPosition = deadLetters.stream()
                .collect(Collectors.toMap(
                        letter -> position(
                                header(letter, "dl-topic").equals(stage.outcomes()) ? Origin.SENDERS : Origin.UPSTREAM,
                                header(letter, "dl-partition") + "." + header(letter, "dl-offset")),
                        letter -> letter));
        for (AcceptanceCase example : cases) {
            ConsumerRecord<byte[], byte[]> letter = byPosition.remove(positions.get(example));
            assertEquals(example.expected().deadLetter(), letter != null, example::name);
            if (letter != null) {
                assertArrayEquals(example.key(), letter.key());
                assertArrayEquals(example.value(), letter.value());
                assertEquals(example.expected().code(), header(letter, "dl-reason"));
            }
        }
        assertEquals(Set.of(), byPosition.keySet());
    }

    @Test
    void every_event_keeps_to_its_published_schema_and_has_nothing_that_it_does_not_name() {
        EventContract.assertKept(Stream.concat(answers.values().stream(), requests.stream()));
        EventContract.assertDeadLettersKept(deadLetters);
    }

    @Test
    void the_view_has_the_living_and_what_of_them_is_verified() {
        List<String> expected = new ArrayList<>(List.of(
                "rd-life-2 ann Active email +8613900001235 phone",
                "rd-life-2 bob Verifying - null -",
                "rd-life-4 una Verifying - null -",
                "rd-life-4 never Verifying - null -",
                "rd-life-5 fa Active email +8613900005000 -",
                "rd-life-6 eve Active email +8613900006000 phone",
                "rd-life-6 ed Active email null -",
                "rd-life-7 sam Active email +8613900007000 -",
                "rd-life-8 late Verifying - null -"));
        IntStream.range(0, 20)
                .filter(i -> i != 3) // the deleted one
                .forEach(i -> expected.add("rd-life-8 a" + (char) ('a' + i) + " Verifying - null -"));
        List<String> found = stage.database().fetch("""
                        select concat_ws(' ', directory_id, name, status,
                          case when email_verified and email_verified_at is not null then 'email' else '-' end,
                          coalesce(phone_e164, 'null'),
                          case when phone_verified and phone_verified_at is not null then 'phone' else '-' end)
                        from contact_v1""").getValues(0, String.class);
        assertEquals(
                expected.stream().sorted().toList(), found.stream().sorted().toList());
    }

    @Test
    void nothing_that_a_deleted_person_has_told_stands_in_any_table() {
        List<String> tables = stage.database()
                .fetch("select table_name from information_schema.tables where table_schema = 'public'")
                .getValues(0, String.class);
        assertTrue(tables.contains("message_contact") && tables.contains("contact_action"), tables::toString);
        List<String> rows = tables.stream().flatMap(this::rows).toList();
        assertTrue(rows.stream().anyMatch(row -> row.contains("ann@example.com")), "the living are not found either");
        assertEquals(List.of(), rows.stream().filter(LifeCasesIT::isOfDeleted).toList());
    }

    private Stream<String> rows(String table) {
        return stage.database().fetch("select line::text from " + table + " line").getValues(0, String.class).stream()
                .map(row -> table + ": " + row);
    }

    @Test
    void nothing_that_a_deleted_person_has_told_stands_in_an_answer_a_metric_or_the_log() {
        assertTrue(requests.stream().anyMatch(request -> isOfDeleted(new String(request.value(), UTF_8))));
        assertEquals(
                List.of(),
                answers.values().stream()
                        .map(answer -> new String(answer.value(), UTF_8))
                        .filter(LifeCasesIT::isOfDeleted)
                        .toList());
        assertFalse(isOfDeleted(metrics), metrics);
        assertTrue(log.count() > 0, "the log was not heard");
        assertEquals(0, log.count(WORDS) + log.count(DIGITS));
    }

    private static boolean isOfDeleted(String text) {
        return Stream.of(WORDS, DIGITS)
                .anyMatch(told -> text.contains(told)
                        || text.contains(HexFormat.of().formatHex(told.getBytes(UTF_8)))); // as bytes are shown
    }
}
