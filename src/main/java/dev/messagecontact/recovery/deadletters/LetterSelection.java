package dev.messagecontact.recovery.deadletters;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.outcome.DeadLetter;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; all conditions must hold.
 *
 * @param reason an error code, or null for any
 * @param partition that the record was in, or null for any
 * @param since the earliest timestamp of the record, in milliseconds since 1970 UTC
 * @param until the timestamp after the latest one
 * @param position of one dead letter in its topic, or null for any
 */
public record LetterSelection(
        @Nullable String reason,
        @Nullable TopicPartition partition,
        long since,
        long until,
        @Nullable RecordPosition position) {

    /** Every dead letter. */
    public static final LetterSelection ALL = new LetterSelection(null, null, Long.MIN_VALUE, Long.MAX_VALUE, null);

    /** Whether it is meant. */
    public boolean includes(DeadLetter letter) {
        long time = Envelope.told(letter.timestamp());
        return (reason == null || reason.equals(letter.reason()))
                && (partition == null || partition.equals(partitionOf(letter)))
                && time >= since
                && time < until
                && (position == null || position.equals(letter.position().position()));
    }

    private static TopicPartition partitionOf(DeadLetter letter) {
        return new TopicPartition(letter.origin().topic(), letter.origin().partition());
    }
}
