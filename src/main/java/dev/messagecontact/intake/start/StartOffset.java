package dev.messagecontact.intake.start;

import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.settings.OffsetsGap;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a lane starts in a partition: a pure function of what the group has committed, what the database holds a receipt for,
 * and what the topic still has.
 *
 * @param finding how these three fit together
 * @param progress what is answered, as the group has it
 * @param settled what the database's last receipt must say
 * @param published the events of every command before it are published
 * @param missing what the group has answered and the database has no receipt for, or else what the topic has not
 * @param stop why nothing may be taken; null if commands may
 * @param remark what an operator is told although the partition is read; null if nothing
 */
public record StartOffset(
        Finding finding,
        Answered progress,
        Answered settled,
        long published,
        List<Span> missing,
        @Nullable Stop stop,
        @Nullable String remark) {

    public StartOffset {
        missing = List.copyOf(missing);
    }

    /** How group, database and topic fit together. */
    public enum Finding {
        /** Nothing is missing. */
        AGREED,
        /** The group has something as answered that the database has no receipt for. */
        DATABASE_BEHIND,
        /** The topic does not have the next command: it was cut at its beginning. */
        GAP,
        /** The topic ends before what was answered: it has lost its last records. */
        LOST_TAIL
    }

    /**
     * Whether it goes on with what comes in the place of lost last records: the database must forget these, and the group must
     * have no more as answered than is left.
     */
    public boolean isPastLostTail() {
        return finding == Finding.LOST_TAIL && stop == null;
    }

    /** The offset behind the last command that the database or the group has as answered. */
    public long answeredUpTo() {
        return Math.max(settled.upTo(), progress.upTo());
    }

    /** The offsets whose commands get no answer for it. */
    public List<Span> skipped() {
        return stop == null ? missing : List.of();
    }

    /**
     * Finds the start.
     *
     * @param committed by the group; null if it has committed nothing
     * @param lastReceipt the database's; null if it has none
     * @param withoutReceipt how far a release that kept no receipts has published; null if there was none
     * @param available in the topic
     * @param onGap whether to go on where offsets or receipts are missing
     */
    public static StartOffset of(
            @Nullable OffsetAndMetadata committed,
            @Nullable Receipt lastReceipt,
            @Nullable Long withoutReceipt,
            Offsets available,
            OffsetsGap onGap) {
        Known known = new Known(
                committed == null ? null : CommittedOffset.read(committed),
                committed != null && CommittedOffset.isWorkers(committed),
                lastReceipt,
                withoutReceipt);
        boolean isTailLost = known.answeredUpTo() > available.end(); // nothing is answered before it can be read
        return isTailLost && onGap == OffsetsGap.CONTINUE
                ? pastLostTail(known, available)
                : compared(known, available, onGap);
    }

    /**
     * What is known of a partition.
     *
     * @param committed by the group
     * @param isWorkers whether a worker has committed it, and no tool
     * @param receipt the database's last one
     * @param withoutReceipt how far a release that kept no receipts has published
     */
    private record Known(
            @Nullable Answered committed,
            boolean isWorkers,
            @Nullable Receipt receipt,
            @Nullable Long withoutReceipt) {

        /** The offset behind the last command that anybody has as answered. */
        long answeredUpTo() {
            long upTo = withoutReceipt == null ? 0 : withoutReceipt;
            upTo = committed == null ? upTo : Math.max(upTo, committed.upTo());
            return receipt == null ? upTo : Math.max(upTo, receipt.settled().upTo());
        }

        /** The part of it that lies before an offset. */
        Known head(long end) {
            return new Known(
                    committed == null ? null : committed.head(end),
                    isWorkers,
                    receipt == null ? null : receipt.head(end),
                    withoutReceipt == null ? null : Long.valueOf(Math.min(withoutReceipt, end)));
        }

        /**
         * During an upgrade a partition may move back to a worker of a release that keeps no receipts: then the last one is
         * of before.
         */
        boolean isOvertaken() {
            return receipt != null
                    && withoutReceipt != null
                    && withoutReceipt > receipt.settled().firstOpen();
        }

        long published(Offsets available) {
            if (receipt != null && !isOvertaken()) {
                return receipt.published();
            }
            return withoutReceipt == null ? available.begin() : withoutReceipt;
        }
    }

    /** The lost records are forgotten: other records get their offsets, and are decided as new ones. */
    private static StartOffset pastLostTail(Known known, Offsets available) {
        StartOffset start = compared(known.head(available.end()), available, OffsetsGap.CONTINUE);
        String lost =
                "its last records, offsets %d to %d, are lost; going on with the commands that come in their place, because OFFSETS_GAP=continue"
                        .formatted(available.end(), known.answeredUpTo() - 1);
        String remark = start.remark == null ? lost : lost + "; " + start.remark;
        return new StartOffset(
                Finding.LOST_TAIL, start.progress, start.settled, start.published, start.missing, null, remark);
    }

    private static StartOffset compared(Known known, Offsets available, OffsetsGap onGap) {
        Receipt receipt = known.receipt;
        long published = known.published(available);
        Answered progress = known.committed != null ? known.committed : Answered.before(published);
        if (receipt == null && known.withoutReceipt == null) {
            boolean isNew = known.committed == null || progress.upTo() == 0;
            return isNew
                    ? inTopic(progress, progress, published, available, onGap)
                    : databaseBehind(progress, null, available, onGap);
        }
        Answered settled = receipt == null ? Answered.before(published) : receipt.settled();
        if (receipt == null || known.isOvertaken()) {
            // The release without receipts may have published further than it has written down.
            settled = settled.union(Answered.before(published)).union(progress);
        }
        // What a worker has answered and the topic has lost, the database may have forgotten.
        Answered mustBeSettled = known.isWorkers ? progress.head(available.end()) : progress;
        if (!mustBeSettled.minus(settled).isEmpty()) {
            return databaseBehind(progress, receipt, available, onGap);
        }
        return inTopic(progress, settled, Math.max(progress.firstOpen(), published), available, onGap);
    }

    /** PostgreSQL commits before Kafka: this database has lost something, or a tool has moved the group. */
    private static StartOffset databaseBehind(
            Answered progress, @Nullable Receipt receipt, Offsets available, OffsetsGap onGap) {
        Answered settled = receipt == null
                ? Answered.before(Math.min(available.begin(), progress.firstOpen()))
                : receipt.settled();
        List<Span> missing = progress.minus(settled);
        long offsets = Math.max(1, Span.totalSize(missing));
        String what = behindInWords(progress, receipt, missing, offsets);
        if (onGap == OffsetsGap.CONTINUE) {
            return new StartOffset(
                    Finding.DATABASE_BEHIND,
                    progress,
                    receipt == null ? progress : settled,
                    progress.firstOpen(),
                    missing,
                    null,
                    what + "; going on, because OFFSETS_GAP=continue");
        }
        String advice = ". `contacts offsets` shows all partitions, "
                + (receipt == null
                        ? "`contacts offsets adopt` goes on where they were answered before the topic was copied, `contacts rebuild` restores lost rows: see ops/runbooks/offset-gap.md"
                        : "`contacts rebuild` restores lost rows, `contacts offsets move` moves the group back: see ops/runbooks/lost-database.md")
                + " (`offsets` acts on the verification outcomes with --outcomes). OFFSETS_GAP=continue goes on without them";
        Stop stop = new Stop(progress.firstOpen(), offsets, what + advice);
        return new StartOffset(Finding.DATABASE_BEHIND, progress, settled, settled.firstOpen(), missing, stop, null);
    }

    private static String behindInWords(
            Answered progress, @Nullable Receipt receipt, List<Span> missing, long offsets) {
        if (receipt == null) {
            return "its commands up to %d are answered, and the database knows nothing of them"
                    .formatted(progress.upTo());
        }
        long first = missing.get(0).from();
        return first < receipt.settled().upTo()
                ? "its commands up to %d are answered, but the database has no receipt for %d of them, the first at offset %d: it has lost them, or a tool has moved the group over them"
                        .formatted(progress.upTo(), offsets, first)
                : "its commands up to %d are answered, but the database has a receipt up to %d only: it has lost %d offsets, or a tool has moved the group over them"
                        .formatted(progress.upTo(), receipt.settled().upTo(), offsets);
    }

    /** Group and database fit together: does the topic have the next command? */
    private static StartOffset inTopic(
            Answered progress, Answered settled, long published, Offsets available, OffsetsGap onGap) {
        long answeredUpTo = Math.max(settled.upTo(), progress.upTo());
        if (answeredUpTo > available.end()) {
            return lostTail(progress, settled, published, available, answeredUpTo);
        }
        return available.canBeginAt(progress.firstOpen())
                ? new StartOffset(Finding.AGREED, progress, settled, published, List.of(), null, null)
                : gap(progress, settled, published, available, onGap);
    }

    private static StartOffset gap(
            Answered progress, Answered settled, long published, Offsets available, OffsetsGap onGap) {
        long next = progress.firstOpen();
        long size = available.begin() - next;
        List<Span> missing = List.of(new Span(next, available.begin()));
        if (onGap == OffsetsGap.CONTINUE) {
            String remark =
                    "the command at offset %d is not there; going on at %d, %d offsets away, because OFFSETS_GAP=continue"
                            .formatted(next, available.begin(), size);
            return new StartOffset(
                    Finding.GAP, Answered.before(available.begin()), settled, published, missing, null, remark);
        }
        String reason =
                "the next command is at offset %d, but the topic has only what begins at %d (%d offsets away). Nothing is skipped until a person decides: see ops/runbooks/offset-gap.md (of the verification outcomes, `contacts offsets move` needs --outcomes), or set OFFSETS_GAP=continue to go on at %d"
                        .formatted(next, available.begin(), size, available.begin());
        return new StartOffset(Finding.GAP, progress, settled, published, missing, new Stop(next, size, reason), null);
    }

    /** The next commands get the offsets of lost ones, and would be taken for what was settled and published there. */
    private static StartOffset lostTail(
            Answered progress, Answered settled, long published, Offsets available, long answeredUpTo) {
        long lost = answeredUpTo - available.end();
        String reason =
                "the next command is at offset %d, but of what was there the topic has only %d to %d, and commands up to %d are settled: it has lost its last records. `contacts offsets move --to settled` (of the verification outcomes, with --outcomes) goes on at the first new command: see ops/runbooks/offset-gap.md"
                        .formatted(progress.firstOpen(), available.begin(), available.end(), answeredUpTo);
        Stop stop = new Stop(progress.firstOpen(), lost, reason);
        return new StartOffset(Finding.LOST_TAIL, progress, settled, published, List.of(), stop, null);
    }
}
