package dev.messagecontact.intake;

import dev.messagecontact.fault.Fault;
import dev.messagecontact.kafka.PollBudget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the consumer group: one consumer, replaced by a fresh one when it is dead. The client goes to a fatal state on
 * some answers to a heartbeat (a missing right, a full group, codes that it does not list): the exception comes out of one
 * poll, and the consumer is silent from then on. Only the lane's thread may call it.
 */
final class GroupMember implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupMember.class);

    /** More than a broker's session time-out, 45 s unless set: the group has expired a member without heartbeats by then. */
    private static final Duration LONGEST_WITHOUT_HEARTBEAT = Duration.ofSeconds(60);

    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(5);
    private static final CloseOptions LEAVING = CloseOptions.timeout(Duration.ofSeconds(5));
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ofSeconds(1));

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Assignment assignment;
    private final String topic;
    private final PollBudget budget;
    private final LongSupplier nanoTime;

    private @Nullable Consumer<byte[], byte[]> current;
    private boolean dead;
    private double heartbeats;
    private long lastHeartbeat;
    private long nextCheck;

    /**
     * Without a consumer, until {@link #open}.
     *
     * @param assignment hears the rebalances
     * @param budget of the consumers' polls
     * @param nanoTime a clock as {@link System#nanoTime}: it goes on when the wall clock steps back, and the client's own
     *     timers do not
     */
    GroupMember(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Assignment assignment,
            String topic,
            PollBudget budget,
            LongSupplier nanoTime) {
        this.consumers = consumers;
        this.assignment = assignment;
        this.topic = topic;
        this.budget = budget;
        this.nanoTime = nanoTime;
    }

    /**
     * Makes a consumer if there is none that lives, and lets it join the group.
     *
     * @throws KafkaException if it cannot be made
     */
    void open() {
        requireHeartbeats();
        if (dead) {
            close(AT_ONCE);
        }
        if (current == null) {
            Consumer<byte[], byte[]> fresh = consumers.get();
            current = fresh;
            dead = false;
            heartbeats = 0;
            lastHeartbeat = nanoTime.getAsLong();
            assignment.use(fresh);
            fresh.subscribe(List.of(topic), assignment);
        }
    }

    /** The consumer that lives now. */
    Consumer<byte[], byte[]> consumer() {
        return Objects.requireNonNull(current);
    }

    ConsumerGroupMetadata metadata() {
        return consumer().groupMetadata();
    }

    /** Whether the group has taken it in. */
    boolean isMember() {
        return current != null && !dead && current.groupMetadata().generationId() > 0;
    }

    /** Lets {@link #open} make a fresh consumer: this one is not what it believes to be. */
    void replace() {
        dead = true;
    }

    /**
     * What has come.
     *
     * @param limit how many records at most; the polls until the next limit is set share it
     * @throws PartitionFaultException if a record cannot be read; polls of the other partitions can go on
     * @throws KafkaException if nothing can be read now
     */
    ConsumerRecords<byte[], byte[]> poll(Duration atMost, int limit) {
        budget.renew(limit);
        return poll(atMost);
    }

    /** What else has come, within the limit of the poll before. */
    ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
        try {
            return consumer().poll(atMost);
        } catch (OutOfMemoryError e) {
            return pollAfterGiantRecord(e);
        } catch (RecordDeserializationException e) {
            if (PollBudget.isSpent(e)) {
                return ConsumerRecords.empty();
            }
            throw judged(e);
        } catch (KafkaException e) {
            throw judged(e);
        }
    }

    /** Keeps the membership while nothing is taken. */
    void pollPaused(Duration atMost) {
        if (current == null || dead) {
            throw new KafkaException("no consumer");
        }
        poll(atMost);
    }

    /**
     * One record did not fit into the heap: what was allocated for it is gone again, and the next poll says which partition
     * cannot be read. Any other lack of memory comes again.
     */
    private ConsumerRecords<byte[], byte[]> pollAfterGiantRecord(OutOfMemoryError cause) {
        try {
            return consumer().poll(Duration.ZERO);
        } catch (KafkaException e) {
            Optional<TopicPartition> partition = partitionNamedBy(e);
            if (partition.isPresent()) {
                throw fault(partition.get(), "a record is larger than this worker's memory", cause);
            }
            throw judged(e);
        }
    }

    private RuntimeException judged(KafkaException e) {
        if (e instanceof RecordDeserializationException record) {
            return new PartitionFaultException(
                    record.topicPartition(), record.offset(), Fault.message(record.getCause()), e);
        }
        if (e instanceof RetriableException || e instanceof InvalidOffsetException) {
            return e;
        }
        Optional<TopicPartition> partition = partitionNamedBy(e);
        if (partition.isPresent()) {
            return fault(partition.get(), Fault.message(e), e);
        }
        dead = true;
        return e;
    }

    private PartitionFaultException fault(TopicPartition partition, String reason, Throwable cause) {
        return new PartitionFaultException(partition, consumer().position(partition), reason, cause);
    }

    /**
     * The client has no type for a batch that is corrupt or whose compression it cannot undo: it throws a plain
     * KafkaException whose text names the partition.
     */
    private Optional<TopicPartition> partitionNamedBy(KafkaException e) {
        if (!e.getClass().equals(KafkaException.class)) {
            return Optional.empty();
        }
        String message = String.valueOf(e.getMessage());
        return consumer().assignment().stream()
                .filter(partition -> message.matches("(?s).*\\b\\Q" + partition + "\\E(?!\\d).*"))
                .findFirst();
    }

    /** A member whose heartbeats nobody answers has lost its place, whatever it believes. */
    private void requireHeartbeats() {
        long now = nanoTime.getAsLong();
        if (current == null || dead || now - nextCheck < 0) {
            return;
        }
        nextCheck = now + BETWEEN_CHECKS.toNanos();
        double answered = answeredHeartbeats();
        if (answered != heartbeats) {
            heartbeats = answered;
            lastHeartbeat = now;
        } else if (now - lastHeartbeat > LONGEST_WITHOUT_HEARTBEAT.toNanos()) {
            log.warn(
                    "no heartbeat of {} was answered for {} s; the consumer is replaced",
                    metadata().memberId(),
                    Duration.ofNanos(now - lastHeartbeat).toSeconds());
            dead = true;
        }
    }

    private double answeredHeartbeats() {
        return consumer().metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("heartbeat-total")
                        && metric.getKey().group().equals("consumer-coordinator-metrics"))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .findFirst()
                .orElse(0);
    }

    /** Leaves the group. */
    @Override
    public void close() {
        close(LEAVING);
    }

    /** The broker may be away; it expires the membership by itself then. */
    private void close(CloseOptions options) {
        if (current != null) {
            try {
                current.close(options);
            } catch (KafkaException e) {
                log.warn(
                        "could not leave the consumer group cleanly; the broker will expire the membership: {}",
                        Fault.describe(e));
            }
            current = null;
        }
    }
}
