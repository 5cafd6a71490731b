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
     * @throws KafkaException if nothing can be read now; the positions of all partitions are to be sought anew then
     */
    public static <K, V> ConsumerRecords<K, V> poll(Consumer<K, V> consumer, Duration atMost) {
        try {
            return consumer.poll(atMost);
        } catch (OutOfMemoryError e) {
            throw failure(e, "a record is larger than this worker's memory", consumer);
        } catch (LinkageError e) { // a compression library is native code, and there is no place for it
            throw failure(e, "a record cannot be unpacked here: " + nameOf(e), consumer);
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
     * The next poll says which partition the record is of. Its records are never returned: the client has moved past what
     * the failed poll had read before the error.
     */
    private static RuntimeException failure(Error error, String reason, Consumer<?, ?> consumer) {
        try {
            consumer.poll(Duration.ZERO);
        } catch (KafkaException e) {
            Optional<TopicPartition> named = partitionNamedBy(e, consumer);
            if (named.isPresent()) {
                TopicPartition partition = named.get();
                return new UnreadableRecordException(partition, consumer.position(partition), reason, error);
            }
        } catch (OutOfMemoryError again) {
            return new KafkaException(reason, error);
        }
        return new KafkaException(reason, error);
    }

    private static String nameOf(LinkageError error) {
        return error.getClass().getSimpleName() + ": "
                + String.valueOf(error.getMessage()).lines().findFirst().orElse("no reason given");
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
