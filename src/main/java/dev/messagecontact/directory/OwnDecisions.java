package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_CONTACT_ID;
import static dev.messagecontact.directory.DirectoryStatements.IS_OWN_ACTION;
import static dev.messagecontact.directory.DirectoryStatements.IS_OWN_REJECTION;
import static dev.messagecontact.directory.DirectoryStatements.KNOWN_ACTION;
import static dev.messagecontact.directory.DirectoryStatements.KNOWN_REJECTION;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.directory.Directories.Own;
import org.jooq.Query;

/**
 * Decisions that only the record itself asks for when it comes again: they settle nothing for others with its RequestId. So
 * there may be any number of one RequestId, where a publisher tries again until it succeeds, or a sender has one for all.
 */
final class OwnDecisions {

    private static final ArrayRows<Own> RECORDS = new ArrayRows<Own>()
            .column(COMMAND_REJECTION.DIRECTORY_ID, own -> own.request().directoryId())
            .column(COMMAND_REJECTION.CONTACT_ID, own -> own.request().contactId())
            .column(COMMAND_REJECTION.SOURCE_TOPIC, own -> own.source().topicId())
            .column(COMMAND_REJECTION.SOURCE_PARTITION, own -> own.source().partition())
            .column(COMMAND_REJECTION.SOURCE_OFFSET, own -> own.source().offset());

    static final BatchStatement<Own> REJECTIONS = new BatchStatement<>(RECORDS, rejections(), KNOWN_REJECTION);
    static final BatchStatement<Own> ACTIONS = new BatchStatement<>(RECORDS, actions(), KNOWN_ACTION);

    private OwnDecisions() {}

    private static Query rejections() {
        return select(KNOWN_REJECTION)
                .from(RECORDS.table())
                .join(COMMAND_REJECTION)
                .on(RECORDS.matches(
                        COMMAND_REJECTION.DIRECTORY_ID,
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET))
                .where(IS_OWN_REJECTION);
    }

    private static Query actions() {
        return select(KNOWN_ACTION)
                .from(RECORDS.table())
                .join(CONTACT_ACTION)
                .on(CONTACT_ACTION.REQUEST_KEY.eq(COMMAND_CONTACT_ID))
                .and(RECORDS.matches(
                        CONTACT_ACTION.DIRECTORY_ID,
                        CONTACT_ACTION.SOURCE_TOPIC,
                        CONTACT_ACTION.SOURCE_PARTITION,
                        CONTACT_ACTION.SOURCE_OFFSET))
                .where(IS_OWN_ACTION);
    }
}
