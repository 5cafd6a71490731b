package dev.messagecontact.recovery;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.outcome.Answer;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which commands are meant; all conditions must hold.
 *
 * @param partitions of the topic; empty means all
 * @param from the first offset, in each of them
 * @param to the offset after the last one, in each of them
 * @param since the earliest record timestamp, in milliseconds since 1970 UTC
 * @param until the record timestamp after the latest one
 * @param directoryId of the answer, or null for any
 * @param requestId of the answer, or null for any
 * @param code {@value #ADDED}, the label of another result, or an error code; null for any
 */
public record Selection(
        Set<Integer> partitions,
        long from,
        long to,
        long since,
        long until,
        @Nullable String directoryId,
        @Nullable String requestId,
        @Nullable String code) {

    /** The code of a command that added its contact, or was answered as one that had. */
    public static final String ADDED = "Added";

    /** Every command. */
    public static final Selection ALL =
            new Selection(Set.of(), 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, null, null, null);

    /** Every command at these offsets of these partitions. */
    public static Selection ofOffsets(Set<Integer> partitions, long from, long to) {
        return new Selection(partitions, from, to, Long.MIN_VALUE, Long.MAX_VALUE, null, null, null);
    }

    /** @throws IllegalArgumentException if nothing could ever be in it */
    public Selection {
        partitions = Set.copyOf(partitions);
        if (from < 0 || to <= from || until <= since || partitions.stream().anyMatch(partition -> partition < 0)) {
            throw new IllegalArgumentException("an empty range");
        }
    }

    public boolean includes(int partition) {
        return partitions.isEmpty() || partitions.contains(partition);
    }

    /**
     * Makes sure that it means partitions that are there: of others it would find nothing, as if all were well.
     *
     * @param count how many partitions the topic has
     * @throws OperatorException if it names another one
     */
    public void requirePartitionsOf(String topic, int count) {
        partitions.stream()
                .filter(partition -> partition >= count)
                .min(Integer::compare)
                .ifPresent(partition -> {
                    throw new OperatorException("%s has no partition %d".formatted(topic, partition));
                });
    }

    /** Whether it says no more than which offsets of which partitions are meant. */
    public boolean namesOffsetsOnly() {
        return equals(ofOffsets(partitions, from, to));
    }

    public boolean includes(ConsumerRecord<?, ?> record) {
        long time = Envelope.timestampOf(record);
        return time >= since && time < until;
    }

    public boolean includes(Answer answer) {
        return includes(answer.envelope()) && includesCode(codeOf(answer));
    }

    public boolean includes(Envelope envelope) {
        return (directoryId == null || directoryId.equals(envelope.directoryId()))
                && (requestId == null || requestId.equals(envelope.requestId()));
    }

    public boolean includesCode(String answered) {
        return code == null || code.equals(answered);
    }

    public static String codeOf(Answer answer) {
        return answer.outcome()
                .match(
                        added -> ADDED,
                        changed -> changed.kind().label(),
                        rejected -> rejected.code().code());
    }
}
