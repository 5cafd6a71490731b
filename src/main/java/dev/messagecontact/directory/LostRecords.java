package dev.messagecontact.directory;

import static dev.messagecontact.directory.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.directory.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.directory.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.directory.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.directory.schema.Tables.MESSAGE_CONTACT;
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
     * state of a directory, stay: they are found by their ids. Their records are in no topic any more, so that none that
     * comes in their place is taken for theirs.
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
        UUID noTopic = UUID.randomUUID(); // another one each time: what is lost next may have had the same offsets
        tx.update(MESSAGE_CONTACT)
                .set(MESSAGE_CONTACT.SOURCE_TOPIC, noTopic)
                .where(MESSAGE_CONTACT.SOURCE_TOPIC.eq(topicId))
                .and(MESSAGE_CONTACT.SOURCE_PARTITION.eq(partition))
                .and(MESSAGE_CONTACT.SOURCE_OFFSET.ge(end))
                .execute();
        tx.update(COMMAND_REJECTION)
                .set(COMMAND_REJECTION.SOURCE_TOPIC, noTopic)
                .where(COMMAND_REJECTION.SOURCE_TOPIC.eq(topicId))
                .and(COMMAND_REJECTION.SOURCE_PARTITION.eq(partition))
                .and(COMMAND_REJECTION.SOURCE_OFFSET.ge(end))
                .execute();
        tx.update(CONTACT_ACTION)
                .set(CONTACT_ACTION.SOURCE_TOPIC, noTopic)
                .where(CONTACT_ACTION.SOURCE_TOPIC.eq(topicId))
                .and(CONTACT_ACTION.SOURCE_PARTITION.eq(partition))
                .and(CONTACT_ACTION.SOURCE_OFFSET.ge(end))
                .execute();
    }
}
