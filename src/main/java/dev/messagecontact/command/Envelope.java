package dev.messagecontact.command;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record with a command and who its answer is for.
 *
 * @param origin the topic that the record is of
 * @param requestId always well-formed: the command's, else the CloudEvents id, else derived from the position
 * @param directoryId well-formed: the command's, else the CloudEvents subject, else the key; null if none of them is
 */
public record Envelope(
        ConsumerRecord<byte[], byte[]> record,
        Origin origin,
        String requestId,
        @Nullable String directoryId) {

    /** The last instant that every date format of our events can hold. */
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    /** The date of all that follows from the record, see {@link #timestampOf}. */
    public long timestamp() {
        return timestampOf(record);
    }

    /** A record's timestamp as its events tell it, in milliseconds since 1970 UTC. */
    public static long timestampOf(ConsumerRecord<?, ?> record) {
        return told(record.timestamp());
    }

    /** As events tell a timestamp: one before 1970 (or none) counts as 1970, one after the year 9999 as its last instant. */
    public static long told(long timestamp) {
        return Math.max(0, Math.min(timestamp, LATEST));
    }
}
