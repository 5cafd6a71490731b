package dev.messagecontact.ops;

import dev.messagecontact.fault.FaultCause;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import io.micrometer.core.instrument.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * What one lane tells of itself: called at the turns of a batch, and counted when it is published. Only the lane's thread
 * may call it, but for {@link #status}, {@link #died} and the clients' numbers.
 */
public final class LaneMetrics {

    private final WorkerMetrics worker;
    private final Clock clock;
    private final LaneStatus status;
    private final ClientMetrics clients;
    private final BatchTrace trace;
    private final Map<Integer, Standing> standings = new HashMap<>();
    private final long[] sent = new long[EventKind.values().length];
    private long nanosOfInnerStages;
    private long oldestInBatch = LaneStatus.NONE;
    private long oldestWaiting = LaneStatus.NONE;
    private int producers;

    LaneMetrics(WorkerMetrics worker, int number, Clock clock) {
        this.worker = worker;
        this.clock = clock;
        this.status = new LaneStatus(number, clock.monotonicTime());
        this.clients = new ClientMetrics();
        this.trace = new BatchTrace(worker.telemetry());
    }

    /** How the lane is doing; any thread may read it. */
    public LaneStatus status() {
        return status;
    }

    ClientMetrics clients() {
        return clients;
    }

    /** Shows this consumer's own numbers from now on. */
    public void reads(Consumer<byte[], byte[]> consumer) {
        clients.consumer(consumer.metrics());
        trace.group(consumer.groupMetadata().groupId());
    }

    /** Shows this producer's own numbers from now on; every one but the first is counted as a recreation. */
    public Producer<byte[], byte[]> writes(Producer<byte[], byte[]> producer) {
        clients.producer(producer.metrics());
        if (producers++ > 0) {
            worker.producerRecreated();
        }
        return producer;
    }

    /**
     * The lane goes to poll: it is alive.
     *
     * @param isMember whether the group has taken it in
     */
    public void polls(boolean isMember) {
        status.run(null);
        status.poll(clock.monotonicTime());
        status.join(isMember);
    }

    /** The lane begins a batch of what it has polled. */
    public void takes(List<ConsumerRecords<byte[], byte[]>> polled) {
        trace.begin(polled);
    }

    /** Does a stage's work and takes its time; a stage inside another counts for itself only. */
    public <T> T time(Stage stage, Supplier<T> work) {
        long nanosBefore = nanosOfInnerStages;
        long start = clock.monotonicTime();
        nanosOfInnerStages = 0;
        try {
            return visibly(stage, () -> trace.within(stage, work));
        } finally {
            long nanos = clock.monotonicTime() - start;
            worker.stage(stage).record(nanos - nanosOfInnerStages, TimeUnit.NANOSECONDS);
            nanosOfInnerStages = nanosBefore + nanos;
        }
    }

    /** Does a stage's work and takes its time. */
    public void time(Stage stage, Runnable work) {
        time(stage, () -> {
            work.run();
            return stage;
        });
    }

    /** Asks the database outside a batch. Not timed, but {@link Health} sees how long there is no answer. */
    public <T> T ask(Supplier<T> database) {
        return visibly(Stage.PERSIST, database);
    }

    /** After a failure the lane is seen in the stage until it says what comes of it: it is not well in between. */
    private <T> T visibly(Stage stage, Supplier<T> work) {
        LaneStatus.Running outer = status.running();
        status.run(new LaneStatus.Running(stage, clock.monotonicTime()));
        boolean failed = true;
        try {
            T done = work.get();
            failed = false;
            return done;
        } finally {
            if (!failed || outer != null) {
                status.run(outer);
            }
        }
    }

    /** A command was received that has no answer yet. */
    public void received(long timestamp) {
        if (timestamp < oldestInBatch) {
            oldestInBatch = timestamp;
            showOldest();
        }
    }

    /**
     * So many commands wait for a locked directory now.
     *
     * @param oldest the lowest of their timestamps; anything if there is none
     */
    public void waits(int commands, long oldest) {
        oldestWaiting = commands == 0 ? LaneStatus.NONE : oldest;
        status.waiting(commands);
    }

    /** An event was handed to the producer; it counts once its batch is published. */
    public void sends(EventKind kind) {
        sent[kind.ordinal()]++;
    }

    /** The events of these answers are published, and these offsets committed with them. */
    public void published(List<Answer> answers, Map<TopicPartition, OffsetAndMetadata> offsets) {
        trace.end();
        worker.published(answers, sent);
        forgetSent();
        offsets.forEach((partition, committed) -> standing(partition).next = committed.offset());
        showPartitions();
        oldestInBatch = status.lag() == 0 ? LaneStatus.NONE : newest(answers);
        showOldest();
    }

    /** A batch failed, and everything in hand is forgotten: it comes again. */
    public void failed(RuntimeException fault) {
        FaultCause cause = FaultCause.of(fault);
        trace.fail(fault);
        worker.failed(cause);
        status.pause(cause, clock.monotonicTime());
        status.run(null);
        forgetSent();
        oldestInBatch = Math.min(oldestInBatch, oldestWaiting);
        waits(0, LaneStatus.NONE);
    }

    /** A batch went well. */
    public void recovered() {
        status.resume(clock.monotonicTime());
    }

    /** The lane owns these partitions as well, and does not know yet where they stand. */
    public void assigned(Collection<TopicPartition> partitions) {
        partitions.forEach(this::standing);
        showPartitions();
    }

    /**
     * A partition goes on here.
     *
     * @param end the last stable offset
     */
    public void placed(TopicPartition partition, long next, long end) {
        stands(partition, next, end, 0);
    }

    /**
     * A partition is stopped, because commands are missing.
     *
     * @param next the first command that is there
     * @param end the last stable offset
     * @param gap how many offsets {@code next} is away from where we stood, above 0
     */
    public void stopped(TopicPartition partition, long next, long end, long gap) {
        stands(partition, next, end, gap);
    }

    /** The lane owns these partitions no longer. */
    public void revoked(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> standings.remove(partition.partition()));
        showPartitions();
    }

    /** The broker said how far these partitions go: up to these last stable offsets. */
    public void reach(Map<TopicPartition, Long> ends) {
        status.brokerAnswers();
        ends.forEach((partition, end) -> {
            Standing standing = standings.get(partition.partition());
            if (standing != null) {
                standing.end = end;
            }
        });
        showPartitions();
        noteWhatWaitsOutside();
    }

    /** The broker did not say how far our partitions go. */
    public void reachIsUnknown() {
        status.brokerIsSilent(clock.monotonicTime());
    }

    /** The lane has stopped in good order. */
    public void ended() {
        status.end(false);
    }

    /** The lane has stopped of a bug. */
    public void died() {
        status.end(true);
    }

    /** While intake is paused we cannot know how old the commands are that come; their age counts from here then. */
    private void noteWhatWaitsOutside() {
        boolean nothingWaits = status.lag() == 0 && status.waiting() == 0;
        if (nothingWaits) {
            oldestInBatch = LaneStatus.NONE;
        } else if (status.oldestUnanswered() == LaneStatus.NONE) {
            oldestInBatch = clock.wallTime();
        }
        showOldest();
    }

    private static long newest(List<Answer> answers) {
        long newest = Long.MIN_VALUE;
        for (Answer answer : answers) {
            if (!answer.isReplayed()) {
                newest = Math.max(newest, answer.envelope().timestamp());
            }
        }
        return newest == Long.MIN_VALUE ? LaneStatus.NONE : newest;
    }

    private void stands(TopicPartition partition, long next, long end, long gap) {
        Standing standing = standing(partition);
        standing.next = next;
        standing.end = end;
        standing.gap = gap;
        showPartitions();
    }

    private Standing standing(TopicPartition partition) {
        return standings.computeIfAbsent(partition.partition(), number -> new Standing());
    }

    private void showPartitions() {
        Map<Integer, PartitionStatus> shown = new HashMap<>();
        standings.forEach((number, standing) -> shown.put(number, standing.shown()));
        status.partitions(shown);
    }

    private void showOldest() {
        status.oldestUnanswered(Math.min(oldestInBatch, oldestWaiting));
    }

    private void forgetSent() {
        Arrays.fill(sent, 0);
    }

    /** Where a partition stands; -1 is unknown. */
    private static final class Standing {
        private long next = -1;
        private long end = -1;
        private long gap;

        PartitionStatus shown() {
            boolean known = next >= 0 && end >= 0;
            return new PartitionStatus(known ? Math.max(0, end - next) : null, gap);
        }
    }
}
