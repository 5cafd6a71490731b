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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

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
        Shared shared = shared(answer);
        return answer.outcome()
                .match(
                        added -> of(answer, shared, added),
                        changed -> of(answer, shared, changed),
                        rejected -> of(answer, shared, rejected));
    }

    private List<OutcomeEvent> of(Answer answer, Shared shared, Added added) {
        List<OutcomeEvent> events = new ArrayList<>(3);
        events.add(result(ResultKind.ADDED, values.result(added), answer, shared));
        if (added.verify()) {
            VerificationRequest.allFor(added.contact()).forEach(request -> events.add(of(request, shared)));
        }
        return events;
    }

    private List<OutcomeEvent> of(Answer answer, Shared shared, Changed changed) {
        byte[] value = values.result(answer.envelope(), changed);
        OutcomeEvent result = result(changed.kind(), value, answer, shared);
        VerificationRequest request = changed.request();
        return request == null ? List.of(result) : List.of(result, of(request, shared));
    }

    private OutcomeEvent result(ResultKind kind, byte[] value, Answer answer, Shared shared) {
        Header type = requireNonNull(RESULT_TYPES.get(kind));
        return event(EventKind.RESULTS, type, AnswerId.of(answer), value, shared);
    }

    private OutcomeEvent of(VerificationRequest request, Shared shared) {
        EventKind kind = EventKind.of(request.channel());
        Header type = requireNonNull(TYPES.get(kind));
        return event(kind, type, request.verificationId(), values.verification(request), shared);
    }

    private List<OutcomeEvent> of(Answer answer, Shared shared, Rejected rejected) {
        Header type = requireNonNull(TYPES.get(EventKind.ERRORS));
        byte[] value = values.error(answer.envelope(), rejected);
        OutcomeEvent error = event(EventKind.ERRORS, type, AnswerId.of(answer), value, shared);
        return answer.isDeadLettered()
                ? List.of(
                        error,
                        new OutcomeEvent(
                                EventKind.DEAD_LETTERS,
                                deadLetters.of(answer.envelope().record(), rejected.code())))
                : List.of(error);
    }

    private OutcomeEvent event(EventKind kind, Header type, String id, byte[] value, Shared shared) {
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(kind.topic(topics), shared.key, value);
        Headers headers = event.headers();
        headers.add(SPECVERSION);
        headers.add(header(EventHeaders.ID, id));
        headers.add(SOURCE);
        headers.add(type);
        shared.headers.forEach(headers::add);
        return new OutcomeEvent(kind, event);
    }

    /** What all events of an answer have in common. */
    private record Shared(byte[] key, List<Header> headers) {}

    private Shared shared(Answer answer) {
        Envelope envelope = answer.envelope();
        byte[] key = key(envelope);
        List<Header> headers = new ArrayList<>(4);
        headers.add(time(envelope.timestamp()));
        if (envelope.directoryId() != null) {
            headers.add(new RecordHeader(EventHeaders.SUBJECT, key));
        }
        headers.add(JSON);
        passOn(envelope.record().headers(), headers);
        if (answer.isReplayed()) {
            headers.add(REPLAYED);
        }
        return new Shared(key, headers);
    }

    /** Records that were appended together have the same timestamp. */
    private Header time(long timestamp) {
        if (timestamp != lastTimestamp) {
            lastTimestamp = timestamp;
            lastTime = header(EventHeaders.TIME, Dates.rfc3339(timestamp));
        }
        return lastTime;
    }

    private static void passOn(Headers command, List<Header> event) {
        if (!command.iterator().hasNext()) {
            return;
        }
        for (String name : PASSED_ON) {
            Header header = command.lastHeader(name);
            if (header != null && isShortText(header.value())) {
                event.add(new RecordHeader(name, header.value()));
            }
        }
    }

    /** Readers may decode headers strictly: what is not UTF-8 would stop them. */
    private static boolean isShortText(byte @Nullable [] value) {
        return value != null
                && value.length <= LONGEST_PASSED_ON
                && Arrays.equals(value, new String(value, UTF_8).getBytes(UTF_8));
    }

    /** Never null: a compacted topic takes no record without a key. */
    private static byte[] key(Envelope envelope) {
        String directoryId = envelope.directoryId();
        return (directoryId == null ? envelope.requestId() : directoryId).getBytes(UTF_8);
    }
}
