package dev.messagecontact.command;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the command topic and who its answer is for.
 *
 * @param requestId always well-formed: the command's, else the CloudEvents id, else derived from the position
 * @param directoryId well-formed: the command's, else the CloudEvents subject, else the key; null if none of them is
 */
public record Envelope(
        ConsumerRecord<byte[], byte[]> record,
        String requestId,
        @Nullable String directoryId) {}
