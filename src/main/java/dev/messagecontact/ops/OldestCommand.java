package dev.messagecontact.ops;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.registration.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Since when the oldest command of a lane has waited for its answer. Each partition has an estimate of its own, so that one that
 * goes on hides none that stands. What is still outside counts from when it was noticed: only what was read is dated.
 * Timestamps are milliseconds since 1970 UTC. Only the lane's thread may use it.
 */
final class OldestCommand {

    private final Map<CommandPartition, Long> inBatch = new HashMap<>();
    private final Map<CommandPartition, Long> inPublishing = new HashMap<>();
    private final Map<CommandPartition, Long> outside = new HashMap<>();
    private long deferred = LaneStatus.NONE;

    void received(List<Request> requests) {
        CommandPartition partition = null;
        for (Request request : requests) {
            if (!request.isReplay()) {
                partition = partitionOf(request.envelope(), partition);
                inBatch.merge(partition, request.envelope().timestamp(), Math::min);
            }
        }
    }

    void deferred(List<Request> requests) {
        deferred = requests.stream()
                .mapToLong(request -> request.envelope().timestamp())
                .min()
                .orElse(LaneStatus.NONE);
    }

    /** The batch is published while the next one is settled. */
    void publishes() {
        inPublishing.putAll(inBatch);
        inBatch.clear();
    }

    /** What comes next in a partition is no older than what was answered last. */
    void published(List<Answer> answers) {
        inPublishing.clear();
        Map<CommandPartition, Long> newest = new HashMap<>();
        CommandPartition partition = null;
        for (Answer answer : answers) {
            partition = partitionOf(answer.envelope(), partition);
            outside.remove(partition);
            if (!answer.isReplayed()) {
                newest.merge(partition, answer.envelope().timestamp(), Math::max);
            }
        }
        newest.keySet().removeAll(inBatch.keySet());
        outside.putAll(newest);
    }

    /** What was in hand will come again. */
    void failed() {
        Stream.of(inBatch, inPublishing)
                .forEach(inHand -> inHand.forEach((partition, since) -> outside.merge(partition, since, Math::min)));
        inBatch.clear();
        inPublishing.clear();
    }

    /** How far the lane's partitions are answered: where nothing is left, nothing waits. */
    void stand(Map<CommandPartition, PartitionStatus> partitions, long now) {
        outside.keySet().removeIf(partition -> {
            PartitionStatus status = partitions.get(partition);
            return status == null
                    || Long.valueOf(0).equals(status.lag()); // of one that is looked up again it is not known
        });
        partitions.forEach((partition, status) -> {
            Long lag = status.lag();
            if (lag != null && lag > 0 && !inBatch.containsKey(partition) && !inPublishing.containsKey(partition)) {
                outside.putIfAbsent(partition, now);
            }
        });
    }

    /** Nothing is left outside, and nothing waits for a lock. */
    void nothingWaits() {
        inBatch.clear();
    }

    /** {@link LaneStatus#NONE} if no command waits. */
    long timestamp() {
        return LongStream.concat(
                        LongStream.of(deferred),
                        Stream.of(inBatch, inPublishing, outside)
                                .flatMap(each -> each.values().stream())
                                .mapToLong(Long::longValue))
                .min()
                .orElse(LaneStatus.NONE);
    }

    /** The one before, where it is the same: commands come in runs. */
    private static CommandPartition partitionOf(Envelope envelope, @Nullable CommandPartition before) {
        int number = envelope.record().partition();
        return before != null && before.number() == number && before.origin() == envelope.origin()
                ? before
                : new CommandPartition(envelope.origin(), number);
    }
}
