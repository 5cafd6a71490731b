package dev.messagecontact.recovery.offsets;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.recovery.offsets.PartitionOffsets.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Another offset for the group in one partition, and what that comes to.
 *
 * @param from the first command without an answer, as the group has it now
 * @param goal what the group has as answered afterwards
 * @param skipped the commands that would get no answer, in their order
 */
public record Move(PartitionOffsets before, long from, Answered goal, List<Span> skipped) {

    public Move {
        skipped = List.copyOf(skipped);
    }

    /**
     * Works out a move.
     *
     * @throws OperatorException if the topic has no such offset, or the database knows nothing of the partition
     */
    static Move of(PartitionOffsets at, long to) {
        if (!at.available().canBeginAt(to)) {
            throw new OperatorException("%s has only the offsets %d to %d"
                    .formatted(at.name(), at.available().begin(), at.available().end()));
        }
        if (at.state() == State.NO_RECEIPT) {
            throw new OperatorException(("%s: the database has no receipt for the offset that the group has committed; "
                            + "`contacts rebuild` restores lost rows, `contacts offsets adopt` continues without them")
                    .formatted(at.name()));
        }
        boolean isThere = at.state() == State.OK && to == at.next();
        Answered goal = isThere ? at.start().progress() : Answered.before(to);
        return new Move(at, at.next(), goal, unanswered(at, to));
    }

    /**
     * The move of a partition that has lost its last records to the first new command behind them.
     *
     * @param end of the commands that are left of those that the database has settled
     */
    static Move acrossLoss(PartitionOffsets at, long end) {
        return new Move(at, at.next(), at.start().settled().head(end), List.of());
    }

    /** What the database must forget, if it has not yet: the records there are lost, and others have their offsets. */
    public @Nullable Span forgotten() {
        return before.isCutAtEnd() ? new Span(goal.upTo(), before.start().answeredUpTo()) : null;
    }

    /** The first command that workers will take. */
    public long to() {
        return goal.firstOpen();
    }

    /** The same move, but every command that has no answer yet is taken again, and none that has one. */
    Move withGoal(Answered answered) {
        return new Move(before, from, answered, List.of());
    }

    /** Answered is what is known to be published; of a group that is ahead of the database, what the database knows of. */
    private static List<Span> unanswered(PartitionOffsets at, long to) {
        Answered progress = at.start().progress();
        List<Span> unanswered = new ArrayList<>();
        long first;
        if (at.state() == State.DATABASE_BEHIND && at.receipt() != null) {
            first = at.receipt().published();
        } else {
            first = Math.max(at.next(), Math.max(progress.upTo(), at.start().published()));
            for (long open : progress.open().headSet(to)) {
                unanswered.add(new Span(open, open + 1));
            }
        }
        for (Skip skip : at.skips()) {
            if (skip.answeredTo() != null) {
                long from = Math.max(
                        at.next(),
                        Objects.requireNonNull(skip.withAnsweredTo(at.next()).answeredTo()));
                add(unanswered, from, Math.min(skip.to(), Math.min(to, first)));
            }
        }
        add(unanswered, first, to);
        return unanswered;
    }

    private static void add(List<Span> spans, long from, long to) {
        if (from < to) {
            spans.add(new Span(from, to));
        }
    }

    /** How many commands, at most, would get no answer. */
    public long skippedOffsets() {
        return Span.totalSize(skipped);
    }

    /** How many offsets will be read again. */
    public long readAgain() {
        return before.isCutAtEnd() ? 0 : Math.max(0, from - to());
    }
}
