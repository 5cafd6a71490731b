package dev.messagecontact.intake;

import dev.messagecontact.directory.Receipt;
import dev.messagecontact.intake.PartitionStatus.Stop;
import dev.messagecontact.settings.OffsetsGap;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a lane starts in a partition: a pure function of what the group has committed, what the database holds a receipt for,
 * and what the topic still has.
 *
 * @param progress what is answered
 * @param settled the offset that the database's last receipt must end at
 * @param published the events of every command before it are published
 * @param stop why nothing may be taken; null if commands may
 * @param remark what an operator is told although the partition is read; null if nothing
 * @param skipped the offsets whose commands get no answer for it; null if there are none
 */
public record StartOffset(
        Progress progress,
        long settled,
        long published,
        @Nullable Stop stop,
        @Nullable String remark,
        @Nullable Range skipped) {

    /**
     * The offsets that a partition has commands for.
     *
     * @param end exclusive; the next command to come has it
     */
    public record Range(long beginning, long end) {
        /** Whether the next command can be read from this offset. */
        public boolean contains(long offset) {
            return offset >= beginning && offset <= end;
        }
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
            Range available,
            OffsetsGap onGap) {
        Receipt receipt = isOvertaken(lastReceipt, withoutReceipt) ? null : lastReceipt;
        Progress progress = committed != null
                ? Progress.of(committed)
                : new Progress(stored(receipt, withoutReceipt, available), Set.of());
        long group = committed == null ? 0 : committed.offset();
        boolean isKnown = receipt != null || withoutReceipt != null || group == 0;
        long settled = settled(receipt, withoutReceipt, group, progress);
        if (!isKnown || group > settled) {
            return behind(progress, group, receipt, available, onGap);
        }
        long published = Math.max(group == 0 ? 0 : progress.firstOpen(), stored(receipt, withoutReceipt, available));
        return available.contains(progress.firstOpen())
                ? new StartOffset(progress, settled, published, null, null, null)
                : acrossGap(progress, settled, published, available, onGap);
    }

    /** During an upgrade a partition may move back to a worker of a release that keeps no receipts: then the last one is of before. */
    private static boolean isOvertaken(@Nullable Receipt last, @Nullable Long withoutReceipt) {
        return last != null && withoutReceipt != null && withoutReceipt > last.settled();
    }

    /** A release that kept no receipts may have published further than it has written down. */
    private static long settled(
            @Nullable Receipt receipt, @Nullable Long withoutReceipt, long group, Progress progress) {
        if (receipt != null) {
            return receipt.settled();
        }
        return withoutReceipt == null ? progress.firstOpen() : Math.max(group, withoutReceipt);
    }

    private static long stored(@Nullable Receipt receipt, @Nullable Long withoutReceipt, Range available) {
        if (receipt != null) {
            return receipt.published();
        }
        return withoutReceipt == null ? available.beginning : withoutReceipt;
    }

    /** PostgreSQL commits before Kafka: this database has lost something, or a tool has moved the group. */
    private static StartOffset behind(
            Progress progress, long group, @Nullable Receipt receipt, Range available, OffsetsGap onGap) {
        long from = receipt == null ? Math.min(available.beginning, group) : receipt.settled();
        long missing = Math.max(1, group - from);
        String what = receipt == null
                ? "its commands up to %d are answered, and the database knows nothing of them".formatted(group)
                : "its commands up to %d are answered, but the database has a receipt up to %d only: it has lost %d offsets, or a tool has moved the group over them"
                        .formatted(group, from, missing);
        if (onGap == OffsetsGap.CONTINUE) {
            long settled = receipt == null ? group : receipt.settled();
            Range skipped = new Range(from, group);
            return new StartOffset(
                    progress, settled, group, null, what + "; going on, because OFFSETS_GAP=continue", skipped);
        }
        String advice = ". `contacts offsets` shows all partitions, `contacts rebuild` restores lost rows, `contacts "
                + "offsets move` moves the group back: see ops/runbooks/lost-database.md. OFFSETS_GAP=continue "
                + "goes on without them";
        return new StartOffset(progress, from, from, new Stop(group, missing, what + advice), null, null);
    }

    private static StartOffset acrossGap(
            Progress progress, long settled, long published, Range available, OffsetsGap onGap) {
        long next = progress.firstOpen();
        long size = Math.abs(available.beginning - next);
        if (onGap == OffsetsGap.CONTINUE) {
            String remark =
                    "the command at offset %d is not there; going on at %d, %d offsets away, because OFFSETS_GAP=continue"
                            .formatted(next, available.beginning, size);
            Range skipped = next < available.beginning ? new Range(next, available.beginning) : null;
            return new StartOffset(
                    new Progress(available.beginning, Set.of()), settled, published, null, remark, skipped);
        }
        String reason =
                "the next command is at offset %d, but the topic has only %d to %d (%d offsets away). Nothing is skipped until a person decides: see ops/runbooks/offset-gap.md, or set OFFSETS_GAP=continue to go on at %d"
                        .formatted(next, available.beginning, available.end, size, available.beginning);
        return new StartOffset(progress, settled, published, new Stop(next, size, reason), null, null);
    }
}
