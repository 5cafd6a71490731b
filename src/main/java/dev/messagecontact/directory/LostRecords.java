package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;

import dev.messagecontact.database.NetworkTimeout;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.receipts.SkippedOffsets;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Table;

/**
 * What the database holds about the positions of records that their topic has lost: other records get these positions.
 */
public final class LostRecords {

    private static final List<Table<?>> WITH_SOURCE =
            List.of(MESSAGE_CONTACT, COMMAND_REJECTION, FIELD_REFUSAL, CONTACT_ACTION);

    private LostRecords() {}

    /**
     * Forgets what was settled, published or skipped behind a receipt. Contacts and decisions stay, as they are found by their
     * ids. Their records are in no topic any more, so that none that comes in their place is taken for theirs. It takes as long
     * as reading these tables once, as no index has the positions: no time-out ends the statements.
     *
     * @param tx a transaction of this partition's own
     * @param last the only receipt of its partition from now on
     */
    public static void forget(DSLContext tx, Receipt last) {
        UUID topicId = last.topicId();
        int partition = last.partition();
        long end = last.settled().upTo();
        Receipts.startAnew(tx, last);
        SkippedOffsets.forgetFrom(tx, topicId, partition, end);
        NetworkTimeout.lifted(tx, same -> forgetRecords(tx, topicId, partition, end));
    }

    private static int forgetRecords(DSLContext tx, UUID topicId, int partition, long end) {
        tx.execute("set local statement_timeout = 0");
        UUID noTopic = UUID.randomUUID(); // another one each time: what is lost next may have had the same offsets
        int forgotten = 0;
        for (Table<?> table : WITH_SOURCE) {
            SourceColumns source = SourceColumns.of(table);
            forgotten += tx.update(table)
                    .set(source.topic(), noTopic)
                    .where(source.topic().eq(topicId))
                    .and(source.partition().eq(partition))
                    .and(source.offset().ge(end))
                    .execute();
        }
        return forgotten;
    }
}
