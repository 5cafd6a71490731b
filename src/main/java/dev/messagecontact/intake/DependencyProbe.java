package dev.messagecontact.intake;

import dev.messagecontact.directory.Directories;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.fault.StandbyWaitException;
import dev.messagecontact.receipts.Receipts;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * Asks broker and database now and then whether they are there, so that a lane without work, or one that waits for the
 * end of a fault, notices what goes on. Only the lane's thread may call it.
 */
final class DependencyProbe {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final GroupMember member;
    private final Assignment assignment;
    private final GroupProbe group;
    private final DSLContext database;
    private final LaneListener listener;
    private final LongSupplier nanoTime;
    private long nextLook;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    DependencyProbe(
            GroupMember member,
            Assignment assignment,
            GroupProbe group,
            DSLContext database,
            LaneListener listener,
            LongSupplier nanoTime) {
        this.member = member;
        this.assignment = assignment;
        this.group = group;
        this.database = database;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.nextLook = nanoTime.getAsLong();
    }

    /**
     * Looks at the topic and the database, if it is time to. A batch notices by its own receipts that the database went back
     * to an earlier state, or is another server; where no batch comes, this does.
     *
     * @param now whether it is in any case: something has failed, and no command is there to show that it is over
     * @throws KafkaException if a partition has lost its leader; the starts are to be looked for anew then
     * @throws DataAccessException if the database does not answer, or would not let us write
     * @throws ReceiptMismatchException if the database may have gone back; the starts are to be looked for anew then
     */
    void look(boolean now) {
        if (isTime() || now) {
            assignment.requireLeaders();
            noteEnds();
            listener.ask(() -> {
                Directories.requireWritable(database);
                Receipts.requireHeld(database, assignment.receipts().atRest());
            });
        }
    }

    /** Looks at the topic only, if it is time to: how far it goes, up to the last stable offsets. */
    void lookAtTopic() {
        if (isTime()) {
            noteEnds();
        }
    }

    /** Whether a worker reads every partition: a reason for a lane to have none. */
    boolean isGroupTended() {
        return group.isTended();
    }

    /** The failure as it is or, if a commit that waits for a synchronous standby is behind it, as one that says so. */
    RuntimeException explained(RuntimeException failure) {
        if (!(failure instanceof DataAccessException conflict
                && DatabaseFault.of(conflict) == DatabaseFault.CONFLICT)) {
            return failure;
        }
        try {
            return Directories.isCommitWaitingForStandby(database) ? new StandbyWaitException(conflict) : failure;
        } catch (DataAccessException e) {
            return failure; // it was only a question
        }
    }

    private boolean isTime() {
        long now = nanoTime.getAsLong();
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + INTERVAL.toNanos();
        return true;
    }

    private void noteEnds() {
        Set<TopicPartition> owned = member.consumer().assignment();
        Set<TopicPartition> reachable = new HashSet<>(owned);
        reachable.retainAll(assignment.partitions().reachable());
        try {
            assignment
                    .partitions()
                    .reach(member.consumer().endOffsets(reachable.isEmpty() ? owned : reachable, PATIENCE));
            listener.brokerAnswers(true);
        } catch (KafkaException e) {
            listener.brokerAnswers(false); // if it is more than a moment, the next batch will fail of it
        }
        group.look(owned, member.dismissed());
    }
}
