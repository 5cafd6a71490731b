package dev.messagecontact.outcome;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a batch's events and its offsets in one Kafka transaction: a reader in read_committed sees all of them or
 * none. Not thread-safe.
 */
public final class Publisher implements AutoCloseable {

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final OutcomeEvents events;
    private final Consumer<EventKind> sent;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * Without a producer, until {@link #open()}.
     *
     * @param producers makes transactional producers, each with the same transactional id
     * @param sent hears the kind of each event that is sent, published or not
     */
    public Publisher(Supplier<Producer<byte[], byte[]>> producers, OutcomeEvents events, Consumer<EventKind> sent) {
        this.producers = producers;
        this.events = events;
        this.sent = sent;
    }

    /**
     * Makes a producer if there is none, and thereby ends what an earlier one with the same transactional id (of a
     * worker that died, or of ours that was thrown away) may have left open.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker did not take it
     */
    public void open() {
        if (producer == null) {
            Producer<byte[], byte[]> fresh = producers.get();
            producer = fresh; // even if what follows fails: it must be closed
            ofProducer(fresh::initTransactions);
        }
    }

    /**
     * Publishes answers and moves the group's offsets past their commands.
     *
     * @param lastLook is called when the broker has everything, before the commit; what it throws aborts the transaction and is
     *     thrown here
     * @throws org.apache.kafka.common.KafkaException if the broker did not take it, or did not say; call
     *     {@link #discard()} then and go on from the committed offsets
     */
    public void publish(
            List<Answer> answers,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group,
            Runnable lastLook) {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        ofProducer(open::beginTransaction);
        for (Answer answer : answers) {
            ofProducer(() -> events.of(answer).forEach(event -> send(open, event)));
        }
        ofProducer(() -> open.sendOffsetsToTransaction(offsets, group));
        try {
            lastLook.run();
        } catch (RuntimeException e) {
            ofProducer(open::abortTransaction);
            throw e;
        }
        ofProducer(open::commitTransaction);
    }

    /** A producer that has lost its way says so with an exception that is none of Kafka's: only a fresh one helps then. */
    private static void ofProducer(Runnable call) {
        try {
            call.run();
        } catch (IllegalStateException e) {
            throw new KafkaException("the producer is beyond use: " + e.getMessage(), e);
        }
    }

    /** What the client cannot even send is told at once: it waits for a topic that is not there, and would wait for each event. */
    private void send(Producer<byte[], byte[]> open, OutcomeEvent event) {
        Future<RecordMetadata> answer = open.send(event.record());
        if (answer.isDone()) {
            requireSent(answer);
        } // else a failure makes the transaction's commit fail
        sent.accept(event.kind());
    }

    private static void requireSent(Future<RecordMetadata> answer) {
        try {
            answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException fault ? fault : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /**
     * Throws the producer away. After a time-out it is not known what became of its transaction, and a late commit or abort
     * of it could hit the next one; only a new producer's epoch rules that out (KIP-890).
     */
    public void discard() {
        close(Duration.ZERO);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    private void close(Duration limit) {
        if (producer != null) {
            producer.close(limit);
            producer = null;
        }
    }
}
