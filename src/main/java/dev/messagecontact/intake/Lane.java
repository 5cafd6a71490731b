package dev.messagecontact.intake;

import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.intake.PublishingThread.Batch;
import dev.messagecontact.intake.partition.PartitionFaultException;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.StartOffset;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * One consumer and one transactional producer, and the line from one to the other. One thread runs it and alone touches the
 * consumer; any thread may call {@link #stop} and {@link #wakeUp}. It goes round like this:
 *
 * <ol>
 *   <li>There is a producer, and a consumer that is a member of the group; a dead one is replaced.
 *   <li>Every partition that came to the lane, or met a fault, gets its start offset ({@link StartOffset}), or is stopped.
 *   <li>Poll: as many commands as a batch may have now ({@link BatchPoll}).
 *   <li>Decode and check: everything that needs no state ({@link BatchReader}).
 *   <li>Settle: one database transaction that decides, stores, and leaves a receipt for the offsets of step 6
 *       ({@link BatchSettler}). Commands whose directory is locked are deferred and come again with the next batch, as many as
 *       {@link Deferred} has room for; while more are locked than that, the transaction is rolled back and tried again for a
 *       moment, then those beyond are rejected with 429.
 *   <li>Publish: one Kafka transaction with all events and the offsets ({@link PublishingThread}). If more commands wait,
 *       the next round begins meanwhile, and comes to this step when the transaction is over; else the lane waits for it.
 * </ol>
 *
 * <p>A crash between 5 and 6 makes the same commands come again; the database says what was decided, and the same events are
 * published. It may be two batches that come again: the one that was being published, and the one that was settled
 * meanwhile. That keeps every promise that one batch keeps: batches are published in their order, one at a time, and
 * receipts are appended in that order, so what the database has settled is always at or beyond what the group has
 * committed. Before a partition leaves the lane, the batch under way is over ({@link Assignment}), so its next owner finds
 * the offsets committed.
 *
 * <p>After a fault of all partitions both batches are forgotten, and step 2 finds out where to go on. A fault of one partition
 * stops that partition alone. When it is tried again, its next command is in a batch of its own, without those that wait.
 */
public final class Lane implements Runnable {

    private final GroupMember member;
    private final Assignment assignment;
    private final Partitions partitions;
    private final PartitionReceipts receipts;
    private final BatchPoll poll;
    private final BatchReader reader;
    private final BatchSettler settler;
    private final Deferred deferred;
    private final PublishingThread publishing;
    private final Recovery recovery;
    private final DependencyProbe probe;
    private final LaneListener listener;
    private int commandsInHand;
    private volatile boolean stopping;

    /** A lane of these parts, which are its own from now on. */
    Lane(
            GroupMember member,
            Assignment assignment,
            BatchPoll poll,
            BatchReader reader,
            BatchSettler settler,
            Deferred deferred,
            PublishingThread publishing,
            Recovery recovery,
            DependencyProbe probe,
            LaneListener listener) {
        this.member = member;
        this.assignment = assignment;
        this.partitions = assignment.partitions();
        this.receipts = assignment.receipts();
        this.poll = poll;
        this.reader = reader;
        this.settler = settler;
        this.deferred = deferred;
        this.publishing = publishing;
        this.recovery = recovery;
        this.probe = probe;
        this.listener = listener;
    }

    /**
     * Takes commands until {@link #stop} is called; then leaves the group with the last batch finished.
     *
     * @throws OperatorException if a person must act before any lane with our settings can go on
     */
    @Override
    public void run() {
        try (publishing;
                member) {
            while (!stopping) {
                goRound();
            }
            awaitLast();
            listener.ended();
        }
    }

    /** Lets {@link #run} end after the batches under way; returns at once. */
    void stop() {
        stopping = true;
    }

    /** Ends a poll that hangs; any thread may call it now and then. */
    void wakeUp() {
        member.wakeUp();
    }

    /** Once through the list above; a fault is dealt with here. */
    void goRound() {
        try {
            takeBatch();
        } catch (PartitionFaultException fault) {
            stopPartition(fault);
        } catch (KafkaException | DataAccessException | ReceiptMismatchException | TopicRecreatedException fault) {
            recover(probe.explained(fault));
        }
    }

    /** Its partition alone stops. If the batch under way was not published, that is a failure of its own. */
    private void stopPartition(PartitionFaultException fault) {
        RuntimeException notPublished = finishPublishing();
        assignment.stop(fault.partition(), fault.offset(), fault.reason());
        if (notPublished == null) {
            startAgain();
        } else {
            recover(probe.explained(notPublished));
        }
    }

    private void takeBatch() {
        publishing.open();
        member.open();
        assignment.resolve();
        receipts.deleteOld();
        List<Request> requests = reader.read(poll());
        Map<TopicPartition, Long> positions = assignment.positions(); // now: no transaction should wait for the broker
        commandsInHand = requests.size();
        Decision decision = settler.settle(requests, positions);
        awaitPublished();
        Map<TopicPartition, Answered> answered = partitions.toCommit(positions, deferred.requests());
        if (answered.isEmpty()) {
            poll.wentWell(requests.size());
            receipts.save(); // nothing else to do
        } else {
            publish(decision.answers(), answered);
            if (!poll.mayHaveLeftSome()) {
                awaitPublished(); // no others wait
            }
        }
        commandsInHand = 0;
        look(answered.isEmpty());
    }

    /**
     * Looks at broker and database now and then; without commands, nothing else shows that they are well.
     *
     * @param hadNothing whether the batch had nothing to answer
     */
    private void look(boolean hadNothing) {
        boolean idle = hadNothing && member.isMember() && partitions.isIdle();
        probe.look(idle && recovery.failures() > 0);
        if (idle && (!partitions.isEmpty() || probe.isGroupTended())) {
            recovery.succeeded();
        }
    }

    private List<ConsumerRecords<byte[], byte[]>> poll() {
        List<ConsumerRecords<byte[], byte[]>> polled = poll.next(publishing.underWay() != null);
        if (deferred.keepOnly(partitions.read())) { // the poll may have taken partitions from us
            listener.deferred(deferred.requests());
        }
        return polled;
    }

    /** Events and offsets in one Kafka transaction. */
    private void publish(List<Answer> answers, Map<TopicPartition, Answered> answered) {
        Batch batch = new Batch(
                answers, answered, partitions.offsets(answered), receipts.last(answered.keySet()), commandsInHand);
        listener.begins(Stage.PUBLISH);
        publishing.begin(batch, member.metadata());
        listener.publishes();
        partitions.publishes(answered);
    }

    /** The batch before this one is published when it returns, if there was one. */
    private void awaitPublished() {
        RuntimeException notPublished = finishPublishing();
        if (notPublished != null) {
            throw notPublished;
        }
    }

    /** What the broker did not take is not tried again here: the next owner of the partitions does that. */
    private void awaitLast() {
        RuntimeException notPublished = finishPublishing();
        if (notPublished != null) {
            recover(notPublished);
        }
    }

    /** Waits until the batch under way is published, if there is one; returns why it is not, or null. */
    private @Nullable RuntimeException finishPublishing() {
        Batch batch = publishing.underWay();
        if (batch == null) {
            return null;
        }
        Duration took;
        try {
            took = publishing.end();
        } catch (KafkaException | DataAccessException | ReceiptMismatchException fault) {
            commandsInHand = batch.commands(); // it is a fault of theirs
            return fault;
        }
        partitions.published(batch.answered());
        poll.published(batch.commands());
        listener.published(batch.answers(), took);
        recovery.succeeded();
        return null;
    }

    /**
     * Forgets the batch: the committed offsets and the database say where to go on. Polling goes on meanwhile, with
     * intake paused, so that the lane stays in the group.
     */
    private void recover(RuntimeException fault) {
        int commandsBehind = commandsInHand;
        if (finishPublishing() != null) { // one fault is reported at a time: if that one lasts, it comes again
            commandsInHand = commandsBehind;
            publishing.discard();
        }
        Duration wait = recovery.failed(fault);
        listener.failed(fault);
        if (commandsInHand > 0 && isOfTheBatch(fault)) {
            poll.failed(commandsInHand);
        }
        if (fault instanceof KafkaException failure) {
            publishing.discard(); // else no transaction was open, so the producer is still usable
            if (KafkaFault.of(failure) == KafkaFault.MOVED && recovery.failures() > 1) {
                member.replace(); // it would have noticed by itself the first time
            }
        }
        startAgain();
        pause(wait);
    }

    private static boolean isOfTheBatch(RuntimeException fault) {
        return fault instanceof DataAccessException
                || (fault instanceof KafkaException failure && KafkaFault.of(failure) != KafkaFault.MOVED);
    }

    private void startAgain() {
        commandsInHand = 0;
        assignment.forgetStarts();
        deferred.forget();
        listener.deferred(List.of());
    }

    private void pause(Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0 && !stopping; left = end - System.nanoTime()) {
            pollPaused(Duration.ofNanos(Math.min(left, BatchPoll.LONGEST.toNanos())));
        }
    }

    private void pollPaused(Duration atMost) {
        listener.polls(member.isMember());
        try {
            member.pollPaused(atMost);
            probe.lookAtTopic();
        } catch (KafkaException | PartitionFaultException e) {
            // The fault that we are waiting for the end of; without the pause a refusal at once would make this loop
            // spin.
            LockSupport.parkNanos(atMost.toNanos());
        }
    }
}
