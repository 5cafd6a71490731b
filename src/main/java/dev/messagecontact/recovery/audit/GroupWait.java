package dev.messagecontact.recovery.audit;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Waits until the workers have answered what is in range: every answer is published with the group's offsets. */
final class GroupWait {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Broker broker;
    private final String group;

    GroupWait(Broker broker, String group) {
        this.broker = broker;
        this.group = group;
    }

    /**
     * Returns when the group has committed all of these offsets.
     *
     * @param progress gets the number of offsets left, and how many there were
     * @throws OperatorException if it has not after this time
     */
    void await(Map<TopicPartition, Offsets> range, Duration limit, LongConsumer progress) {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = left(range); left > 0; left = left(range)) {
            progress.accept(left);
            if (System.nanoTime() >= end) {
                throw new OperatorException(
                        "the group %s has %,d offsets left to answer after %d s; are its workers running?"
                                .formatted(group, left, limit.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private long left(Map<TopicPartition, Offsets> range) {
        Map<TopicPartition, OffsetAndMetadata> committed = broker.committedBy(group);
        return range.entrySet().stream()
                .mapToLong(part -> left(part.getValue(), committed.get(part.getKey())))
                .sum();
    }

    private static long left(Offsets part, @Nullable OffsetAndMetadata committed) {
        long answered = committed == null ? part.begin() : Math.max(part.begin(), committed.offset());
        return Math.max(0, part.end() - answered);
    }
}
