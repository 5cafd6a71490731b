package dev.messagecontact.intake.partition;

import dev.messagecontact.intake.start.StartOffset;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.registration.Request.Past;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition that a lane owns, and how far the lane is in it. It is <i>unresolved</i> until its start offset is known,
 * after a fault again; then it is <i>read</i>, or <i>stopped</i> until its time to be tried again. Only the lane's thread may
 * call it.
 */
public final class Partition {

    private enum State {
        UNRESOLVED,
        READ,
        STOPPED
    }

    private final TopicPartition id;
    private final StopHistory stops = new StopHistory();
    private State state = State.UNRESOLVED;
    /** What was answered when it was resolved. */
    private Answered atStart = Answered.before(0);

    private boolean wasRead;
    /** What is answered, as the group has it. */
    private Answered committed = atStart;
    /** The same once the batch under way is published. */
    private Answered handedOver = committed;
    /** Every event of the commands before it is published. */
    private long published;
    /** The database's; null until it is read. */
    private @Nullable Receipt lastReceipt;

    /** Commands that were skipped once and are answered after all. */
    private List<Skip> reopened = List.of();

    /** The leader's that has written the last record that was ever read. */
    private Optional<Integer> epoch = Optional.empty();

    private @Nullable Long end;
    private long heldBack;

    Partition(TopicPartition id) {
        this.id = id;
    }

    public TopicPartition id() {
        return id;
    }

    boolean isRead() {
        return state == State.READ;
    }

    /** While it is read: the stop by the record that may stop it again; null if there is no such record. */
    @Nullable
    Stop suspect() {
        return state == State.READ ? stops.byRecord() : null;
    }

    /** Whether that record is at this offset or behind it. */
    boolean isSuspectFrom(long offset) {
        Stop suspect = suspect();
        return suspect != null && offset <= suspect.offset();
    }

    public boolean isUnresolved(long now) {
        return state == State.UNRESOLVED || (state == State.STOPPED && stops.isRetryDue(now));
    }

    /**
     * Reads on from here.
     *
     * @param epoch the leader's that has written the last record that was read; empty if that is not known
     * @param receipt the database's last one
     * @param reopened commands that were skipped once and are answered after all
     * @return whether this is news to an operator
     */
    public boolean read(StartOffset start, Optional<Integer> epoch, Receipt receipt, Collection<Skip> reopened) {
        state = State.READ;
        this.epoch = epoch;
        wasRead = true;
        atStart = start.progress();
        committed = atStart;
        handedOver = committed;
        published = start.published();
        lastReceipt = receipt;
        this.reopened = List.copyOf(reopened);
        return stops.read(atStart) || start.remark() != null;
    }

    /**
     * Stops it until the time has come to try it again.
     *
     * @param isOfRecord whether a record stopped it: only an answer to that record says that this is over
     * @return whether this is news to an operator
     */
    public boolean stop(Stop why, boolean isOfRecord, long now) {
        state = State.STOPPED;
        return stops.stopped(why, isOfRecord, now);
    }

    /** After a fault only the broker and the database know where it stands. */
    public void forgetStart() {
        if (state == State.READ) {
            state = State.UNRESOLVED;
        }
    }

    /** Whether the record at this offset has no answer yet, or is to be answered again. */
    boolean isOpen(long offset) {
        return !atStart.contains(offset);
    }

    /** Where the record at this offset stands in the history of the partition. */
    Past past(long offset) {
        if (reopened.stream().anyMatch(skip -> skip.isOpenAgain(offset))) {
            return Past.REOPENED;
        }
        if (offset < published) {
            return Past.PUBLISHED;
        }
        return receipt().settled().contains(offset) ? Past.SETTLED : Past.NONE;
    }

    /**
     * What is answered with what was read since the last time; null if nothing was.
     *
     * @param position the next offset to read
     * @param waiting offsets before it whose commands have no answer
     */
    @Nullable
    Answered toCommit(long position, Collection<Long> waiting) {
        Answered read = atStart.after(position, waiting);
        return read.equals(handedOver) ? null : read;
    }

    /**
     * It is read up to here. What lies before the offset that the group had read to is read again, because a command of it has
     * waited: the last record that was ever read is another one, and its leader may be a later one.
     */
    void reads(OffsetAndMetadata next) {
        if (next.offset() >= atStart.upTo()) {
            epoch = next.leaderEpoch().or(() -> epoch);
        }
    }

    /** What a batch commits that answers this. */
    OffsetAndMetadata offset(Answered answered) {
        return CommittedOffset.of(answered, epoch);
    }

    /** The receipt for a batch whose Kafka transaction will commit this; null if all that is answered has one. */
    @Nullable
    Receipt receiptFor(Answered toCommit) {
        Receipt last = receipt();
        Answered settled = last.settled().union(toCommit);
        return settled.count() == last.settled().count() ? null : last.next(settled, published);
    }

    /** The database has stored the receipt. */
    void settled(Receipt receipt) {
        lastReceipt = receipt;
    }

    /** This is about to be committed. */
    void publishes(Answered answered) {
        handedOver = answered;
    }

    /**
     * This is committed, and the events of all records before its first open one are published.
     *
     * @return whether the record that stopped it is among them
     */
    boolean published(Answered answered) {
        committed = answered;
        published = Math.max(published, answered.firstOpen());
        return stops.answered(answered);
    }

    /** Its last receipt with what is published by now; null if the database knows that. */
    @Nullable
    Receipt unsavedReceipt() {
        boolean isUnsaved = state == State.READ && published > receipt().published();
        return isUnsaved ? lastReceipt() : null;
    }

    /** What of the commands that were skipped once is answered by now, and the database does not know it. */
    List<Skip> answeredAfterAll() {
        long next = committed.firstOpen();
        return reopened.stream()
                .map(skip -> skip.withAnsweredTo(next))
                .filter(skip -> !reopened.contains(skip))
                .toList();
    }

    /** The database knows by now what of the commands that were skipped once is answered. */
    void savedAnswered() {
        reopened = reopened.stream()
                .map(skip -> skip.withAnsweredTo(committed.firstOpen()))
                .filter(skip -> !Objects.equals(skip.answeredTo(), skip.to()))
                .toList();
    }

    /** The database's last receipt, with what is published by now. */
    Receipt lastReceipt() {
        return receipt().publishedTo(published);
    }

    private Receipt receipt() {
        return Objects.requireNonNull(lastReceipt);
    }

    void saved() {
        lastReceipt = lastReceipt();
    }

    /**
     * The broker has answered how far it goes.
     *
     * @param lastStable the last stable offset; null if no broker answered
     */
    public void reaches(@Nullable Long lastStable) {
        end = lastStable;
    }

    /** Whether it is stopped because no broker answers for it. */
    boolean isUnreachable() {
        return state == State.STOPPED && end == null;
    }

    /** So many offsets behind the last stable one are held back by an open transaction. */
    void heldBack(long offsets) {
        heldBack = offsets;
    }

    /** Whether commands wait that the lane could take. */
    boolean isBehind() {
        Long lag = status().lag();
        return state != State.STOPPED && (lag == null || lag > 0);
    }

    /** Whether all of its commands that are known are read and published. */
    boolean isAtRest() {
        return state == State.READ && committed.equals(handedOver) && !isBehind();
    }

    PartitionStatus status() {
        Stop stop = stops.last();
        Long next = wasRead ? Long.valueOf(committed.firstOpen()) : stop == null ? null : stop.offset();
        return new PartitionStatus(next, end, heldBack, stop);
    }
}
