package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_CONTACT_ID;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_DIRECTORY_ID;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.directory.Directories.Own;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Query;

/**
 * Decisions that only the record itself asks for when it comes again: they settle nothing for others with its RequestId. So
 * there may be any number of one RequestId, where a publisher tries again until it succeeds, or a sender has one for all.
 */
final class OwnDecisions {

    /** Of those in {@code COMMAND_REJECTION}. */
    static final Condition IS_REJECTION = COMMAND_REJECTION.CODE.in(Stream.of(ErrorCode.values())
            .filter(ErrorCode::retryable)
            .map(code -> inline(code.code()))
            .toList());

    /** Of those in {@code CONTACT_ACTION}. */
    static final Condition IS_ACTION = CONTACT_ACTION.ACTION.eq(inline(Action.CONFIRM.operation()));

    private static final ArrayRows<Own> RECORDS = new ArrayRows<Own>()
            .column(COMMAND_REJECTION.DIRECTORY_ID, own -> own.request().directoryId())
            .column(COMMAND_REJECTION.CONTACT_ID, own -> own.request().contactId())
            .column(COMMAND_REJECTION.SOURCE_TOPIC, own -> own.source().topicId())
            .column(COMMAND_REJECTION.SOURCE_PARTITION, own -> own.source().partition())
            .column(COMMAND_REJECTION.SOURCE_OFFSET, own -> own.source().offset());

    private static final Field<?>[] REJECTION = {
        COMMAND_DIRECTORY_ID,
        COMMAND_CONTACT_ID,
        COMMAND_REJECTION.CODE,
        COMMAND_REJECTION.FINGERPRINT,
        COMMAND_REJECTION.SOURCE_TOPIC,
        COMMAND_REJECTION.SOURCE_PARTITION,
        COMMAND_REJECTION.SOURCE_OFFSET
    };

    private static final Field<?>[] ACTION = {
        COMMAND_CONTACT_ID,
        CONTACT_ACTION.ACTION,
        CONTACT_ACTION.CONTACT_ID,
        CONTACT_ACTION.CODE,
        CONTACT_ACTION.STATUS,
        CONTACT_ACTION.CHANNEL,
        CONTACT_ACTION.FINGERPRINT,
        CONTACT_ACTION.SOURCE_TOPIC,
        CONTACT_ACTION.SOURCE_PARTITION,
        CONTACT_ACTION.SOURCE_OFFSET
    };

    static final BatchStatement<Own> REJECTIONS = new BatchStatement<>(RECORDS, rejections(), REJECTION);
    static final BatchStatement<Own> ACTIONS = new BatchStatement<>(RECORDS, actions(), ACTION);

    private OwnDecisions() {}

    private static Query rejections() {
        return select(REJECTION)
                .from(RECORDS.table())
                .join(COMMAND_REJECTION)
                .on(RECORDS.matches(
                        COMMAND_REJECTION.DIRECTORY_ID,
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET))
                .where(IS_REJECTION);
    }

    private static Query actions() {
        return select(ACTION)
                .from(RECORDS.table())
                .join(CONTACT_ACTION)
                .on(CONTACT_ACTION.REQUEST_KEY.eq(COMMAND_CONTACT_ID))
                .and(RECORDS.matches(
                        CONTACT_ACTION.DIRECTORY_ID,
                        CONTACT_ACTION.SOURCE_TOPIC,
                        CONTACT_ACTION.SOURCE_PARTITION,
                        CONTACT_ACTION.SOURCE_OFFSET))
                .where(IS_ACTION);
    }
}
