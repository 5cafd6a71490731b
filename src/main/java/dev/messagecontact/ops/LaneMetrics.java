package dev.messagecontact.ops;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.command.Origin;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.FaultCause;
import dev.messagecontact.intake.LaneListener;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.ops.LaneStatus.Running;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Stage;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;

/**
 * What is known of one lane: its numbers, how it is doing, and the spans of its batches. Only the lane's thread may call it,
 * but for {@link #status}, {@link #died} and the clients' numbers, and {@link #sends}, which the thread that publishes calls
 * between {@link #publishes} and {@link #published}.
 */
public final class LaneMetrics implements LaneListener {

    private final WorkerMetrics worker;
    private final Clock clock;
    private final LaneStatus status;
    private final ClientMetrics clients;
    private final BatchTrace trace;
    private final Deque<Running> stages = new ArrayDeque<>();
    private final long[] sent = new long[EventKind.values().length];
    private long nanosOfInnerStages;
    private final OldestCommand oldest = new OldestCommand();
    private int producers;
    private int consumers;

    LaneMetrics(WorkerMetrics worker, int number, Clock clock) {
        this.worker = worker;
        this.clock = clock;
        this.clients = new ClientMetrics();
        this.status = new LaneStatus(number, clock.monotonicTime(), clients::throttle);
        this.trace = new BatchTrace(worker.telemetry());
    }

    /** How the lane is doing; any thread may read it. */
    public LaneStatus status() {
        return status;
    }

    ClientMetrics clients() {
        return clients;
    }

    /** Shows this consumer's own numbers from now on; every one but the first is counted as a recreation. */
    @Override
    public void reads(Consumer<byte[], byte[]> consumer) {
        clients.consumer(consumer.metrics());
        trace.group(consumer.groupMetadata().groupId());
        if (consumers++ > 0) {
            worker.consumerRecreated();
        }
    }

    /** Shows this producer's own numbers from now on; every one but the first is counted as a recreation. */
    @Override
    public void writes(Producer<byte[], byte[]> producer) {
        clients.producer(producer.metrics());
        if (producers++ > 0) {
            worker.producerRecreated();
        }
    }

    @Override
    public void polls(boolean isMember) {
        stages.clear();
        status.run(null);
        status.poll(clock.monotonicTime());
        status.join(isMember, clock.monotonicTime());
    }

    @Override
    public void takes(List<ConsumerRecords<byte[], byte[]>> polled, int limit) {
        status.batchLimit(limit);
        if (polled.stream().anyMatch(records -> !records.isEmpty())) {
            status.brokerAnswers();
        }
        trace.begin(polled);
    }

    /** A stage inside of another counts for itself only. */
    @Override
    public void begins(Stage stage) {
        while (isUnderWay(stage)) {
            stages.pop();
            trace.leave();
        }
        Running running = new Running(stage, clock.monotonicTime());
        stages.push(running);
        nanosOfInnerStages = 0;
        status.run(running);
        trace.enter(stage);
    }

    private boolean isUnderWay(Stage stage) {
        return stages.stream().anyMatch(running -> running.stage() == stage);
    }

    @Override
    public void ends(Stage stage) {
        while (isUnderWay(stage)) {
            Running ended = stages.pop();
            trace.leave();
            long nanos = clock.monotonicTime() - ended.since();
            worker.took(ended.stage(), nanos - nanosOfInnerStages);
            nanosOfInnerStages = nanos;
        }
        status.run(stages.peek());
    }

    @Override
    public void denied(Denial reason) {
        worker.denied(reason);
    }

    @Override
    public void received(List<Request> requests) {
        oldest.received(requests);
        showOldest();
    }

    @Override
    public void deferred(List<Request> requests) {
        oldest.deferred(requests);
        status.waiting(requests.size());
    }

    @Override
    public void sends(EventKind kind) {
        sent[kind.ordinal()]++;
    }

    @Override
    public void publishes() {
        status.publish(stages.pop());
        status.run(stages.peek());
        trace.publishes();
        oldest.publishes();
    }

    @Override
    public void published(List<Answer> answers, Duration took) {
        trace.published(took);
        worker.took(Stage.PUBLISH, took.toNanos());
        worker.published(answers, sent);
        forgetSent();
        status.publish(null);
        status.published(clock.monotonicTime());
        status.brokerAnswers();
        oldest.published(answers);
        stand();
    }

    @Override
    public void failed(RuntimeException fault) {
        FaultCause cause = FaultCause.of(fault);
        trace.fail(fault);
        worker.failed(cause);
        status.pause(cause, Fault.describe(fault), clock.monotonicTime());
        stages.clear();
        status.run(null);
        status.publish(null);
        forgetSent();
        oldest.failed();
        deferred(List.of());
        showOldest();
    }

    @Override
    public void recovered() {
        status.resume(clock.monotonicTime());
    }

    @Override
    public void partitions(Map<CommandPartition, PartitionStatus> partitions) {
        status.partitions(partitions, clock.monotonicTime());
        stand();
    }

    @Override
    public void brokerAnswers(boolean answered) {
        if (answered) {
            status.brokerAnswers();
            if (status.lag() == 0 && status.waiting() == 0) {
                oldest.nothingWaits();
                showOldest();
            }
        } else {
            status.brokerIsSilent(clock.monotonicTime());
        }
    }

    @Override
    public void unowned(List<CommandPartition> partitions) {
        status.unowned(partitions, clock.monotonicTime());
    }

    @Override
    public void ownersKnown(boolean known) {
        status.ownersKnown(known);
    }

    @Override
    public void partitionCounts(Map<Origin, Integer> counts) {
        worker.partitionCounts(counts);
    }

    @Override
    public void ended() {
        status.end();
    }

    @Override
    public void died(Throwable cause) {
        status.die();
    }

    private void stand() {
        oldest.stand(status.partitions(), clock.wallTime());
        showOldest();
    }

    private void showOldest() {
        status.oldestUnanswered(oldest.timestamp());
    }

    private void forgetSent() {
        Arrays.fill(sent, 0);
    }
}
