package dev.messagecontact.outcome;

import dev.messagecontact.command.RecordPosition.InTopic;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An event as it stands in its topic. Anybody may write into a topic, so nothing of it is taken for granted but its kind,
 * which is the kind of its topic: what is not there, or cannot be read, is null or empty.
 */
public record PublishedEvent(EventKind kind, ConsumerRecord<byte[], byte[]> record) {

    /**
     * Reads a record of an event topic.
     *
     * @throws IllegalArgumentException if the record is of another topic
     */
    public static PublishedEvent read(ConsumerRecord<byte[], byte[]> record, EventTopics topics) {
        return new PublishedEvent(topics.kindIn(record.topic()), record);
    }

    /** Returns where the event stands. */
    public InTopic position() {
        return InTopic.of(record);
    }

    /** Returns the time of the command that the event follows from, as RFC 3339 writes it; null if there is none. */
    public @Nullable String time() {
        return EventHeaders.text(record.headers(), EventHeaders.TIME);
    }

    /** Returns the CloudEvents type; null if there is none. Of a dead letter, it is the record's own. */
    public @Nullable String type() {
        return EventHeaders.text(record.headers(), EventHeaders.TYPE);
    }

    /** Whether a replay published it; of a dead letter, the headers are the record's own and say nothing of it. */
    public boolean isReplayed() {
        return kind != EventKind.DEAD_LETTERS && EventContent.isReplayed(record.headers());
    }

    /** Returns what the event says; of a dead letter, see {@link #deadLetter}. */
    public EventContent content() {
        return EventContent.of(record.headers(), record.value());
    }

    /** Returns the dead letter in it; empty if it is none. */
    public Optional<DeadLetter> deadLetter() {
        return kind == EventKind.DEAD_LETTERS ? DeadLetter.read(record) : Optional.empty();
    }

    /**
     * Returns the headers that are the same whenever the event is published: all but the mark of a replay, and of a dead
     * letter all but the version of the worker.
     */
    public List<Header> lastingHeaders() {
        return lastingHeaders(kind, record.headers());
    }

    static List<Header> lastingHeaders(EventKind kind, Headers headers) {
        return EventHeaders.without(
                headers,
                kind == EventKind.DEAD_LETTERS ? EventHeaders.DEAD_LETTER_WORKER_VERSION : EventHeaders.REPLAYED);
    }
}
