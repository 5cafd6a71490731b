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

    /**
     * The record's timestamp in milliseconds since 1970 UTC, the date of all that follows from it. A timestamp before
     * 1970 (or none) counts as 1970, one after the year 9999 as its last instant.
     */
    public long timestamp() {
        return Math.max(0, Math.min(record.timestamp(), LATEST));
    }
}
