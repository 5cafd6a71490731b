package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.VerificationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

    private static final Header SPECVERSION = header("ce_specversion", "1.0");
    private static final Header SOURCE = header("ce_source", "/message-contact-worker");
    private static final Header ADDED_TYPE = header("ce_type", "messagecontact.added.v1");
    private static final Header REJECTED_TYPE = header("ce_type", "messagecontact.rejected.v1");
    private static final Header EMAIL_TYPE = header("ce_type", "messagecontact.email-verification-requested.v1");
    private static final Header SMS_TYPE = header("ce_type", "messagecontact.sms-verification-requested.v1");
    private static final Header JSON = header("content-type", "application/json");
    private static final Header REPLAYED = header("ce_replayed", "true");

    /** Headers of a command that its events carry on: W3C trace context and the caller's own correlation. */
    private static final List<String> PASSED_ON = List.of("traceparent", "tracestate", "correlationId");

    /** W3C asks for 512 characters of trace state; longer ones would make an event too large to publish. */
    private static final int LONGEST_PASSED_ON = 1024;

    private final EventTopics topics;
    private final EventValues values = new EventValues();
    private final DeadLetters deadLetters;
    private long lastTimestamp;
    private Header lastTime = header("ce_time", Dates.rfc3339(lastTimestamp));

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
    public List<ProducerRecord<byte[], byte[]>> of(Answer answer) {
        return answer.outcome().match(added -> of(answer, added), rejected -> of(answer, rejected));
    }

    private List<ProducerRecord<byte[], byte[]>> of(Answer answer, Added added) {
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>(3);
        events.add(event(topics.results(), ADDED_TYPE, answerId(answer), values.result(added), answer));
        if (added.verify()) {
            VerificationRequest.allFor(added.contact()).forEach(request -> events.add(of(answer, request)));
        }
        return events;
    }

    private ProducerRecord<byte[], byte[]> of(Answer answer, VerificationRequest request) {
        boolean byEmail = request.channel() == Channel.EMAIL;
        return event(
                byEmail ? topics.emailVerifications() : topics.smsVerifications(),
                byEmail ? EMAIL_TYPE : SMS_TYPE,
                request.verificationId(),
                values.verification(request),
                answer);
    }

    private List<ProducerRecord<byte[], byte[]>> of(Answer answer, Rejected rejected) {
        byte[] value = values.error(answer.envelope(), rejected);
        var error = event(topics.errors(), REJECTED_TYPE, answerId(answer), value, answer);
        return answer.isDeadLettered()
                ? List.of(error, deadLetters.of(answer.envelope().record(), rejected.code()))
                : List.of(error);
    }

    /** Unique per command record and the same in every replay; its last two parts say where the command stands. */
    private static String answerId(Answer answer) {
        ConsumerRecord<byte[], byte[]> command = answer.envelope().record();
        return answer.envelope().requestId() + "." + command.partition() + "." + command.offset();
    }

    private ProducerRecord<byte[], byte[]> event(String topic, Header type, String id, byte[] value, Answer answer) {
        Envelope envelope = answer.envelope();
        byte[] key = key(envelope);
        Headers headers = new RecordHeaders();
        headers.add(SPECVERSION);
        headers.add(header("ce_id", id));
        headers.add(SOURCE);
        headers.add(type);
        headers.add(time(envelope.timestamp()));
        if (envelope.directoryId() != null) {
            headers.add(new RecordHeader("ce_subject", key));
        }
        headers.add(JSON);
        passOn(envelope.record().headers(), headers);
        if (answer.isReplayed()) {
            headers.add(REPLAYED);
        }
        return new ProducerRecord<>(topic, null, null, key, value, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /** Records that were appended together have the same timestamp. */
    private Header time(long timestamp) {
        if (timestamp != lastTimestamp) {
            lastTimestamp = timestamp;
            lastTime = header("ce_time", Dates.rfc3339(timestamp));
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
