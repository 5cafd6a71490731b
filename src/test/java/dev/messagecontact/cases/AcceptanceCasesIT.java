package dev.messagecontact.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleIssuer;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every acceptance case through a real broker, the worker and a real database, with permissions off and on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AcceptanceCasesIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The cases whose RequestId or ResourceDirectoryId does not stand in the value that is signed. */
    private static final Set<String> BEYOND_ITS_TOKEN = Set.of(
            "directory from the key", "no directory anywhere", "request id absent: derived", "request id from ce_id");

    private final TestStage stage = TestStage.with(3);
    private final TestStage permitting = stage.twin();
    private final List<AcceptanceCase> cases = Stream.concat(AcceptanceCase.STATELESS.stream(), Stream.of("state"))
            .flatMap(file -> AcceptanceCase.of(file).stream())
            .toList();
    private final Map<String, ConsumerRecord<byte[], byte[]>> answersByPosition = new HashMap<>();
    private final Map<String, ConsumerRecord<byte[], byte[]>> permittedByPosition = new HashMap<>();
    private final Map<AcceptanceCase, String> positions = new HashMap<>();
    private List<ConsumerRecord<byte[], byte[]>> emails = List.of();
    private List<ConsumerRecord<byte[], byte[]>> sms = List.of();
    private List<ConsumerRecord<byte[], byte[]>> deadLetters = List.of();

    @BeforeAll
    void run(@TempDir Path folder) {
        SampleIssuer issuer = SampleIssuer.in(folder, "ES256");
        List<ProducerRecord<byte[], byte[]>> records = cases.stream()
                .map(c -> new ProducerRecord<>(stage.commands(), null, null, c.key(), c.value(), c.headers()))
                .map(issuer::signed)
                .toList();
        List<RecordMetadata> sent = stage.submit(records);
        for (int i = 0; i < cases.size(); i++) {
            positions.put(
                    cases.get(i), sent.get(i).partition() + "." + sent.get(i).offset());
        }
        stage.startWorker();
        stage.answers(cases.size()).forEach(answer -> answersByPosition.put(position(answer), answer));
        emails = stage.all(stage.events().emailVerifications());
        sms = stage.all(stage.events().smsVerifications());
        deadLetters = stage.all(stage.events().deadLetters());
        runWithPermissions(issuer);
    }

    /** The same records once more, with all else new; every directory has the account that it needs. */
    private void runWithPermissions(SampleIssuer issuer) {
        DirectorySettings directories = new DirectorySettings(permitting.database());
        answersByPosition.values().stream()
                .flatMap(answer -> JSON.readTree(answer.value()).path("ResourceDirectoryId").asStringOpt().stream())
                .distinct()
                .forEach(id -> directories.setAccount(id, SampleIssuer.ACCOUNT, "test"));
        permitting.startWorker(issuer.settings());
        permitting.answers(cases.size()).forEach(answer -> permittedByPosition.put(position(answer), answer));
    }

    /** Partition and offset, with which an answer's id ends. */
    private static String position(ConsumerRecord<byte[], byte[]> answer) {
        String id = header(answer, "ce_id");
        return id.substring(id.lastIndexOf('.', id.lastIndexOf('.') - 1) + 1);
    }

    @AfterAll
    void close() {
        permitting.close();
        stage.close();
    }

    List<AcceptanceCase> cases() {
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_record_gets_the_answer_that_its_case_states(AcceptanceCase example) {
        AcceptanceCase.Expected expected = example.expected();
        ConsumerRecord<byte[], byte[]> answer = answersByPosition.get(positions.get(example));
        assertNotNull(answer);
        JsonNode value = JSON.readTree(answer.value());

        assertEquals(
                expected.topic().equals("results")
                        ? stage.events().results()
                        : stage.events().errors(),
                answer.topic());
        if (expected.code() != null) {
            ErrorCode code = ErrorCode.of(expected.code());
            assertEquals(expected.code(), value.get("Code").asString());
            assertEquals(code.message(), value.get("Message").asString());
            assertEquals(code.httpStatus(), value.get("HttpStatusCode").intValue());
            assertEquals(
                    expected.code(), value.get("Violations").get(0).get("Code").asString());
        }
        if (expected.violations() != null) {
            List<String> violations = new ArrayList<>();
            value.get("Violations")
                    .forEach(violation -> violations.add(violation.get("Code").asString()));
            assertEquals(expected.violations(), violations);
        }
        if (expected.requestId() != null) {
            assertEquals(expected.requestId(), value.get("RequestId").asString());
        }
        if (expected.directoryId() != null) {
            assertEquals(
                    expected.directoryId(), value.get("ResourceDirectoryId").asString());
        }
        if (expected.email() != null) {
            assertEquals(expected.email() ? 1 : 0, requests(emails, example, value));
        }
        if (expected.sms() != null) {
            assertEquals(expected.sms() ? 1 : 0, requests(sms, example, value));
        }
        assertEquals(expected.deadLetter(), deadLetterOf(example) != null);
    }

    Stream<AcceptanceCase> repeats() {
        return cases.stream().filter(example -> example.expected().sameAs() != null);
    }

    @ParameterizedTest
    @MethodSource("repeats")
    void an_answer_that_equals_an_earlier_one_has_the_same_value(AcceptanceCase example) {
        ConsumerRecord<byte[], byte[]> answer = answersByPosition.get(positions.get(example));
        ConsumerRecord<byte[], byte[]> first = answersByPosition.values().stream()
                .filter(earlier -> earlier.offset() < answer.offset() && Arrays.equals(earlier.key(), answer.key()))
                .filter(earlier ->
                        header(earlier, "ce_id").startsWith(example.expected().sameAs() + "."))
                .findFirst()
                .orElseThrow();
        assertArrayEquals(first.value(), answer.value());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void with_permissions_on_a_permitted_command_gets_the_same_answer(AcceptanceCase example) {
        String position = positions.get(example);
        ConsumerRecord<byte[], byte[]> permitted = permittedByPosition.get(position);
        if (BEYOND_ITS_TOKEN.contains(example.name())) {
            assertEquals(
                    "NoPermission",
                    JSON.readTree(permitted.value()).path("Code").asString());
        } else {
            assertEquals(text(answersByPosition.get(position)), text(permitted));
        }
    }

    private static String text(ConsumerRecord<byte[], byte[]> answer) {
        return new String(answer.value(), UTF_8);
    }

    Stream<AcceptanceCase> deadLettered() {
        return cases.stream().filter(example -> example.expected().deadLetter());
    }

    @ParameterizedTest
    @MethodSource("deadLettered")
    void a_dead_letter_is_the_record_byte_for_byte(AcceptanceCase example) {
        ConsumerRecord<byte[], byte[]> deadLetter = deadLetterOf(example);
        assertNotNull(deadLetter);
        assertArrayEquals(example.key(), deadLetter.key());
        assertArrayEquals(example.value(), deadLetter.value());
    }

    @Test
    void every_event_keeps_to_its_published_schema_and_has_nothing_that_it_does_not_name() {
        EventContract.assertKept(events());
        EventContract.assertDeadLettersKept(deadLetters);
    }

    @Test
    void the_cloudevents_sdk_reads_every_event() {
        events().forEach(record -> {
            CloudEvent event = KafkaMessageFactory.createReader(record).toEvent();
            assertEquals(header(record, "ce_id"), event.getId());
            assertEquals(header(record, "ce_type"), event.getType());
            assertEquals("/message-contact-worker", event.getSource().toString());
            assertEquals("application/json", event.getDataContentType());
            assertEquals(
                    Instant.parse(header(record, "ce_time")),
                    Objects.requireNonNull(event.getTime()).toInstant());
            assertEquals(
                    JSON.readTree(record.value()).path("ResourceDirectoryId").asStringOpt(),
                    Optional.ofNullable(event.getSubject()));
            assertArrayEquals(
                    record.value(), Objects.requireNonNull(event.getData()).toBytes());
        });
    }

    private Stream<ConsumerRecord<byte[], byte[]>> events() {
        return Stream.of(answersByPosition.values(), emails, sms).flatMap(Collection::stream);
    }

    /** How many requests this very record caused: a duplicate's contact was verified for the record before it. */
    private long requests(List<ConsumerRecord<byte[], byte[]>> events, AcceptanceCase example, JsonNode result) {
        if (example.expected().sameAs() != null) {
            return 0;
        }
        String contactId = result.get("Contact").get("ContactId").asString();
        return events.stream()
                .map(event -> JSON.readTree(event.value()))
                .filter(request -> request.get("ContactId").asString().equals(contactId))
                .count();
    }

    private ConsumerRecord<byte[], byte[]> deadLetterOf(AcceptanceCase example) {
        return deadLetters.stream()
                .filter(letter -> positions
                        .get(example)
                        .equals(header(letter, "dl-partition") + "." + header(letter, "dl-offset")))
                .findFirst()
                .orElse(null);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventReader.header(record, name);
    }
}
