package dev.messagecontact.directory;

import java.util.UUID;

/**
 * What the database holds as proof that commands of a partition are settled.
 *
 * @param topicId Kafka's id of the command topic
 * @param from the offset that the receipt before it ends at
 * @param settled exclusive: every command before it is settled, but for those that wait for a lock
 * @param published exclusive: the events of every command before it are known to be published
 */
public record Receipt(UUID topicId, int partition, long from, long settled, long published) {

    /** A partition of a topic for ever. */
    public record Part(UUID topicId, int partition) {}

    /** Returns which partition the receipt is of. */
    public Part part() {
        return new Part(topicId, partition);
    }
}
