package dev.messagecontact.command;

import java.util.UUID;

/**
 * Names one command record for ever.
 *
 * @param topicId Kafka's id of the topic: a topic made anew under an old name has another
 */
public record RecordId(UUID topicId, RecordPosition position) {

    /** The record at this partition and offset of a topic. */
    public RecordId(UUID topicId, int partition, long offset) {
        this(topicId, new RecordPosition(partition, offset));
    }

    /** Returns the partition of the record. */
    public int partition() {
        return position.partition();
    }

    /** Returns the offset of the record. */
    public long offset() {
        return position.offset();
    }

    @Override
    public String toString() {
        return position.toString();
    }
}
