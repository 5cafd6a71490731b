package dev.messagecontact.recovery.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letter topic and what its headers say of it.
 *
 * @param reason the code of the error event that answered the record
 * @param origin where the record was
 * @param timestamp of the record, in milliseconds since 1970 UTC
 */
public record DeadLetter(
        ConsumerRecord<byte[], byte[]> letter, String reason, Place origin, long timestamp, String workerVersion) {

    private static final String PREFIX = "dl-";

    /** A record's place. */
    public record Place(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return topic + ":" + partition + ":" + offset;
        }
    }

    /** The dead letter in this record; empty if its headers are not those that the worker writes. */
    public static Optional<DeadLetter> of(ConsumerRecord<byte[], byte[]> record) {
        try {
            Place origin = new Place(
                    header(record, "dl-topic"),
                    Integer.parseInt(header(record, "dl-partition")),
                    Long.parseLong(header(record, "dl-offset")));
            return Optional.of(new DeadLetter(
                    record,
                    header(record, "dl-reason"),
                    origin,
                    Long.parseLong(header(record, "dl-timestamp")),
                    header(record, "dl-worker-version")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    /** Where the dead letter itself stands. */
    public Place place() {
        return new Place(letter.topic(), letter.partition(), letter.offset());
    }

    /** Whether the record was too large to be kept, and stands only where it was. */
    public boolean isPointer() {
        return letter.headers().lastHeader("dl-pointer") != null;
    }

    /** The SHA-256 of a pointer's record's value, in hexadecimal digits. */
    String valueHash() {
        return header(letter, "dl-value-sha256");
    }

    /** How long the record's value is, in bytes. */
    public long valueBytes() {
        if (isPointer()) {
            String bytes = header(letter, "dl-value-bytes");
            return bytes.isEmpty() ? 0 : Long.parseLong(bytes);
        }
        byte @Nullable [] value = letter.value();
        return value == null ? 0 : value.length;
    }

    /** The headers that the record came with. */
    public List<Header> originalHeaders() {
        return withoutOurs(letter);
    }

    static List<Header> withoutOurs(ConsumerRecord<byte[], byte[]> record) {
        return StreamSupport.stream(record.headers().spliterator(), false)
                .filter(header -> !header.key().startsWith(PREFIX))
                .toList();
    }
}
