package dev.messagecontact.outcome;

import static dev.messagecontact.outcome.EventHeaders.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.verification.VerificationRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The events that tell an answer: CloudEvents 1.0 in Kafka's binary mode. The same answer to the same record gives the
 * same bytes, whenever it is told. Not thread-safe.
 */
public final class OutcomeEvents {

    private static final Header SPECVERSION = header(EventHeaders.SPECVERSION, "1.0");
    private static final Header SOURCE = header(EventHeaders.SOURCE, "/message-contact-worker");
    private static final Header JSON = header(EventHeaders.CONTENT_TYPE, "application/json");
    private static final Header REPLAYED = header(EventHeaders.REPLAYED, "true");

    private static final Map<EventKind, Header> TYPES = types();
    private static final Map<ResultKind, Header> RESULT_TYPES = resultTypes();

    /** Headers of a command that its events carry on: W3C trace context and the caller's own correlation. */
    private static final List<String> PASSED_ON = List.of("traceparent", "tracestate", "correlationId");

    /** W3C asks for 512 characters of trace state; longer ones would make an event too large to publish. */
    private static final int LONGEST_PASSED_ON = 1024;

    private final EventTopics topics;
    private final EventValues values = new EventValues();
    private final DeadLetters deadLetters;
    private long lastTimestamp;
    private Header lastTime = header(EventHeaders.TIME, Dates.rfc3339(lastTimestamp));

    private static Map<EventKind, Header> types() {
        Map<EventKind, Header> types = new EnumMap<>(EventKind.class);
        for (EventKind kind : EventKind.values()) {
            if (kind.ceType() != null) {
                types.put(kind, header(EventHeaders.TYPE, kind.ceType()));
            }
        }
        return types;
    }

    private static Map<ResultKind, Header> resultTypes() {
        Map<ResultKind, Header> types = new EnumMap<>(ResultKind.class);
        for (ResultKind kind : ResultKind.values()) {
            types.put(kind, header(EventHeaders.TYPE, kind.ceType()));
        }
        return types;
    }

    /** Events for these topics, with dead letters of any size. */
    public OutcomeEvents(EventTopics topics, String workerVersion) {
        this(topics, workerVersion, () -> Integer.MAX_VALUE);
    }

    /**
     * Events for these topics.
     *
     * @param workerVersion written on dead letters
     * @param largestDeadLetter what the dead-letter topic takes now, in bytes
     */
    public OutcomeEvents(EventTopics topics, String workerVersion, IntSupplier largestDeadLetter) {
        this.topics = topics;
        this.deadLetters = new DeadLetters(topics.deadLetters(), workerVersion, largestDeadLetter);
    }

    /** The answer itself first, then the verification requests or the dead letter that go with it. */
    public List<OutcomeEvent> of(Answer answer) {
        return answer.outcome()
                .match(added -> of(answer, added), changed -> of(answer, changed), rejected -> of(answer, rejected));
    }

    private List<OutcomeEvent> of(Answer answer, Added added) {
        List<OutcomeEvent> events = new ArrayList<>(3);
        events.add(result(ResultKind.ADDED, values.result(added), answer));
        if (added.verify()) {
            VerificationRequest.allFor(added.contact()).forEach(request -> events.add(of(answer, request)));
        }
        return events;
    }

    private List<OutcomeEvent> of(Answer answer, Changed changed) {
        OutcomeEvent result = result(changed.kind(), values.result(answer.envelope(), changed), answer);
        VerificationRequest request = changed.request();
        return request == null ? List.of(result) : List.of(result, of(answer, request));
    }

    private OutcomeEvent result(ResultKind kind, byte[] value, Answer answer) {
        Header type = requireNonNull(RESULT_TYPES.get(kind));
        return event(EventKind.RESULTS, type, AnswerId.of(answer), value, answer);
    }

    private OutcomeEvent of(Answer answer, VerificationRequest request) {
        return event(
                switch (request.channel()) {
                    case EMAIL -> EventKind.EMAIL_VERIFICATIONS;
                    case SMS -> EventKind.SMS_VERIFICATIONS;
                },
                request.verificationId(),
                values.verification(request),
                answer);
    }

    private List<OutcomeEvent> of(Answer answer, Rejected rejected) {
        byte[] value = values.error(answer.envelope(), rejected);
        OutcomeEvent error = event(EventKind.ERRORS, AnswerId.of(answer), value, answer);
        return answer.isDeadLettered()
                ? List.of(
                        error,
                        new OutcomeEvent(
                                EventKind.DEAD_LETTERS,
                                deadLetters.of(answer.envelope().record(), rejected.code())))
                : List.of(error);
    }

    private OutcomeEvent event(EventKind kind, String id, byte[] value, Answer answer) {
        return event(kind, requireNonNull(TYPES.get(kind)), id, value, answer);
    }

    private OutcomeEvent event(EventKind kind, Header type, String id, byte[] value, Answer answer) {
        Envelope envelope = answer.envelope();
        byte[] key = key(envelope);
        Headers headers = new RecordHeaders();
        headers.add(SPECVERSION);
        headers.add(header(EventHeaders.ID, id));
        headers.add(SOURCE);
        headers.add(type);
        headers.add(time(envelope.timestamp()));
        if (envelope.directoryId() != null) {
            headers.add(new RecordHeader(EventHeaders.SUBJECT, key));
        }
        headers.add(JSON);
        passOn(envelope.record().headers(), headers);
        if (answer.isReplayed()) {
            headers.add(REPLAYED);
        }
        return new OutcomeEvent(kind, new ProducerRecord<>(kind.topic(topics), null, null, key, value, headers));
    }

    /** Records that were appended together have the same timestamp. */
    private Header time(long timestamp) {
        if (timestamp != lastTimestamp) {
            lastTimestamp = timestamp;
            lastTime = header(EventHeaders.TIME, Dates.rfc3339(timestamp));
        }
        return lastTime;
    }

    private static void passOn(Headers command, Headers event) {
        for (String name : PASSED_ON) {
            Header header = command.lastHeader(name);
            if (header != null && header.value() != null && header.value().length <= LONGEST_PASSED_ON) {
                event.add(name, header.value());
            }
        }
    }

    /** Never null: a compacted topic takes no record without a key. */
    private static byte[] key(Envelope envelope) {
        String directoryId = envelope.directoryId();
        return (directoryId == null ? envelope.requestId() : directoryId).getBytes(UTF_8);
    }
}
