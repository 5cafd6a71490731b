package dev.messagecontact.directory;

import static dev.messagecontact.directory.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.directory.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.directory.schema.Tables.RESOURCE_DIRECTORY;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The directories of one batch within one transaction: lock and load, then write. */
public final class Directories {

    private static final String CREATED_MILLIS = "created_millis";
    private static final String TYPES_JOINED = "types_joined";
    private static final String ADDED = "added";

    private final DSLContext tx;

    /** @param tx the transaction; the locks last as long as it does */
    public Directories(DSLContext tx) {
        this.tx = tx;
    }

    /**
     * Locks the directories of these contacts and loads what is known of the contacts. A directory that is not there yet
     * is made; one that somebody else has locked is passed over, so that nobody waits for it but its own commands.
     */
    public Snapshot lockAndLoad(Collection<Contact> contacts) {
        if (contacts.isEmpty()) {
            return Snapshot.EMPTY;
        }
        String[] directoryIds =
                contacts.stream().map(Contact::directoryId).sorted().distinct().toArray(String[]::new);
        create(directoryIds);
        return new Snapshot(
                lock(directoryIds), storedContacts(contacts), usedNames(contacts), storedRejections(contacts));
    }

    /** Loads what is known of these contacts and locks nothing: no directory of it is ours. */
    public Snapshot load(Collection<Contact> contacts) {
        return contacts.isEmpty()
                ? Snapshot.EMPTY
                : new Snapshot(Map.of(), storedContacts(contacts), Map.of(), storedRejections(contacts));
    }

    private void create(String[] directoryIds) {
        var rows = ArrayRows.of("batch").column(RESOURCE_DIRECTORY.DIRECTORY_ID, directoryIds);
        Field<String> directoryId = rows.field(RESOURCE_DIRECTORY.DIRECTORY_ID);
        tx.insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID)
                .select(select(directoryId).from(rows.table()).orderBy(directoryId))
                .onConflict(RESOURCE_DIRECTORY.DIRECTORY_ID)
                .doNothing()
                .execute();
    }

    private Map<String, DirectoryState> lock(String[] directoryIds) {
        return tx.select(
                        RESOURCE_DIRECTORY.DIRECTORY_ID,
                        RESOURCE_DIRECTORY.CONTACT_COUNT,
                        RESOURCE_DIRECTORY.CONTACT_LIMIT)
                .from(RESOURCE_DIRECTORY)
                .where(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(org.jooq.impl.DSL.any(directoryIds)))
                .orderBy(RESOURCE_DIRECTORY.DIRECTORY_ID)
                .forUpdate()
                .skipLocked()
                .fetchMap(row -> row.value1(), row -> new DirectoryState(row.value2(), row.value3()));
    }

    private Map<String, StoredContact> storedContacts(Collection<Contact> contacts) {
        var keys = ArrayRows.of("batch")
                .column(MESSAGE_CONTACT.DIRECTORY_ID, column(contacts, Contact::directoryId, String[]::new))
                .column(MESSAGE_CONTACT.CONTACT_ID, column(contacts, Contact::contactId, String[]::new));
        return tx
                .select(
                        MESSAGE_CONTACT.CONTACT_ID,
                        MESSAGE_CONTACT.FINGERPRINT,
                        MESSAGE_CONTACT.CREATED_AT,
                        MESSAGE_CONTACT.SOURCE_TOPIC,
                        MESSAGE_CONTACT.SOURCE_PARTITION,
                        MESSAGE_CONTACT.SOURCE_OFFSET)
                .from(MESSAGE_CONTACT)
                .join(keys.table())
                .on(MESSAGE_CONTACT.DIRECTORY_ID.eq(keys.field(MESSAGE_CONTACT.DIRECTORY_ID)))
                .and(MESSAGE_CONTACT.CONTACT_ID.eq(keys.field(MESSAGE_CONTACT.CONTACT_ID)))
                .fetch()
                .stream()
                .collect(Collectors.toMap(
                        row -> row.value1(),
                        row -> new StoredContact(
                                row.value2(),
                                millis(row.value3()),
                                new Position(row.value4(), row.value5(), row.value6())),
                        (one, same) -> one)); // a request that is twice in the batch is joined twice
    }

    private Map<String, Set<String>> usedNames(Collection<Contact> contacts) {
        var names = ArrayRows.of("batch")
                .column(MESSAGE_CONTACT.DIRECTORY_ID, column(contacts, Contact::directoryId, String[]::new))
                .column(MESSAGE_CONTACT.NAME, column(contacts, Contact::name, String[]::new));
        return tx
                .select(MESSAGE_CONTACT.DIRECTORY_ID, MESSAGE_CONTACT.NAME)
                .from(MESSAGE_CONTACT)
                .join(names.table())
                .on(MESSAGE_CONTACT.DIRECTORY_ID.eq(names.field(MESSAGE_CONTACT.DIRECTORY_ID)))
                .and(MESSAGE_CONTACT.NAME.eq(names.field(MESSAGE_CONTACT.NAME)))
                .fetch()
                .stream()
                .collect(groupingBy(row -> row.value1(), mapping(row -> row.value2(), toSet())));
    }

    private Map<String, List<StoredRejection>> storedRejections(Collection<Contact> contacts) {
        var keys = ArrayRows.of("batch")
                .column(COMMAND_REJECTION.DIRECTORY_ID, column(contacts, Contact::directoryId, String[]::new))
                .column(COMMAND_REJECTION.CONTACT_ID, column(contacts, Contact::contactId, String[]::new));
        return tx
                .selectDistinct(
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.CODE,
                        COMMAND_REJECTION.FINGERPRINT,
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET)
                .from(COMMAND_REJECTION)
                .join(keys.table())
                .on(COMMAND_REJECTION.DIRECTORY_ID.eq(keys.field(COMMAND_REJECTION.DIRECTORY_ID)))
                .and(COMMAND_REJECTION.CONTACT_ID.eq(keys.field(COMMAND_REJECTION.CONTACT_ID)))
                .fetch()
                .stream()
                .collect(groupingBy(
                        row -> row.value1(),
                        mapping(
                                row -> new StoredRejection(
                                        ErrorCode.of(row.value2()),
                                        row.value3(),
                                        new Position(row.value4(), row.value5(), row.value6())),
                                toList())));
    }

    /** Stores what was decided, and counts it in the directories. */
    public void write(List<NewContact> contacts, List<NewRejection> rejections) {
        if (!contacts.isEmpty()) {
            insertContacts(contacts);
            count(contacts);
        }
        if (!rejections.isEmpty()) {
            insertRejections(rejections);
        }
    }

    private void insertContacts(List<NewContact> contacts) {
        var rows = ArrayRows.of("batch")
                .column(
                        MESSAGE_CONTACT.DIRECTORY_ID,
                        column(contacts, c -> c.contact().directoryId(), String[]::new))
                .column(
                        MESSAGE_CONTACT.CONTACT_ID,
                        column(contacts, c -> c.contact().contactId(), String[]::new))
                .column(
                        MESSAGE_CONTACT.REQUEST_ID,
                        column(contacts, c -> c.contact().requestId(), String[]::new))
                .column(MESSAGE_CONTACT.NAME, column(contacts, c -> c.contact().name(), String[]::new))
                .column(
                        MESSAGE_CONTACT.EMAIL_ADDRESS,
                        column(contacts, c -> c.contact().emailAddress(), String[]::new))
                .column(MESSAGE_CONTACT.PHONE_NUMBER, column(contacts, Directories::phoneNumber, String[]::new))
                .column(
                        MESSAGE_CONTACT.TITLE,
                        column(contacts, c -> c.contact().title().wireName(), String[]::new))
                .column(TYPES_JOINED, SQLDataType.VARCHAR, column(contacts, Directories::joinedTypes, String[]::new))
                .column(CREATED_MILLIS, SQLDataType.BIGINT, column(contacts, NewContact::createdAt, Long[]::new))
                .column(
                        MESSAGE_CONTACT.FINGERPRINT,
                        column(contacts, c -> c.contact().fingerprint(), Long[]::new))
                .column(
                        MESSAGE_CONTACT.SOURCE_TOPIC,
                        column(contacts, c -> c.source().topicId(), java.util.UUID[]::new))
                .column(
                        MESSAGE_CONTACT.SOURCE_PARTITION,
                        column(contacts, c -> c.source().partition(), Integer[]::new))
                .column(
                        MESSAGE_CONTACT.SOURCE_OFFSET,
                        column(contacts, c -> c.source().offset(), Long[]::new));
        tx.insertInto(
                        MESSAGE_CONTACT,
                        MESSAGE_CONTACT.DIRECTORY_ID,
                        MESSAGE_CONTACT.CONTACT_ID,
                        MESSAGE_CONTACT.REQUEST_ID,
                        MESSAGE_CONTACT.NAME,
                        MESSAGE_CONTACT.EMAIL_ADDRESS,
                        MESSAGE_CONTACT.PHONE_NUMBER,
                        MESSAGE_CONTACT.TITLE,
                        MESSAGE_CONTACT.MESSAGE_TYPES,
                        MESSAGE_CONTACT.STATUS,
                        MESSAGE_CONTACT.CREATED_AT,
                        MESSAGE_CONTACT.FINGERPRINT,
                        MESSAGE_CONTACT.SOURCE_TOPIC,
                        MESSAGE_CONTACT.SOURCE_PARTITION,
                        MESSAGE_CONTACT.SOURCE_OFFSET)
                .select(select(
                                rows.field(MESSAGE_CONTACT.DIRECTORY_ID),
                                rows.field(MESSAGE_CONTACT.CONTACT_ID),
                                rows.field(MESSAGE_CONTACT.REQUEST_ID),
                                rows.field(MESSAGE_CONTACT.NAME),
                                rows.field(MESSAGE_CONTACT.EMAIL_ADDRESS),
                                rows.field(MESSAGE_CONTACT.PHONE_NUMBER),
                                rows.field(MESSAGE_CONTACT.TITLE),
                                split(rows.field(TYPES_JOINED, SQLDataType.VARCHAR)),
                                inline("Verifying"),
                                instant(rows.field(CREATED_MILLIS, SQLDataType.BIGINT)),
                                rows.field(MESSAGE_CONTACT.FINGERPRINT),
                                rows.field(MESSAGE_CONTACT.SOURCE_TOPIC),
                                rows.field(MESSAGE_CONTACT.SOURCE_PARTITION),
                                rows.field(MESSAGE_CONTACT.SOURCE_OFFSET))
                        .from(rows.table()))
                .execute();
    }

    private void count(List<NewContact> contacts) {
        Map<String, Long> added =
                contacts.stream().collect(groupingBy(c -> c.contact().directoryId(), TreeMap::new, counting()));
        var rows = ArrayRows.of("batch")
                .column(RESOURCE_DIRECTORY.DIRECTORY_ID, added.keySet().toArray(String[]::new))
                .column(ADDED, SQLDataType.INTEGER, column(added.values(), Long::intValue, Integer[]::new));
        tx.update(RESOURCE_DIRECTORY)
                .set(
                        RESOURCE_DIRECTORY.CONTACT_COUNT,
                        RESOURCE_DIRECTORY.CONTACT_COUNT.plus(rows.field(ADDED, SQLDataType.INTEGER)))
                .from(rows.table())
                .where(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(rows.field(RESOURCE_DIRECTORY.DIRECTORY_ID)))
                .execute();
    }

    private void insertRejections(List<NewRejection> rejections) {
        var rows = ArrayRows.of("batch")
                .column(
                        COMMAND_REJECTION.DIRECTORY_ID,
                        column(rejections, r -> r.contact().directoryId(), String[]::new))
                .column(
                        COMMAND_REJECTION.CONTACT_ID,
                        column(rejections, r -> r.contact().contactId(), String[]::new))
                .column(
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        column(rejections, r -> r.source().topicId(), java.util.UUID[]::new))
                .column(
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        column(rejections, r -> r.source().partition(), Integer[]::new))
                .column(
                        COMMAND_REJECTION.SOURCE_OFFSET,
                        column(rejections, r -> r.source().offset(), Long[]::new))
                .column(COMMAND_REJECTION.CODE, column(rejections, r -> r.code().code(), String[]::new))
                .column(
                        COMMAND_REJECTION.FINGERPRINT,
                        column(rejections, r -> r.contact().fingerprint(), Long[]::new))
                .column(CREATED_MILLIS, SQLDataType.BIGINT, column(rejections, NewRejection::rejectedAt, Long[]::new));
        tx.insertInto(
                        COMMAND_REJECTION,
                        COMMAND_REJECTION.DIRECTORY_ID,
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET,
                        COMMAND_REJECTION.CODE,
                        COMMAND_REJECTION.FINGERPRINT,
                        COMMAND_REJECTION.REJECTED_AT)
                .select(select(
                                rows.field(COMMAND_REJECTION.DIRECTORY_ID),
                                rows.field(COMMAND_REJECTION.CONTACT_ID),
                                rows.field(COMMAND_REJECTION.SOURCE_TOPIC),
                                rows.field(COMMAND_REJECTION.SOURCE_PARTITION),
                                rows.field(COMMAND_REJECTION.SOURCE_OFFSET),
                                rows.field(COMMAND_REJECTION.CODE),
                                rows.field(COMMAND_REJECTION.FINGERPRINT),
                                instant(rows.field(CREATED_MILLIS, SQLDataType.BIGINT)))
                        .from(rows.table()))
                .onConflictDoNothing() // a failure that is met again after a crash
                .execute();
    }

    private static @Nullable String phoneNumber(NewContact row) {
        Phone phone = row.contact().phone();
        return phone == null ? null : phone.number();
    }

    /** unnest would flatten an array of arrays, so the types travel as one text. */
    private static String joinedTypes(NewContact row) {
        return row.contact().messageTypes().stream().map(MessageType::wireName).collect(Collectors.joining(","));
    }

    private static Field<String[]> split(Field<String> joined) {
        return field("string_to_array({0}, ',')", MESSAGE_CONTACT.MESSAGE_TYPES.getDataType(), joined);
    }

    /** Exact to the millisecond: to_timestamp would go through a floating-point number of seconds. */
    private static Field<OffsetDateTime> instant(Field<Long> millis) {
        DataType<OffsetDateTime> type = MESSAGE_CONTACT.CREATED_AT.getDataType();
        return field("timestamp with time zone 'epoch' + {0} * interval '1 millisecond'", type, millis);
    }

    private static long millis(OffsetDateTime instant) {
        return instant.toInstant().toEpochMilli();
    }

    private static <R, T> T[] column(Collection<R> rows, Function<R, @Nullable T> value, IntFunction<T[]> array) {
        T[] column = array.apply(rows.size());
        int row = 0;
        for (R each : rows) {
            column[row++] = value.apply(each);
        }
        return column;
    }
}
