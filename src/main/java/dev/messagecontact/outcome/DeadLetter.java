package dev.messagecontact.outcome;

import static dev.messagecontact.outcome.EventHeaders.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.identity.Sha256;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letter topic and what its headers say of it.
 *
 * @param reason the code of the error event that answered the record
 * @param origin where the record was
 * @param timestamp of the record, in milliseconds since 1970 UTC
 */
public record DeadLetter(
        ConsumerRecord<byte[], byte[]> letter, String reason, InTopic origin, long timestamp, String workerVersion) {

    /** Reads a record of the dead-letter topic; empty if its headers are not those that the worker writes. */
    public static Optional<DeadLetter> read(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        String topic = text(headers, EventHeaders.DEAD_LETTER_TOPIC);
        if (topic == null) {
            return Optional.empty();
        }
        try {
            RecordPosition position = new RecordPosition(
                    Integer.parseInt(required(headers, EventHeaders.DEAD_LETTER_PARTITION)),
                    Long.parseLong(required(headers, EventHeaders.DEAD_LETTER_OFFSET)));
            return Optional.of(new DeadLetter(
                    record,
                    required(headers, EventHeaders.DEAD_LETTER_REASON),
                    position.in(topic),
                    Long.parseLong(required(headers, EventHeaders.DEAD_LETTER_TIMESTAMP)),
                    required(headers, EventHeaders.DEAD_LETTER_WORKER_VERSION)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String required(Headers headers, String name) {
        return requireNonNullElse(text(headers, name), "");
    }

    /** Returns where the dead letter itself stands. */
    public InTopic position() {
        return InTopic.of(letter);
    }

    /** Whether the record was too large to be kept, and stands only where it was. */
    public boolean isPointer() {
        return letter.headers().lastHeader(EventHeaders.DEAD_LETTER_POINTER) != null;
    }

    /** Whether this value is that of the record that a pointer points to. */
    public boolean pointsTo(byte[] value) {
        return HexFormat.of()
                .formatHex(Sha256.of(value))
                .equals(text(letter.headers(), EventHeaders.DEAD_LETTER_VALUE_SHA256));
    }

    /** Returns the length of the record's value in bytes. */
    public long valueBytes() {
        if (isPointer()) {
            String bytes = text(letter.headers(), EventHeaders.DEAD_LETTER_VALUE_BYTES);
            return bytes != null && bytes.matches("[0-9]{1,18}") ? Long.parseLong(bytes) : 0;
        }
        byte @Nullable [] value = letter.value();
        return value == null ? 0 : value.length;
    }

    /** Returns the headers that the record came with. */
    public List<Header> originalHeaders() {
        return EventHeaders.withoutDeadLetterHeaders(letter.headers());
    }

    /**
     * Returns the record to send so that a record that became a dead letter is processed once more, byte for byte.
     *
     * @param record the dead letter or, of a pointer, the record that it points to
     * @param mark says which dead letter it was; {@link #markOf} finds it again
     */
    public static ProducerRecord<byte[], byte[]> redriven(
            ConsumerRecord<byte[], byte[]> record, String commandTopic, String mark) {
        Headers headers = new RecordHeaders();
        EventHeaders.withoutDeadLetterHeaders(record.headers()).forEach(headers::add);
        headers.add(EventHeaders.DEAD_LETTER_REDRIVEN_FROM, mark.getBytes(UTF_8));
        return new ProducerRecord<>(commandTopic, null, null, record.key(), record.value(), headers);
    }

    /** Returns the mark of a command that was redriven; empty if it was not. */
    public static Optional<String> markOf(ConsumerRecord<byte[], byte[]> command) {
        return Optional.ofNullable(text(command.headers(), EventHeaders.DEAD_LETTER_REDRIVEN_FROM));
    }
}
