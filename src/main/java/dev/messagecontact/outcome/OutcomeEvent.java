package dev.messagecontact.outcome;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** One event to publish: what kind it is, and the record that tells it. */
public record OutcomeEvent(EventKind kind, ProducerRecord<byte[], byte[]> record) {

    /** Returns what the event says. */
    public EventContent content() {
        return EventContent.of(record.headers(), record.value());
    }

    /** Returns the headers that are the same whenever the event is published; see {@link PublishedEvent#lastingHeaders}. */
    public List<Header> lastingHeaders() {
        return PublishedEvent.lastingHeaders(kind, record.headers());
    }
}
