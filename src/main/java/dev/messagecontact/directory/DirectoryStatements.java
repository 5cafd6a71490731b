package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.one;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.update;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.database.schema.tables.MessageContact;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.validation.Phone;
import dev.messagecontact.verification.ContactStatus;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** What a batch asks of the directories and tells them, whatever its size. */
final class DirectoryStatements {

    /** The contact that has a command's name, where {@code MESSAGE_CONTACT} is the one that has its id. */
    static final MessageContact NAMESAKE = MESSAGE_CONTACT.as("namesake");

    private static final ArrayRows<String> IDS =
            new ArrayRows<String>().column(RESOURCE_DIRECTORY.DIRECTORY_ID, Function.identity());

    private static final ArrayRows<Contact> COMMANDS = new ArrayRows<Contact>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, Contact::directoryId)
            .column(MESSAGE_CONTACT.CONTACT_ID, Contact::contactId)
            .column(MESSAGE_CONTACT.NAME, Contact::name);

    /** The same rows, of commands about contacts: they need no name. */
    private static final ArrayRows<ContactAction> ACTIONS = new ArrayRows<ContactAction>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, ContactAction::directoryId)
            .column(MESSAGE_CONTACT.CONTACT_ID, ContactAction::requestKey)
            .column(MESSAGE_CONTACT.NAME, action -> null);

    private static final ArrayRows<NewContact> CONTACTS = new ArrayRows<NewContact>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, c -> c.contact().directoryId())
            .column(MESSAGE_CONTACT.CONTACT_ID, c -> c.contact().contactId())
            .column(MESSAGE_CONTACT.REQUEST_ID, c -> c.contact().requestId())
            .column(MESSAGE_CONTACT.NAME, c -> c.contact().name())
            .column(MESSAGE_CONTACT.EMAIL_ADDRESS, c -> c.contact().emailAddress())
            .column(MESSAGE_CONTACT.PHONE_NUMBER, DirectoryStatements::phoneNumber)
            .column(MESSAGE_CONTACT.TITLE, c -> c.contact().title().wireName())
            .column(
                    MESSAGE_CONTACT.MESSAGE_TYPES,
                    SQLDataType.VARCHAR,
                    DirectoryStatements::joinedTypes,
                    DirectoryStatements::split)
            .column(MESSAGE_CONTACT.PHONE_E164, DirectoryStatements::unusualE164)
            .constant(MESSAGE_CONTACT.STATUS, ContactStatus.VERIFYING.wireName())
            .column(MESSAGE_CONTACT.CREATED_AT, SQLDataType.BIGINT, NewContact::createdAt, DirectoryStatements::instant)
            .column(MESSAGE_CONTACT.FINGERPRINT, c -> c.contact().fingerprint())
            .column(MESSAGE_CONTACT.SOURCE_TOPIC, c -> c.source().topicId())
            .column(MESSAGE_CONTACT.SOURCE_PARTITION, c -> c.source().partition())
            .column(MESSAGE_CONTACT.SOURCE_OFFSET, c -> c.source().offset());

    private static final ArrayRows<Map.Entry<String, Integer>> COUNTS = new ArrayRows<Map.Entry<String, Integer>>()
            .column(RESOURCE_DIRECTORY.DIRECTORY_ID, Map.Entry::getKey)
            .column(RESOURCE_DIRECTORY.CONTACT_COUNT, Map.Entry::getValue);

    private static final ArrayRows<NewRejection> REJECTIONS = new ArrayRows<NewRejection>()
            .column(COMMAND_REJECTION.DIRECTORY_ID, r -> r.contact().directoryId())
            .column(COMMAND_REJECTION.CONTACT_ID, r -> r.contact().contactId())
            .column(COMMAND_REJECTION.SOURCE_TOPIC, r -> r.source().topicId())
            .column(COMMAND_REJECTION.SOURCE_PARTITION, r -> r.source().partition())
            .column(COMMAND_REJECTION.SOURCE_OFFSET, r -> r.source().offset())
            .column(COMMAND_REJECTION.CODE, r -> r.code().code())
            .column(COMMAND_REJECTION.FINGERPRINT, NewRejection::fingerprint)
            .column(
                    COMMAND_REJECTION.REJECTED_AT,
                    SQLDataType.BIGINT,
                    NewRejection::rejectedAt,
                    DirectoryStatements::instant);

    static final Field<String> COMMAND_DIRECTORY_ID = COMMANDS.field(MESSAGE_CONTACT.DIRECTORY_ID);
    static final Field<String> COMMAND_CONTACT_ID = COMMANDS.field(MESSAGE_CONTACT.CONTACT_ID);

    private static final Field<?>[] STATE = {
        RESOURCE_DIRECTORY.DIRECTORY_ID,
        RESOURCE_DIRECTORY.CONTACT_COUNT,
        RESOURCE_DIRECTORY.CONTACT_LIMIT,
        RESOURCE_DIRECTORY.ACCOUNT_ID
    };

    private static final Field<?>[] COMMAND = {COMMAND_DIRECTORY_ID, COMMAND_CONTACT_ID};

    private static final Field<?>[] CONTACT = {
        NAMESAKE.NAME,
        MESSAGE_CONTACT.FINGERPRINT,
        MESSAGE_CONTACT.CREATED_AT,
        MESSAGE_CONTACT.SOURCE_TOPIC,
        MESSAGE_CONTACT.SOURCE_PARTITION,
        MESSAGE_CONTACT.SOURCE_OFFSET
    };

    private static final Field<?>[] REJECTION = {
        COMMAND_REJECTION.CODE,
        COMMAND_REJECTION.FINGERPRINT,
        COMMAND_REJECTION.SOURCE_TOPIC,
        COMMAND_REJECTION.SOURCE_PARTITION,
        COMMAND_REJECTION.SOURCE_OFFSET
    };

    private static final Field<?>[] ACTION = {
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

    private static final Field<?>[] KNOWN = joined(COMMAND, CONTACT, REJECTION, ACTION);

    /** The columns of a command and a rejection of it. */
    static final Field<?>[] KNOWN_REJECTION = joined(COMMAND, REJECTION);

    /** The columns of a command and an action that it has asked for. */
    static final Field<?>[] KNOWN_ACTION = joined(COMMAND, ACTION);

    /** Whether a rejection is one of the {@link OwnDecisions}. */
    static final Condition IS_OWN_REJECTION = COMMAND_REJECTION.CODE.in(Stream.of(ErrorCode.values())
            .filter(ErrorCode::retryable)
            .map(code -> inline(code.code()))
            .toList());

    /** Whether an action is one of the {@link OwnDecisions}. */
    static final Condition IS_OWN_ACTION = CONTACT_ACTION.ACTION.eq(inline(Action.CONFIRM.operation()));

    /** The state of the directories of these ids that are there and that nobody else has locked, locked from now on. */
    static final BatchStatement<String> LOCK = new BatchStatement<>(IDS, lock(), STATE);

    /** The state of the directories that this has made, our own until we commit; not of those that were there. */
    static final BatchStatement<Map.Entry<String, Integer>> CREATE = new BatchStatement<>(COUNTS, create(), STATE);

    /**
     * What is stored of each command, but for {@link OwnDecisions}: no row for one that is new in every way. One row of nulls
     * more says that there is any confirmation that came early: nearly always not, and nobody needs to look for
     * those of a contact then.
     */
    static final BatchStatement<Contact> LOAD = new BatchStatement<>(COMMANDS, load(), KNOWN);

    /** The same of commands about contacts, by their requests. */
    static final BatchStatement<ContactAction> LOAD_ACTIONS = new BatchStatement<>(ACTIONS, load(), KNOWN);

    static final BatchStatement<NewContact> INSERT_CONTACTS =
            new BatchStatement<>(CONTACTS, CONTACTS.insertInto(MESSAGE_CONTACT));

    /** Adds to the directories' counts. */
    static final BatchStatement<Map.Entry<String, Integer>> COUNT = new BatchStatement<>(COUNTS, count());

    /** Passes over what is stored already: a failure that is met again after a crash. */
    static final BatchStatement<NewRejection> INSERT_REJECTIONS = new BatchStatement<>(
            REJECTIONS, REJECTIONS.insertInto(COMMAND_REJECTION).onConflictDoNothing());

    private DirectoryStatements() {}

    private static Query lock() {
        return select(STATE)
                .from(RESOURCE_DIRECTORY)
                .where(IDS.isAmong(RESOURCE_DIRECTORY.DIRECTORY_ID))
                .orderBy(RESOURCE_DIRECTORY.DIRECTORY_ID)
                .forUpdate()
                .skipLocked();
    }

    /** In the order of the ids, so that two workers cannot block each other. */
    private static Query create() {
        return COUNTS.insertInto(RESOURCE_DIRECTORY, COUNTS.field(RESOURCE_DIRECTORY.DIRECTORY_ID))
                .onConflict(RESOURCE_DIRECTORY.DIRECTORY_ID)
                .doNothing()
                .returning(STATE);
    }

    private static Query load() {
        return loadStored()
                .unionAll(select(nulls(KNOWN)).where(exists(select(one()).from(EARLY_CONFIRMATION))));
    }

    private static Field<?>[] joined(Field<?>[]... columns) {
        return Stream.of(columns).flatMap(Stream::of).toArray(Field[]::new);
    }

    private static Field<?>[] nulls(Field<?>[] columns) {
        return Stream.of(columns)
                .map(column -> inline(null, column.getDataType()))
                .toArray(Field[]::new);
    }

    private static Select<Record> loadStored() {
        return select(KNOWN)
                .from(COMMANDS.table())
                .leftJoin(MESSAGE_CONTACT)
                .on(MESSAGE_CONTACT.DIRECTORY_ID.eq(COMMAND_DIRECTORY_ID))
                .and(MESSAGE_CONTACT.CONTACT_ID.eq(COMMAND_CONTACT_ID))
                .leftJoin(NAMESAKE)
                .on(NAMESAKE.DIRECTORY_ID.eq(COMMAND_DIRECTORY_ID))
                .and(NAMESAKE.NAME.eq(COMMANDS.field(MESSAGE_CONTACT.NAME)))
                .leftJoin(COMMAND_REJECTION)
                .on(COMMAND_REJECTION.DIRECTORY_ID.eq(COMMAND_DIRECTORY_ID))
                .and(COMMAND_REJECTION.CONTACT_ID.eq(COMMAND_CONTACT_ID))
                .andNot(IS_OWN_REJECTION)
                .leftJoin(CONTACT_ACTION)
                .on(CONTACT_ACTION.DIRECTORY_ID.eq(COMMAND_DIRECTORY_ID))
                .and(CONTACT_ACTION.REQUEST_KEY.eq(COMMAND_CONTACT_ID))
                .andNot(IS_OWN_ACTION)
                .where(MESSAGE_CONTACT.CONTACT_ID.isNotNull())
                .or(NAMESAKE.NAME.isNotNull())
                .or(COMMAND_REJECTION.CODE.isNotNull())
                .or(CONTACT_ACTION.ACTION.isNotNull());
    }

    private static Query count() {
        return update(RESOURCE_DIRECTORY)
                .set(
                        RESOURCE_DIRECTORY.CONTACT_COUNT,
                        RESOURCE_DIRECTORY.CONTACT_COUNT.plus(COUNTS.field(RESOURCE_DIRECTORY.CONTACT_COUNT)))
                .from(COUNTS.table())
                .where(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(COUNTS.field(RESOURCE_DIRECTORY.DIRECTORY_ID)));
    }

    private static @Nullable String phoneNumber(NewContact row) {
        Phone phone = row.contact().phone();
        return phone == null ? null : phone.number();
    }

    /** Null where it follows from the number as it is written. */
    private static @Nullable String unusualE164(NewContact row) {
        Phone phone = row.contact().phone();
        return phone == null || phone.equals(Phone.asWritten(phone.number())) ? null : phone.e164();
    }

    /** unnest would flatten an array of arrays, so the types travel as one text. */
    private static String joinedTypes(NewContact row) {
        return row.contact().messageTypes().stream().map(MessageType::wireName).collect(Collectors.joining(","));
    }

    private static Field<String[]> split(Field<String> joined) {
        return field("string_to_array({0}, ',')", MESSAGE_CONTACT.MESSAGE_TYPES.getDataType(), joined);
    }

    /** Exact to the millisecond: to_timestamp would go through a floating-point number of seconds. */
    static Field<OffsetDateTime> instant(Field<Long> millis) {
        DataType<OffsetDateTime> type = MESSAGE_CONTACT.CREATED_AT.getDataType();
        return field("timestamp with time zone 'epoch' + {0} * interval '1 millisecond'", type, millis);
    }
}
