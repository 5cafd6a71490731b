package dev.messagecontact.directory;

import static dev.messagecontact.directory.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.directory.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.directory.schema.Tables.PARTITION_PROGRESS;

import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * What the database holds about the positions of records that their topic has lost: other records get these positions.
 */
public final class LostRecords {

    private LostRecords() {}

    /**
     * Forgets what was settled, published, refused or skipped behind a receipt. Contacts, and what was decided by the
     * state of a directory, stay: they are found by their ids.
     *
     * @param last the only receipt of its partition from now on
     */
    public static void forget(DSLContext tx, Receipt last) {
        UUID topicId = last.topicId();
        int partition = last.partition();
        long end = last.settled().upTo();
        tx.deleteFrom(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .and(BATCH_RECEIPT.PARTITION.eq(partition))
                .execute();
        Receipts.begin(tx, List.of(last));
        tx.update(PARTITION_PROGRESS)
                .set(PARTITION_PROGRESS.PUBLISHED_OFFSET, last.published())
                .where(PARTITION_PROGRESS.TOPIC_ID.eq(topicId))
                .and(PARTITION_PROGRESS.PARTITION.eq(partition))
                .and(PARTITION_PROGRESS.PUBLISHED_OFFSET.gt(last.published()))
                .execute();
        tx.deleteFrom(FIELD_REFUSAL)
                .where(FIELD_REFUSAL.SOURCE_TOPIC.eq(topicId))
                .and(FIELD_REFUSAL.SOURCE_PARTITION.eq(partition))
                .and(FIELD_REFUSAL.SOURCE_OFFSET.ge(end))
                .execute();
        SkippedOffsets.forgetFrom(tx, topicId, partition, end);
    }
}
