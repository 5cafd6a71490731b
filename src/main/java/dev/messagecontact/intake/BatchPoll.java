package dev.messagecontact.intake;

import dev.messagecontact.intake.partition.Partitions;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Polls the records of one batch: as many commands as it may have now ({@link BatchSize}), and at a busy time those that have
 * come since ({@link Linger}). Only the lane's thread may call it.
 */
final class BatchPoll {

    /** A partition that comes to us in a poll is resolved after it, and a command that waits for a lock is tried again. */
    static final Duration LONGEST = Duration.ofMillis(100);

    /** Long enough to take what the broker has ready. */
    private static final Duration FETCH = Duration.ofMillis(3);

    private final GroupMember member;
    private final Assignment assignment;
    private final Partitions partitions;
    private final BatchSize size;
    private final Linger linger;
    private final LaneListener listener;

    BatchPoll(GroupMember member, Assignment assignment, BatchSize size, Linger linger, LaneListener listener) {
        this.member = member;
        this.assignment = assignment;
        this.partitions = assignment.partitions();
        this.size = size;
        this.linger = linger;
        this.listener = listener;
    }

    /**
     * What the last poll has fetched for this one and, at a busy time, what has come since: commands that arrive while a
     * batch is settled would else wait until the next one is over.
     *
     * @param hasWork whether the lane has something else to do if nothing is there
     */
    List<ConsumerRecords<byte[], byte[]>> next(boolean hasWork) {
        boolean busy = linger.await();
        listener.polls(member.isMember());
        ConsumerRecords<byte[], byte[]> fetched =
                assignment.suspectAlone(member.poll(hasWork ? FETCH : LONGEST, size.limit()));
        linger.took(fetched.count());
        boolean takesMore = busy && !linger.isEnough() && !partitions.haveSuspect();
        List<ConsumerRecords<byte[], byte[]>> polled =
                takesMore ? List.of(fetched, member.poll(FETCH)) : List.of(fetched);
        polled.forEach(records -> partitions.readTo(records.nextOffsets()));
        listener.takes(polled, size.limit());
        return polled;
    }

    /** Whether more commands may wait than the last batch has. */
    boolean mayHaveLeftSome() {
        return linger.isEnough();
    }

    /** A batch of this many commands went well, or had nothing to publish. */
    void wentWell(int commands) {
        size.wentWell(commands);
    }

    /** A batch of this many commands is published. */
    void published(int commands) {
        linger.published();
        size.wentWell(commands);
    }

    /** A batch of this many commands failed as a whole. */
    void failed(int commands) {
        size.failed(commands);
    }
}
