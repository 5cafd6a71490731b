package dev.messagecontact.recovery.audit;

import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.OutcomeEvents;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** What the dead letters of large records look like where their topic had no room for the records themselves. */
final class Pointers {

    /** In bytes; a dead-letter topic that takes less than this would be of no use. */
    private static final int SMALLEST_POINTED_TO = 16 * 1024;

    private final OutcomeEvents pointing;
    private final Map<Integer, Long> digests = new HashMap<>();

    /** @param pointing events whose dead letters are all pointers */
    Pointers(OutcomeEvents pointing) {
        this.pointing = pointing;
    }

    static boolean isPointer(Headers headers) {
        return headers.lastHeader("dl-pointer") != null;
    }

    /** Notes what would point to this record, if it is so large that something may. */
    void note(int slot, Answer answer) {
        if (size(answer.envelope().record()) >= SMALLEST_POINTED_TO) {
            ProducerRecord<byte[], byte[]> pointer = pointing.of(answer).get(1);
            digests.put(slot, digest(pointer.headers()));
        }
    }

    /** Whether this dead letter points to the record of this slot. */
    boolean isTo(int slot, ConsumerRecord<byte[], byte[]> letter) {
        Long due = digests.get(slot);
        return due != null && letter.value() == null && due == digest(letter.headers());
    }

    /** The key goes along only where it fits, and the headers say all. */
    private static long digest(Headers headers) {
        return DeadLetterCheck.digest(null, null, headers);
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        long size = record.value() == null ? 0 : record.value().length;
        size += record.key() == null ? 0 : record.key().length;
        for (var header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }
}
