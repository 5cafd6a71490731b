package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What the database lacks.
 *
 * @param topicIds of the topics with commands, by name
 * @param answered what the group has as answered, as far as the topic has not lost its last records
 * @param commands by partition, those that the group has as answered and the database has no receipt for
 * @param gone by partition, those that the topic no longer has, at its beginning or because it has lost its last records
 */
public record Missing(
        Map<String, UUID> topicIds,
        Map<TopicPartition, Answered> answered,
        Map<TopicPartition, List<Span>> commands,
        Map<TopicPartition, List<Span>> gone) {

    /** Whether the database lacks nothing. */
    public boolean isNothing() {
        return commands.isEmpty() && gone.isEmpty();
    }

    /**
     * Whether only the last records of the topic are lost here: the database has forgotten them, as a move that was
     * interrupted lets it do, or has never known them.
     */
    public boolean isLostTail(TopicPartition partition) {
        long end = Objects.requireNonNull(answered.get(partition)).upTo();
        return !commands.containsKey(partition)
                && gone.getOrDefault(partition, List.of()).stream().allMatch(span -> span.from() >= end);
    }

    /** What to read of this topic for them; others may stand between them. */
    Map<TopicPartition, Offsets> partsOf(String topic) {
        Map<TopicPartition, Offsets> parts = new HashMap<>();
        commands.forEach((partition, spans) -> {
            if (partition.topic().equals(topic)) {
                parts.put(partition, Offsets.of(spans.get(0).from(), endOf(spans)));
            }
        });
        return parts;
    }

    boolean has(ConsumerRecord<?, ?> record) {
        return commands.getOrDefault(Later.partitionOf(record), List.of()).stream()
                .anyMatch(span -> span.contains(record.offset()));
    }

    /** How many offsets can be settled again. */
    public long size() {
        return commands.values().stream().mapToLong(Span::totalSize).sum();
    }

    /** How many of them reading up to these positions has passed. */
    long sizeBefore(Map<TopicPartition, Long> positions) {
        return commands.entrySet().stream()
                .flatMap(part -> part.getValue().stream()
                        .map(span -> Math.min(span.to(), positions.getOrDefault(part.getKey(), 0L)) - span.from()))
                .mapToLong(passed -> Math.max(0, passed))
                .sum();
    }

    /** @throws OperatorException if commands are gone; it says which, what is lost without them, and what to do */
    void requireNothingGone() {
        gone.forEach((partition, spans) -> {
            if (isLostTail(partition)) {
                throw new OperatorException(
                        "%s: the topic has lost its last records, %s, and the database has nothing of them: `contacts offsets move --to settled` (of the verification outcomes, with --outcomes) goes on without them, also if it was interrupted before; then run this again"
                                .formatted(partition, Span.inWords(spans)));
            }
            throw new OperatorException(
                    ("%s: the commands %s are gone from the topic, so their contacts cannot be restored, and "
                                    + "their names may be used a second time; restore a backup that has them, or continue without "
                                    + "them with --accept-gap")
                            .formatted(partition, Span.inWords(spans)));
        });
    }

    static long endOf(List<Span> spans) {
        return spans.get(spans.size() - 1).to();
    }
}
