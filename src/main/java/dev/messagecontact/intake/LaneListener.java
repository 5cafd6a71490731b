package dev.messagecontact.intake;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.registration.BatchListener;
import dev.messagecontact.registration.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;

/**
 * Hears what a lane does, at its turns: for metrics, health and traces. The lane's thread calls it, so it must return at
 * once.
 */
public interface LaneListener extends BatchListener {

    /** The lane reads with this consumer from now on. */
    void reads(Consumer<byte[], byte[]> consumer);

    /** The lane writes with this producer from now on. */
    void writes(Producer<byte[], byte[]> producer);

    /**
     * The lane polls: it is alive.
     *
     * @param isMember whether the group has taken it in
     */
    void polls(boolean isMember);

    /**
     * A batch begins with what was polled.
     *
     * @param limit how many commands a batch may have now
     */
    void takes(List<ConsumerRecords<byte[], byte[]>> polled, int limit);

    /** These requests are in the batch; those that waited before among them. */
    void received(List<Request> requests);

    /** These requests wait for a locked directory now. */
    void deferred(List<Request> requests);

    /** An event was handed to the producer for this topic; it counts once its batch is published. */
    void sends(EventKind kind);

    /**
     * The stage of publishing goes on in another thread from now on; the lane may take the next batch meanwhile. Until the batch
     * is published, that thread calls {@link #sends}.
     */
    void publishes();

    /**
     * The events of these answers are published, with their offsets: of the batch that {@link #publishes} was last about.
     *
     * @param took how long it took to publish them
     */
    void published(List<Answer> answers, Duration took);

    /** A batch failed, and everything in hand is forgotten: it comes again. */
    void failed(RuntimeException fault);

    /** The lane is known to be well again after a failure. */
    void recovered();

    /** How the lane stands in each of its partitions. */
    void partitions(Map<CommandPartition, PartitionStatus> partitions);

    /** Whether the broker has answered how far the partitions go. */
    void brokerAnswers(boolean answered);

    /** Partitions of the topics that no member of the group owns, as the broker says. */
    void unowned(List<CommandPartition> partitions);

    /** Whether the worker may ask the broker who owns partitions. */
    void ownersKnown(boolean known);

    /** How many partitions the topic of each origin has, as the broker says now and then. */
    void partitionCounts(Map<Origin, Integer> counts);

    /** The lane has stopped in good order. */
    void ended();

    /** The lane has stopped because of this. */
    void died(Throwable cause);
}
