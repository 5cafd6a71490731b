package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.Title;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OutcomeEventsTest {

    private static final long TIMESTAMP =
            Instant.parse("2026-11-25T03:48:16.007Z").toEpochMilli();
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

    private final OutcomeEvents events = new OutcomeEvents(TOPICS, "1.2.3", () -> 1024 * 1024);

    @Test
    void an_added_contact_is_told_and_both_its_channels_are_to_be_verified() {
        List<OutcomeEvent> told =
                events.of(answer(record(new RecordHeaders()), Kind.NEW, new Added(TOM, TIMESTAMP, true)));

        assertEquals(
                List.of("results", "emails", "sms"),
                told.stream().map(event -> event.record().topic()).toList());
        assertEquals(
                "{\"RequestId\":\"r-1\",\"ResourceDirectoryId\":\"rd-1\","
                        + "\"Contact\":{\"ContactId\":\"c-0000000000000001\",\"CreateDate\":\"2026-11-25 03:48:16\"}}",
                text(told.get(0).record().value()));
        assertEquals(
                "{\"VerificationId\":\"v-0Uu0ho4ZXbNqAdmK\",\"RequestId\":\"r-1\",\"ResourceDirectoryId\":\"rd-1\","
                        + "\"ContactId\":\"c-0000000000000001\",\"Name\":\"tom\",\"EmailAddress\":\"tom@example.com\"}",
                text(told.get(1).record().value()));
        assertEquals(
                "{\"VerificationId\":\"v-FgPcVhDKtsBBEPLm\",\"RequestId\":\"r-1\",\"ResourceDirectoryId\":\"rd-1\","
                        + "\"ContactId\":\"c-0000000000000001\",\"Name\":\"tom\","
                        + "\"PhoneNumber\":\"86-13900001234\",\"E164\":\"+8613900001234\"}",
                text(told.get(2).record().value()));
        told.forEach(event -> assertEquals("rd-1", text(event.record().key())));
    }

    @Test
    void an_event_is_a_cloudevent_in_binary_mode() {
        Answer answer = answer(record(new RecordHeaders()), Kind.NEW, new Added(TOM, TIMESTAMP, false));

        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("ce_specversion", "1.0");
        expected.put("ce_id", "r-1.3.77");
        expected.put("ce_source", "/message-contact-worker");
        expected.put("ce_type", "messagecontact.added.v1");
        expected.put("ce_time", "2026-11-25T03:48:16.007Z");
        expected.put("ce_subject", "rd-1");
        expected.put("content-type", "application/json");
        assertEquals(expected, texts(events.of(answer).get(0).record().headers()));
    }

    @Test
    void trace_context_and_correlation_are_passed_on_and_nothing_else() {
        Headers command = new RecordHeaders()
                .add("traceparent", "00-1-2-01".getBytes(UTF_8))
                .add("correlationId", "c".getBytes(UTF_8))
                .add("other", "x".getBytes(UTF_8));

        Map<String, String> headers =
                texts(events.of(answer(record(command), Kind.NEW, new Added(TOM, TIMESTAMP, false)))
                        .get(0)
                        .record()
                        .headers());

        assertEquals("00-1-2-01", headers.get("traceparent"));
        assertEquals("c", headers.get("correlationId"));
        assertNull(headers.get("other"));
    }

    @Test
    void a_header_of_more_than_1024_bytes_is_not_passed_on() {
        Headers command = new RecordHeaders()
                .add("tracestate", "x".repeat(1025).getBytes(UTF_8))
                .add("correlationId", "x".repeat(1024).getBytes(UTF_8));

        Map<String, String> headers =
                texts(events.of(answer(record(command), Kind.NEW, new Added(TOM, TIMESTAMP, false)))
                        .get(0)
                        .record()
                        .headers());

        assertNull(headers.get("tracestate"));
        assertEquals(1024, headers.get("correlationId").length());
    }

    @Test
    void a_header_that_is_no_text_is_not_passed_on() {
        Headers command = new RecordHeaders()
                .add("traceparent", new byte[] {'0', (byte) 0xFF})
                .add("correlationId", "\u00e9\u4e2d".getBytes(UTF_8));

        Map<String, String> headers =
                texts(events.of(answer(record(command), Kind.NEW, new Added(TOM, TIMESTAMP, false)))
                        .get(0)
                        .record()
                        .headers());

        assertNull(headers.get("traceparent"));
        assertEquals("\u00e9\u4e2d", headers.get("correlationId"));
    }

    @Test
    void a_replay_differs_by_its_header_alone() {
        ConsumerRecord<byte[], byte[]> record = record(new RecordHeaders());
        var told = events.of(answer(record, Kind.NEW, new Added(TOM, TIMESTAMP, false)))
                .get(0)
                .record();
        var again = events.of(answer(record, Kind.REPLAYED, new Added(TOM, TIMESTAMP, false)))
                .get(0)
                .record();

        assertArrayEquals(told.value(), again.value());
        assertArrayEquals(told.key(), again.key());
        Map<String, String> expected = texts(told.headers());
        expected.put("ce_replayed", "true");
        assertEquals(expected, texts(again.headers()));
    }

    @Test
    void a_rejection_lists_every_violation_and_where_the_command_stands() {
        Rejected rejected = new Rejected(List.of(ErrorCode.INVALID_NAME, ErrorCode.MISSING_TITLE));

        List<OutcomeEvent> told = events.of(answer(record(new RecordHeaders()), Kind.NEW, rejected));

        assertEquals(1, told.size());
        assertEquals(
                "{\"RequestId\":\"r-1\",\"ResourceDirectoryId\":\"rd-1\",\"HttpStatusCode\":400,"
                        + "\"Code\":\"InvalidParameter.Name\",\"Message\":\"The Name is invalid.\",\"Retryable\":false,"
                        + "\"Violations\":[{\"Parameter\":\"Name\",\"Code\":\"InvalidParameter.Name\","
                        + "\"Message\":\"The Name is invalid.\"},"
                        + "{\"Parameter\":\"Title\",\"Code\":\"MissingParameter.Title\","
                        + "\"Message\":\"You must specify Title.\"}],"
                        + "\"Command\":{\"Topic\":\"commands\",\"Partition\":3,\"Offset\":77}}",
                text(told.get(0).record().value()));
    }

    @Test
    void an_answer_for_nobody_known_is_keyed_by_its_request_id() {
        Envelope envelope = new Envelope(record(new RecordHeaders()), Origin.UPSTREAM, "r-1", null);
        var event = events.of(new Answer(envelope, Kind.NEW, new Rejected(ErrorCode.EMPTY_COMMAND)))
                .get(0)
                .record();

        assertEquals("r-1", text(event.key()));
        assertNull(event.headers().lastHeader("ce_subject"));
        assertEquals(true, text(event.value()).contains("\"ResourceDirectoryId\":null,"));
    }

    @Test
    void a_record_that_is_no_command_is_kept_byte_for_byte() {
        Headers headers = new RecordHeaders()
                .add("same", new byte[] {1})
                .add("same", new byte[] {2})
                .add("none", null);
        ConsumerRecord<byte[], byte[]> record = record(headers);

        List<OutcomeEvent> told = events.of(answer(record, Kind.NEW, new Rejected(ErrorCode.COMMAND_NOT_JSON)));

        ProducerRecord<byte[], byte[]> dead = told.get(1).record();
        assertEquals("dead-letters", dead.topic());
        assertArrayEquals(record.key(), dead.key());
        assertArrayEquals(record.value(), dead.value());
        List<Header> kept = List.of(dead.headers().toArray()).subList(0, 3);
        assertEquals(List.of(headers.toArray()), kept);
        Map<String, String> why = texts(dead.headers());
        assertEquals("InvalidCommand.Json", why.get("dl-reason"));
        assertEquals("commands", why.get("dl-topic"));
        assertEquals("3", why.get("dl-partition"));
        assertEquals("77", why.get("dl-offset"));
        assertEquals(Long.toString(TIMESTAMP), why.get("dl-timestamp"));
        assertEquals("1.2.3", why.get("dl-worker-version"));
    }

    @Test
    void a_dead_letter_sent_again_does_not_gather_headers() {
        Headers headers =
                new RecordHeaders().add("dl-reason", "old".getBytes(UTF_8)).add("dl-x", new byte[0]);

        var dead = events.of(answer(record(headers), Kind.NEW, new Rejected(ErrorCode.COMMAND_NOT_JSON)))
                .get(1)
                .record();

        assertEquals(6, dead.headers().toArray().length);
        assertEquals("InvalidCommand.Json", texts(dead.headers()).get("dl-reason"));
    }

    @Test
    void a_replay_makes_no_second_dead_letter() {
        var told =
                events.of(answer(record(new RecordHeaders()), Kind.REPLAYED, new Rejected(ErrorCode.COMMAND_NOT_JSON)));

        assertEquals(
                List.of("errors"),
                told.stream().map(event -> event.record().topic()).toList());
    }

    private static Answer answer(ConsumerRecord<byte[], byte[]> record, Kind kind, Outcome outcome) {
        return new Answer(new Envelope(record, Origin.UPSTREAM, "r-1", "rd-1"), kind, outcome);
    }

    private static ConsumerRecord<byte[], byte[]> record(Headers headers) {
        return new ConsumerRecord<>(
                "commands",
                3,
                77,
                TIMESTAMP,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                "key".getBytes(UTF_8),
                "{".getBytes(UTF_8),
                headers,
                Optional.empty());
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        headers.forEach(header -> texts.put(header.key(), header.value() == null ? "" : text(header.value())));
        return texts;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
