package dev.messagecontact.intake.partition;

import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.registration.BatchListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * The receipts of a lane's partitions: what the database knows of how far they are settled and published. Only the lane's
 * thread may call it.
 */
public final class PartitionReceipts {

    /** Receipts before the last are deleted in chunks, or their number would grow for ever. */
    private static final int KEPT = 500;

    private final Partitions partitions;
    private final DSLContext database;
    private final BatchListener listener;
    /** At first, as if there were many: a run of few batches before this one has deleted none. */
    private int sinceDeletion = KEPT;

    public PartitionReceipts(Partitions partitions, DSLContext database, BatchListener listener) {
        this.partitions = partitions;
        this.database = database;
        this.listener = listener;
    }

    /** The receipts for a batch whose Kafka transaction will commit this. */
    public List<Receipt> of(Map<TopicPartition, Answered> toCommit) {
        List<Receipt> receipts = new ArrayList<>();
        toCommit.forEach((id, answered) -> {
            Partition partition = partitions.get(id);
            Receipt receipt = partition == null ? null : partition.receiptFor(answered);
            if (receipt != null) {
                receipts.add(receipt);
            }
        });
        return receipts;
    }

    /** The database has stored these receipts. */
    public void settled(Collection<Receipt> receipts) {
        Map<Receipt.Part, Receipt> byPart = new HashMap<>();
        receipts.forEach(receipt -> byPart.put(receipt.part(), receipt));
        partitions.all().stream().filter(Partition::isRead).forEach(partition -> {
            Receipt receipt = byPart.get(partition.lastReceipt().part());
            if (receipt != null) {
                partition.settled(receipt);
            }
        });
        sinceDeletion += receipts.isEmpty() ? 0 : 1;
    }

    /** The last receipts of these partitions. */
    public List<Receipt> last(Set<TopicPartition> of) {
        return of.stream()
                .map(id -> Objects.requireNonNull(partitions.get(id)).lastReceipt())
                .toList();
    }

    /** The last receipts of the partitions that are read to their end: none of their commands is under way. */
    public List<Receipt> atRest() {
        return partitions.all().stream()
                .filter(Partition::isAtRest)
                .map(Partition::lastReceipt)
                .toList();
    }

    /** Writes down what the database does not know yet to be published. */
    public void save() {
        List<Partition> unsaved = partitions.all().stream()
                .filter(partition -> partition.unsavedReceipt() != null)
                .toList();
        if (!unsaved.isEmpty()) {
            List<Receipt> receipts =
                    unsaved.stream().map(Partition::lastReceipt).toList();
            listener.ask(() -> Receipts.raisePublished(database, receipts));
            unsaved.forEach(Partition::saved);
        }
        List<Skip> answered = new ArrayList<>();
        partitions.all().forEach(partition -> answered.addAll(partition.answeredAfterAll()));
        if (!answered.isEmpty()) {
            listener.ask(() -> SkippedOffsets.setAnswered(database, answered));
            partitions.all().forEach(Partition::savedAnswered);
        }
    }

    /** Deletes receipts that are not the last of their partition, now and then. */
    public void deleteOld() {
        if (sinceDeletion < KEPT) {
            return;
        }
        List<Receipt> last = partitions.all().stream()
                .filter(Partition::isRead)
                .map(Partition::lastReceipt)
                .toList();
        if (!last.isEmpty()) {
            sinceDeletion = 0;
            listener.ask(() -> Receipts.deleteBefore(database, last));
        }
    }
}
