package dev.messagecontact.kafka;

import dev.messagecontact.fault.Fault;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * What stands at one offset of a partition cannot be read: a corrupt batch, a compression that cannot be undone here, a
 * record larger than the memory. The other partitions can be read on with the same consumer.
 */
public final class UnreadableRecordException extends RuntimeException {

    private final TopicPartition partition;
    private final long offset;

    private UnreadableRecordException(TopicPartition partition, long offset, String reason, Throwable cause) {
        super(reason, cause);
        this.partition = partition;
        this.offset = offset;
    }

    /**
     * Polls; empty if the {@link PollBudget} is spent.
     *
     * @throws UnreadableRecordException if a record cannot be read
     * @throws KafkaException if nothing can be read now
     */
    public static <K, V> ConsumerRecords<K, V> poll(Consumer<K, V> consumer, Duration atMost) {
        try {
            return consumer.poll(atMost);
        } catch (OutOfMemoryError e) {
            return pollAfterGiantRecord(consumer, e);
        } catch (RecordDeserializationException e) {
            if (PollBudget.isSpent(e)) {
                return ConsumerRecords.empty();
            }
            throw new UnreadableRecordException(e.topicPartition(), e.offset(), Fault.message(e.getCause()), e);
        } catch (KafkaException e) {
            throw judged(consumer, e);
        }
    }

    /**
     * One record did not fit into the heap: what was allocated for it is gone again, and the next poll says which partition
     * cannot be read. Any other lack of memory comes again.
     */
    private static <K, V> ConsumerRecords<K, V> pollAfterGiantRecord(Consumer<K, V> consumer, OutOfMemoryError cause) {
        try {
            return consumer.poll(Duration.ZERO);
        } catch (KafkaException e) {
            throw partitionNamedBy(e, consumer)
                    .<RuntimeException>map(partition -> new UnreadableRecordException(
                            partition,
                            consumer.position(partition),
                            "a record is larger than this worker's memory",
                            cause))
                    .orElse(e);
        }
    }

    private static RuntimeException judged(Consumer<?, ?> consumer, KafkaException e) {
        return partitionNamedBy(e, consumer)
                .<RuntimeException>map(partition ->
                        new UnreadableRecordException(partition, consumer.position(partition), Fault.message(e), e))
                .orElse(e);
    }

    /**
     * The client has no type for a batch that is corrupt or whose compression it cannot undo: it throws a plain
     * KafkaException whose text names the partition.
     */
    private static Optional<TopicPartition> partitionNamedBy(KafkaException e, Consumer<?, ?> consumer) {
        if (!e.getClass().equals(KafkaException.class)) {
            return Optional.empty();
        }
        String message = String.valueOf(e.getMessage());
        return consumer.assignment().stream()
                .filter(partition -> message.matches("(?s).*\\b\\Q" + partition + "\\E(?!\\d).*"))
                .findFirst();
    }

    public TopicPartition partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    /** One line without personal data. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
