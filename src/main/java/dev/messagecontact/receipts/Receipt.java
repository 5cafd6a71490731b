package dev.messagecontact.receipts;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the database holds as proof that commands of a partition are settled.
 *
 * @param topicId Kafka's id of the command topic
 * @param settledBefore how many offsets the receipt before it has settled
 * @param settled which commands are settled: those that wait for a lock are open
 * @param published exclusive: the events of every command before it are known to be published
 * @param server the database server that has told the last receipt; the next one may be given to no other. Null: to any
 */
public record Receipt(
        UUID topicId,
        int partition,
        long settledBefore,
        Answered settled,
        long published,
        @Nullable String server) {

    /** One that may be given to any server. */
    public Receipt(UUID topicId, int partition, long settledBefore, Answered settled, long published) {
        this(topicId, partition, settledBefore, settled, published, null);
    }

    /** A partition of a topic for ever. */
    public record Part(UUID topicId, int partition) {}

    /** Returns which partition the receipt is of. */
    public Part part() {
        return new Part(topicId, partition);
    }

    /** The first receipt of a partition: nothing was settled with it, so no other can be the one before. */
    public static Receipt first(UUID topicId, int partition, Answered settled, long published) {
        return new Receipt(topicId, partition, settled.count() - 1, settled, published);
    }

    /** The same receipt, told by this server. */
    public Receipt toldBy(String whichServer) {
        return new Receipt(topicId, partition, settledBefore, settled, published, whichServer);
    }

    /** The receipt behind this one. */
    public Receipt next(Answered nowSettled, long nowPublished) {
        return new Receipt(topicId, partition, settled.count(), nowSettled, nowPublished, server);
    }

    /** The part of it that lies before an offset. */
    public Receipt head(long end) {
        return new Receipt(topicId, partition, settledBefore, settled.head(end), Math.min(published, end), server);
    }

    /** This receipt, with what is published by now. */
    public Receipt publishedTo(long nowPublished) {
        return new Receipt(topicId, partition, settledBefore, settled, nowPublished, server);
    }
}
