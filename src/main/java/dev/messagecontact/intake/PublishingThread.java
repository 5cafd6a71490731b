package dev.messagecontact.intake;

import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.intake.start.PartitionStarts;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * A lane's second thread: it publishes a batch while the lane takes and settles the next one. At most one batch is under way,
 * so that batches are published in their order. Only the lane's thread may call it; while a batch is under way the second thread
 * alone uses the publisher.
 *
 * <p>A batch is published only if the database is still on the server that has settled it, as another one may not have it.
 * The look comes when Kafka's transaction has its offsets: a lane that finds out where to start on the new server either asks
 * the broker before that, and then this batch is not committed, or waits for it ({@link PartitionStarts}).
 */
public final class PublishingThread implements AutoCloseable {

    private final Publisher publisher;
    private final DSLContext database;
    private final ExecutorService thread;
    private @Nullable UnderWay underWay;

    /**
     * @param publisher its own from now on
     * @param thread of one thread; its own from now on
     */
    PublishingThread(Publisher publisher, DSLContext database, ExecutorService thread) {
        this.publisher = publisher;
        this.database = database;
        this.thread = thread;
    }

    /**
     * A batch that is settled.
     *
     * @param answers to publish
     * @param answered what is answered with them in each partition
     * @param offsets the same, to be committed
     * @param receipts the last ones of these partitions
     * @param commands how many it had
     */
    record Batch(
            List<Answer> answers,
            Map<TopicPartition, Answered> answered,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            List<Receipt> receipts,
            int commands) {}

    /**
     * Makes a producer if there is none.
     *
     * @throws KafkaException if the broker did not take it
     */
    void open() {
        if (underWay == null) {
            publisher.open();
        }
    }

    /** Begins to publish a batch; none may be under way. */
    void begin(Batch batch, ConsumerGroupMetadata group) {
        if (underWay != null) {
            throw new IllegalStateException("a batch is under way");
        }
        underWay = new UnderWay(batch, CompletableFuture.supplyAsync(() -> publish(batch, group), thread));
    }

    private Duration publish(Batch batch, ConsumerGroupMetadata group) {
        long began = System.nanoTime();
        publisher.publish(batch.answers, batch.offsets, group, () -> requireServer(batch.receipts));
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void requireServer(List<Receipt> receipts) {
        receipts.stream()
                .map(Receipt::server)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(server -> Receipts.requireServer(database, server));
    }

    /** The batch that was begun and not ended, published by now or not; null if there is none. */
    @Nullable
    Batch underWay() {
        return underWay == null ? null : underWay.batch;
    }

    /**
     * Waits until the batch under way is published, and forgets it, published or not.
     *
     * @return how long it took
     * @throws KafkaException if the broker did not take it, or did not say; call {@link #discard} then and go on from the
     *     committed offsets
     * @throws ReceiptMismatchException if the database is on another server now; go on from the committed offsets
     * @throws DataAccessException if the database does not say; the same
     */
    Duration end() {
        UnderWay ended = underWay;
        if (ended == null) {
            throw new IllegalStateException("no batch is under way");
        }
        underWay = null;
        try {
            return ended.took.join();
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    private static RuntimeException unwrapped(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    /**
     * Waits until the batch under way is over and goes on knowing of it: {@link #end} still tells what became of it.
     *
     * @return what is committed with it; nothing if it failed, or there is none
     */
    Map<TopicPartition, Answered> await() {
        UnderWay awaited = underWay;
        if (awaited == null) {
            return Map.of();
        }
        boolean isPublished =
                awaited.took.handle((took, failure) -> failure == null).join();
        return isPublished ? awaited.batch.answered : Map.of();
    }

    /** Throws the producer away, after a failure. */
    void discard() {
        publisher.discard();
    }

    @Override
    public void close() {
        thread.shutdown();
        publisher.close();
    }

    private record UnderWay(Batch batch, CompletableFuture<Duration> took) {}
}
