package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.ErrorCode;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Records that could not be processed, kept byte for byte with a few headers that say why and whence. The partition is
 * chosen by the key, so the topic may have any number of them.
 */
final class DeadLetters {

    private static final String PREFIX = "dl-";

    private final String topic;
    private final byte[] workerVersion;

    DeadLetters(String topic, String workerVersion) {
        this.topic = topic;
        this.workerVersion = workerVersion.getBytes(UTF_8);
    }

    ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, ErrorCode reason) {
        Headers headers = new RecordHeaders();
        for (Header header : record.headers()) {
            // A dead letter that was sent again and failed again: its headers are replaced, or they would grow for
            // ever.
            if (!header.key().startsWith(PREFIX)) {
                headers.add(header);
            }
        }
        headers.add("dl-reason", reason.code().getBytes(UTF_8));
        headers.add("dl-topic", record.topic().getBytes(UTF_8));
        headers.add("dl-partition", Integer.toString(record.partition()).getBytes(UTF_8));
        headers.add("dl-offset", Long.toString(record.offset()).getBytes(UTF_8));
        headers.add("dl-timestamp", Long.toString(record.timestamp()).getBytes(UTF_8));
        headers.add("dl-worker-version", workerVersion);
        return new ProducerRecord<>(topic, null, null, record.key(), record.value(), headers);
    }
}
