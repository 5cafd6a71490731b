package dev.messagecontact.recovery.offsets;

import dev.messagecontact.intake.start.StartOffset;
import dev.messagecontact.intake.start.StartOffset.Finding;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.settings.OffsetsGap;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How one partition of a topic that commands are taken from stands.
 *
 * @param available what the topic has
 * @param committed by the group; null if it has committed nothing
 * @param receipt the database's last one; null if it has none
 * @param skips commands of it that operators have led the group past
 * @param start where a worker would start, or why it would not
 */
public record PartitionOffsets(
        String topic,
        int partition,
        Offsets available,
        @Nullable OffsetAndMetadata committed,
        @Nullable Receipt receipt,
        List<Skip> skips,
        StartOffset start,
        State state) {

    public PartitionOffsets {
        skips = List.copyOf(skips);
    }

    /** What an operator has to do with it. */
    public enum State {
        OK,
        /** The group is ahead of the database's last receipt. */
        DATABASE_BEHIND,
        /** The topic does not have the next command, or ends before what was answered. */
        GAP,
        /** The group has committed offsets, and the database knows nothing of them. */
        NO_RECEIPT
    }

    /** @param withoutReceipt how far a release that kept no receipts has published; null if there was none */
    static PartitionOffsets of(
            String topic,
            int partition,
            Offsets available,
            @Nullable OffsetAndMetadata committed,
            @Nullable Receipt receipt,
            @Nullable Long withoutReceipt,
            List<Skip> skips) {
        StartOffset start = StartOffset.of(committed, receipt, withoutReceipt, available, OffsetsGap.STOP);
        State state = switch (start.finding()) {
            case AGREED -> State.OK;
            case DATABASE_BEHIND -> receipt == null ? State.NO_RECEIPT : State.DATABASE_BEHIND;
            case GAP, LOST_TAIL -> State.GAP;
        };
        return new PartitionOffsets(topic, partition, available, committed, receipt, skips, start, state);
    }

    /** Its name for people. */
    public String name() {
        return "partition %d of %s".formatted(partition, topic);
    }

    /** The events of every command before it are known to be published. */
    public long published() {
        return state == State.DATABASE_BEHIND && receipt != null ? receipt.published() : start.published();
    }

    /** The first command without an answer, as the group has it. */
    public long next() {
        return start.progress().firstOpen();
    }

    /** Whether the topic has lost its last records: it ends before what was answered. */
    public boolean isCutAtEnd() {
        return start.finding() == Finding.LOST_TAIL;
    }

    /** How many offsets are missing; 0 if none is. */
    public long missing() {
        return start.stop() == null ? 0 : start.stop().missing();
    }

    /** One phrase for people. */
    public String inWords() {
        return switch (state) {
            case OK -> "ok";
            case DATABASE_BEHIND -> "database behind by " + missing();
            case GAP -> isCutAtEnd() ? "last %d lost".formatted(missing()) : "gap of " + missing();
            case NO_RECEIPT -> "no receipt";
        };
    }
}
