package dev.messagecontact.outcome;

import static dev.messagecontact.outcome.EventHeaders.header;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.identity.Sha256;
import java.util.HexFormat;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Records that could not be processed, kept byte for byte with a few headers that say why and whence; one that would be
 * too large with them is replaced by a pointer to where it stands. The partition is chosen by the key, so the topic may
 * have any number of them.
 */
final class DeadLetters {

    /** What Kafka's format adds to a batch of one record, and at most to each header: lengths and fixed fields. */
    private static final int BATCH_OVERHEAD = 100;

    private static final int HEADER_OVERHEAD = 10;

    private final String topic;
    private final String workerVersion;
    private final IntSupplier largestRecord;

    /** @param largestRecord what the topic takes now, in bytes */
    DeadLetters(String topic, String workerVersion, IntSupplier largestRecord) {
        this.topic = topic;
        this.workerVersion = workerVersion;
        this.largestRecord = largestRecord;
    }

    ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, ErrorCode reason) {
        Headers headers = new RecordHeaders();
        // A dead letter that was sent again and failed again: its headers are replaced, or they would grow for ever.
        EventHeaders.withoutDeadLetterHeaders(record.headers()).forEach(headers::add);
        addOrigin(headers, record, reason);
        return fits(record.key(), record.value(), headers)
                ? letter(record.key(), record.value(), headers)
                : pointer(record, reason);
    }

    private ProducerRecord<byte[], byte[]> pointer(ConsumerRecord<byte[], byte[]> record, ErrorCode reason) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        Headers headers = new RecordHeaders();
        addOrigin(headers, record, reason);
        headers.add(header(EventHeaders.DEAD_LETTER_POINTER, "true"));
        headers.add(header(EventHeaders.DEAD_LETTER_VALUE_BYTES, Integer.toString(value.length)));
        headers.add(header(EventHeaders.DEAD_LETTER_VALUE_SHA256, HexFormat.of().formatHex(Sha256.of(value))));
        return letter(fits(record.key(), null, headers) ? record.key() : null, null, headers);
    }

    private void addOrigin(Headers headers, ConsumerRecord<byte[], byte[]> record, ErrorCode reason) {
        headers.add(header(EventHeaders.DEAD_LETTER_REASON, reason.code()));
        headers.add(header(EventHeaders.DEAD_LETTER_TOPIC, record.topic()));
        headers.add(header(EventHeaders.DEAD_LETTER_PARTITION, Integer.toString(record.partition())));
        headers.add(header(EventHeaders.DEAD_LETTER_OFFSET, Long.toString(record.offset())));
        headers.add(header(EventHeaders.DEAD_LETTER_TIMESTAMP, Long.toString(record.timestamp())));
        headers.add(header(EventHeaders.DEAD_LETTER_WORKER_VERSION, workerVersion));
    }

    private ProducerRecord<byte[], byte[]> letter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ProducerRecord<>(topic, null, null, key, value, headers);
    }

    private boolean fits(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long size = BATCH_OVERHEAD + (long) length(key) + length(value);
        for (Header header : headers) {
            size += HEADER_OVERHEAD + (long) header.key().getBytes(UTF_8).length + length(header.value());
        }
        return size <= largestRecord.getAsInt();
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
