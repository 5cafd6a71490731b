package dev.messagecontact.receipts;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Offsets that an operator has led a partition past, without an answer to their commands.
 *
 * @param topicId Kafka's id of the command topic
 * @param to exclusive
 * @param reason in the operator's words
 * @param by user and host
 * @param answeredTo exclusive: the group was moved back over the offsets, and those before it are answered since; null if
 *     they are skipped
 */
public record Skip(
        UUID topicId,
        int partition,
        long from,
        long to,
        String reason,
        String by,
        Instant at,
        @Nullable Long answeredTo) {

    /** Whether the command at this offset needs no answer. */
    public boolean covers(long offset) {
        return answeredTo == null && offset >= from && offset < to;
    }

    /** Whether the command at this offset is to be answered after all. */
    public boolean isOpenAgain(long offset) {
        return answeredTo != null && offset >= answeredTo && offset < to;
    }

    /** The same offsets, more of them answered by now. */
    public Skip withAnsweredTo(long offset) {
        long known = answeredTo == null ? from : answeredTo;
        return new Skip(topicId, partition, from, to, reason, by, at, Math.max(known, Math.min(offset, to)));
    }

    /** The part of it before an offset. */
    Skip before(long end) {
        Long answered = answeredTo == null ? null : Long.valueOf(Math.min(answeredTo, end));
        return new Skip(topicId, partition, from, Math.min(to, end), reason, by, at, answered);
    }

    /** The part of it from an offset on. */
    Skip since(long begin) {
        Long answered = answeredTo == null ? null : Long.valueOf(Math.max(answeredTo, begin));
        return new Skip(topicId, partition, Math.max(from, begin), to, reason, by, at, answered);
    }

    boolean isEmpty() {
        return from >= to;
    }
}
