package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.Title;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PublishedEventTest {

    private static final long TIMESTAMP = 1_795_578_496_007L;
    private static final EventTopics TOPICS = new EventTopics("results", "errors", "emails", "sms", "dead-letters");
    private static final Contact TOM = new Contact(
            "r-1",
            "rd-1",
            "c-0000000000000001",
            "tom",
            "tom@example.com",
            new Phone("86-13900001234", "+8613900001234"),
            Title.CEO,
            List.of(MessageType.FAULT_MESSAGE),
            42);

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void what_was_published_is_read_back() {
        List<PublishedEvent> read = published(Kind.NEW, new Added(TOM, TIMESTAMP, true));

        assertEquals(
                List.of(EventKind.RESULTS, EventKind.EMAIL_VERIFICATIONS, EventKind.SMS_VERIFICATIONS),
                read.stream().map(PublishedEvent::kind).toList());
        assertEquals(
                new EventContent(
                        true,
                        "r-1.3.77",
                        "2026-11-25T03:48:16.007Z",
                        false,
                        null,
                        List.of(),
                        "r-1",
                        "rd-1",
                        "c-0000000000000001",
                        "2026-11-25 03:48:16",
                        null,
                        null,
                        null,
                        null,
                        null),
                read.get(0).content());
        assertEquals(
                Optional.of(new RecordPosition(3, 77)), read.get(0).content().command());
        assertEquals("tom@example.com", read.get(1).content().emailAddress());
        assertEquals("86-13900001234", read.get(2).content().phoneNumber());
        assertEquals(Optional.empty(), read.get(1).content().command());
    }

    @Test
    void an_error_says_its_own_code_and_not_one_of_its_violations() {
        PublishedEvent error = published(
                        Kind.REPLAYED, new Rejected(List.of(ErrorCode.INVALID_NAME, ErrorCode.MISSING_TITLE)))
                .get(0);

        assertEquals(EventKind.ERRORS, error.kind());
        assertEquals("InvalidParameter.Name", error.content().code());
        assertEquals(
                List.of("InvalidParameter.Name", "MissingParameter.Title"),
                error.content().violations());
        assertTrue(error.isReplayed());
    }

    @Test
    void a_dead_letter_says_where_its_record_was() {
        headers.add("ce_replayed", "true".getBytes(UTF_8));
        PublishedEvent event =
                published(Kind.NEW, new Rejected(ErrorCode.COMMAND_NOT_JSON)).get(1);
        DeadLetter letter = event.deadLetter().orElseThrow();

        assertEquals("commands:3:77", letter.origin().toString());
        assertEquals("InvalidCommand.Json", letter.reason());
        assertEquals(TIMESTAMP, letter.timestamp());
        assertEquals("1.2.3", letter.workerVersion());
        assertEquals("dead-letters:1:5", event.position().toString());
        assertFalse(event.isReplayed(), "the header is the record's own");
    }

    @Test
    void a_pointer_says_how_long_its_record_is_and_knows_it_again() {
        OutcomeEvents small = new OutcomeEvents(TOPICS, "1.2.3", () -> 0);
        DeadLetter letter = published(small, Kind.NEW, new Rejected(ErrorCode.COMMAND_NOT_JSON))
                .get(1)
                .deadLetter()
                .orElseThrow();

        assertTrue(letter.isPointer());
        assertEquals(1, letter.valueBytes());
        assertTrue(letter.pointsTo("{".getBytes(UTF_8)));
        assertFalse(letter.pointsTo("}".getBytes(UTF_8)));
    }

    @Test
    void what_anybody_else_wrote_into_a_topic_is_read_as_far_as_it_goes() {
        assertFalse(event("results", null).content().isReadable());
        assertFalse(event("results", "[]").content().isReadable());
        assertFalse(event("results", "{\"Contact\":").content().isReadable());
        assertEquals(
                "r-9",
                event("results", "{\"RequestId\":\"r-9\",\"Code\":").content().requestId());
        assertEquals(Optional.empty(), event("dead-letters", "{}").deadLetter());
        headers.add("ce_id", "a.b.c".getBytes(UTF_8));
        assertEquals(Optional.empty(), event("results", "{}").content().command());
        assertThrows(IllegalArgumentException.class, () -> event("commands", "{}"));
    }

    @Test
    void a_replay_leaves_the_lasting_headers_alone() {
        Added added = new Added(TOM, TIMESTAMP, false);
        assertEquals(
                published(Kind.NEW, added).get(0).lastingHeaders(),
                published(Kind.REPLAYED, added).get(0).lastingHeaders());
    }

    private List<PublishedEvent> published(Kind kind, Outcome outcome) {
        return published(new OutcomeEvents(TOPICS, "1.2.3", () -> 1024 * 1024), kind, outcome);
    }

    private List<PublishedEvent> published(OutcomeEvents events, Kind kind, Outcome outcome) {
        ConsumerRecord<byte[], byte[]> command = record("commands", 3, 77, "{".getBytes(UTF_8), headers);
        return events.of(new Answer(new Envelope(command, Origin.UPSTREAM, "r-1", "rd-1"), kind, outcome)).stream()
                .map(event -> read(event.record()))
                .toList();
    }

    private static PublishedEvent read(ProducerRecord<byte[], byte[]> sent) {
        return PublishedEvent.read(record(sent.topic(), 1, 5, sent.value(), sent.headers()), TOPICS);
    }

    private PublishedEvent event(String topic, String value) {
        return PublishedEvent.read(record(topic, 1, 5, value == null ? null : value.getBytes(UTF_8), headers), TOPICS);
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long offset, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                TIMESTAMP,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                "key".getBytes(UTF_8),
                value,
                headers,
                Optional.empty());
    }
}
