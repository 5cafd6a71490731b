package dev.messagecontact.intake;

import dev.messagecontact.ops.LaneMetrics;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * Asks broker and database now and then whether they are there, so that a lane without work, or one that waits for the
 * end of a fault, notices what goes on. Only the lane's thread may call it.
 */
final class DependencyProbe {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final DSLContext database;
    private final LaneMetrics metrics;
    private final LongSupplier nanoTime;
    private long nextLook;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    DependencyProbe(
            Consumer<byte[], byte[]> consumer, DSLContext database, LaneMetrics metrics, LongSupplier nanoTime) {
        this.consumer = consumer;
        this.database = database;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.nextLook = nanoTime.getAsLong();
    }

    /**
     * Looks at the topic and the database, if it is time to.
     *
     * @throws DataAccessException if the database does not answer
     */
    void look() {
        if (isTime()) {
            noteEnds();
            metrics.ask(() -> database.selectOne().fetch());
        }
    }

    /** Looks at the topic only, if it is time to: how far it goes, up to the last stable offsets. */
    void lookAtTopic() {
        if (isTime()) {
            noteEnds();
        }
    }

    private boolean isTime() {
        long now = nanoTime.getAsLong();
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + INTERVAL.toNanos();
        return true;
    }

    private void noteEnds() {
        Set<TopicPartition> owned = consumer.assignment();
        try {
            metrics.reach(consumer.endOffsets(owned, PATIENCE));
        } catch (KafkaException e) {
            metrics.reachIsUnknown(); // if it is more than a moment, the next batch will fail of it
        }
    }
}
