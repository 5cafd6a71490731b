package dev.messagecontact.intake;

import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.intake.partition.PartitionFaultException;
import dev.messagecontact.kafka.PollBudget;
import dev.messagecontact.kafka.UnreadableRecordException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the consumer group: one consumer, replaced by a fresh one when it is dead. The client goes to a fatal state on
 * some answers to a heartbeat (a missing right, a full group, codes that it does not list): the exception comes out of one
 * poll, and the consumer is silent from then on. Only the lane's thread may call it, but for {@link #wakeUp}.
 */
final class GroupMember implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupMember.class);

    /** More than a broker's session time-out, 45 s unless set: the group has expired a member without heartbeats by then. */
    private static final Duration LONGEST_WITHOUT_HEARTBEAT = Duration.ofSeconds(60);

    /** More consumers than are replaced within one session time-out. */
    private static final int MOST_DISMISSED = 100;

    /** By then the records that were too much for the memory are answered; if not, they will be too much again. */
    private static final Duration LONGEST_WITH_FEW = Duration.ofMinutes(10);

    /**
     * The client counts by the wall clock, and waits for as long as that went back. A rebalance in a poll waits for the batch under
     * way, and for the database.
     */
    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);

    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(5);
    private static final CloseOptions LEAVING = CloseOptions.timeout(Duration.ofSeconds(5));
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ofSeconds(1));

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Assignment assignment;
    private final List<String> topics;
    private final PollBudget budget;
    private final LongSupplier nanoTime;

    private final Set<String> dismissed = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_DISMISSED;
        }
    });

    private volatile @Nullable Consumer<byte[], byte[]> current;
    private volatile @Nullable Long pollsSince;
    private boolean dead;
    private boolean takesFew;
    private long tookManyAt;
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
            List<String> topics,
            PollBudget budget,
            LongSupplier nanoTime) {
        this.consumers = consumers;
        this.assignment = assignment;
        this.topics = topics;
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
        if (takesFew && nanoTime.getAsLong() - tookManyAt > LONGEST_WITH_FEW.toNanos()) {
            takeFew(false);
        }
        if (dead && current != null) {
            dismissed.add(metadata().memberId());
            close(AT_ONCE);
            assignment.leave(); // a fresh one may not be had at once
        }
        if (current == null) {
            Consumer<byte[], byte[]> fresh = consumers.get();
            current = fresh;
            dead = false;
            heartbeats = 0;
            lastHeartbeat = nanoTime.getAsLong();
            assignment.use(fresh);
            fresh.subscribe(topics, assignment);
        }
    }

    /** The consumer that lives now. */
    Consumer<byte[], byte[]> consumer() {
        return Objects.requireNonNull(current);
    }

    ConsumerGroupMetadata metadata() {
        return consumer().groupMetadata();
    }

    /** The ids of its last consumers that were replaced: the group may take them for members until their sessions end. */
    Set<String> dismissed() {
        return Set.copyOf(dismissed);
    }

    /** Whether the group has taken it in. */
    boolean isMember() {
        return current != null && !dead && current.groupMetadata().generationId() > 0;
    }

    /** Lets {@link #open} make a fresh consumer: this one has lost its place without noticing. */
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
        ConsumerRecords<byte[], byte[]> polled = polled(atMost);
        return assignment.take(PollCut.first(budget.within(polled), polled));
    }

    /** Ends a poll that has not returned for long; any thread may call it. */
    void wakeUp() {
        Long since = pollsSince;
        Consumer<byte[], byte[]> polled = current;
        if (polled != null && since != null && nanoTime.getAsLong() - since > LONGEST_POLL.toNanos()) {
            polled.wakeup();
        }
    }

    private ConsumerRecords<byte[], byte[]> polled(Duration atMost) {
        pollsSince = nanoTime.getAsLong();
        try {
            return UnreadableRecordException.poll(consumer(), atMost);
        } catch (UnreadableRecordException e) {
            throw new PartitionFaultException(e.partition(), e.offset(), e.reason(), e);
        } catch (WakeupException e) {
            dead = true; // its heartbeats wait for that clock too
            throw new KafkaException("a poll did not return for 30 s; perhaps the clock went back", e);
        } catch (KafkaException e) {
            dead |= !(e instanceof RetriableException || e instanceof InvalidOffsetException);
            if (e.getCause() instanceof OutOfMemoryError) {
                takeFew(true);
            }
            throw e instanceof GroupAuthorizationException
                    ? AccessDeniedException.naming("group " + metadata().groupId(), e)
                    : e;
        } finally {
            pollsSince = null;
        }
    }

    /** Goes on with a fresh consumer, as its limit is fixed when it is made. */
    private void takeFew(boolean few) {
        takesFew = few;
        tookManyAt = nanoTime.getAsLong();
        budget.takeFew(few);
        dead = true;
    }

    /** Keeps the membership while nothing is taken. */
    void pollPaused(Duration atMost) {
        if (current == null || dead) {
            throw new KafkaException("no consumer");
        }
        poll(atMost);
    }

    /** A member whose heartbeats are not answered has lost its place, even if its client still counts itself a member. */
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
                    "no heartbeat of member {} was answered for {} s; its consumer is replaced",
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
