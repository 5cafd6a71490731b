package dev.messagecontact.recovery.audit;

import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.PublishedEvent;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What the dead letters of large records look like where their topic had no room for the records themselves. */
final class Pointers {

    /** The smallest record that is pointed to, in bytes: a dead-letter topic that takes less would be of no use. */
    private static final int SMALLEST_POINTED_TO = 16 * 1024;

    private final OutcomeEvents pointing;
    private final Sheet sheet;

    /** @param pointing events whose dead letters are all pointers */
    Pointers(OutcomeEvents pointing, Sheet sheet) {
        this.pointing = pointing;
        this.sheet = sheet;
    }

    /** Notes what would point to this record, if it is so large that something may. */
    void note(int slot, Answer answer) {
        if (size(answer.envelope().record()) >= SMALLEST_POINTED_TO) {
            OutcomeEvent pointer = pointing.of(answer).get(1);
            sheet.expectPointer(slot, digest(pointer.lastingHeaders()));
        }
    }

    /** Whether this dead letter points to the record of this slot. */
    boolean isTo(int slot, PublishedEvent letter) {
        return letter.record().value() == null && sheet.isPointer(slot, digest(letter.lastingHeaders()));
    }

    /** The key goes along only where it fits, and the headers say all. */
    private static long digest(List<Header> headers) {
        return ComparedEvent.whole(headers).toLong();
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
