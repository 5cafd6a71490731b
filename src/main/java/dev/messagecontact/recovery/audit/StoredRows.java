package dev.messagecontact.recovery.audit;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.command.MessageType;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import dev.messagecontact.verification.ContactStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** What the database has of a command topic. */
final class StoredRows {

    private static final int ROWS_AT_A_TIME = 5_000;

    /** The content of the row that a deleted contact has left behind. */
    private static final Digest ERASED = new Digest().add("erased");

    private static final Digest OF_OTHER_STATUS = new Digest().add("of another status than its dates say");

    private final DSLContext database;
    private final UUID topicId;

    StoredRows(DSLContext database, UUID topicId) {
        this.database = database;
        this.topicId = topicId;
    }

    /** Gives a check everything, all as of one moment. */
    void read(RowCheck check) {
        database.connection(connection -> {
            int networkTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, 0); // the server may sort for minutes before the first row
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false); // without it the driver would hold all rows
            try {
                read(DSL.using(connection, database.dialect(), database.settings()), check);
            } finally {
                release(connection, autoCommit, networkTimeout);
            }
        });
    }

    private static void release(Connection connection, boolean autoCommit, int networkTimeout) throws SQLException {
        connection.rollback(); // it only read; the session's own settings go with the transaction
        connection.setAutoCommit(autoCommit);
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
    }

    private void read(DSLContext tx, RowCheck check) {
        tx.execute("set transaction isolation level repeatable read, read only");
        tx.execute("set local statement_timeout = 0");
        tx.execute("set local idle_in_transaction_session_timeout = 0");
        readContacts(tx, check);
        readRejections(tx, check);
        readCounts(tx, check);
        check.directories(tx.fetchCount(RESOURCE_DIRECTORY));
        check.ofOtherTopics(tx.fetchCount(MESSAGE_CONTACT, MESSAGE_CONTACT.SOURCE_TOPIC.ne(topicId))
                + tx.fetchCount(COMMAND_REJECTION, COMMAND_REJECTION.SOURCE_TOPIC.ne(topicId)));
    }

    private void readContacts(DSLContext tx, RowCheck check) {
        var query = tx.select(
                        MESSAGE_CONTACT.SOURCE_PARTITION,
                        MESSAGE_CONTACT.SOURCE_OFFSET,
                        MESSAGE_CONTACT.DIRECTORY_ID,
                        MESSAGE_CONTACT.CONTACT_ID,
                        MESSAGE_CONTACT.REQUEST_ID,
                        MESSAGE_CONTACT.CREATED_AT,
                        MESSAGE_CONTACT.NAME,
                        MESSAGE_CONTACT.EMAIL_ADDRESS,
                        MESSAGE_CONTACT.PHONE_NUMBER,
                        MESSAGE_CONTACT.TITLE,
                        MESSAGE_CONTACT.MESSAGE_TYPES,
                        MESSAGE_CONTACT.FINGERPRINT,
                        MESSAGE_CONTACT.STATUS,
                        MESSAGE_CONTACT.EMAIL_VERIFIED_AT,
                        MESSAGE_CONTACT.DELETED_AT)
                .from(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.SOURCE_TOPIC.eq(topicId));
        forEach(query, row -> {
            Digest ids = ids(
                    row.get(MESSAGE_CONTACT.DIRECTORY_ID),
                    row.get(MESSAGE_CONTACT.CONTACT_ID),
                    row.get(MESSAGE_CONTACT.REQUEST_ID),
                    millis(row.get(MESSAGE_CONTACT.CREATED_AT)));
            Digest content = row.get(MESSAGE_CONTACT.FINGERPRINT) == null
                    ? ERASED
                    : content(
                            row.get(MESSAGE_CONTACT.NAME),
                            row.get(MESSAGE_CONTACT.EMAIL_ADDRESS),
                            row.get(MESSAGE_CONTACT.PHONE_NUMBER),
                            row.get(MESSAGE_CONTACT.TITLE),
                            row.get(MESSAGE_CONTACT.MESSAGE_TYPES),
                            row.get(MESSAGE_CONTACT.FINGERPRINT));
            ContactStatus status =
                    status(row.get(MESSAGE_CONTACT.EMAIL_VERIFIED_AT), row.get(MESSAGE_CONTACT.DELETED_AT));
            check.contact(
                    row.get(MESSAGE_CONTACT.SOURCE_PARTITION),
                    row.get(MESSAGE_CONTACT.SOURCE_OFFSET),
                    Digest.pair(
                            ids,
                            status.wireName().equals(row.get(MESSAGE_CONTACT.STATUS)) ? content : OF_OTHER_STATUS));
        });
    }

    private static ContactStatus status(@Nullable OffsetDateTime emailVerified, @Nullable OffsetDateTime deleted) {
        if (deleted != null) {
            return ContactStatus.DELETED;
        }
        return emailVerified == null ? ContactStatus.VERIFYING : ContactStatus.ACTIVE;
    }

    private void readRejections(DSLContext tx, RowCheck check) {
        var query = tx.select(
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET,
                        COMMAND_REJECTION.CODE,
                        COMMAND_REJECTION.DIRECTORY_ID,
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.REJECTED_AT,
                        COMMAND_REJECTION.FINGERPRINT)
                .from(COMMAND_REJECTION)
                .where(COMMAND_REJECTION.SOURCE_TOPIC.eq(topicId));
        forEach(
                query,
                row -> check.rejection(
                        row.get(COMMAND_REJECTION.SOURCE_PARTITION),
                        row.get(COMMAND_REJECTION.SOURCE_OFFSET),
                        AnswerCode.rejected(row.get(COMMAND_REJECTION.CODE)),
                        Digest.pair(
                                ids(
                                        row.get(COMMAND_REJECTION.DIRECTORY_ID),
                                        row.get(COMMAND_REJECTION.CONTACT_ID),
                                        null,
                                        millis(row.get(COMMAND_REJECTION.REJECTED_AT))),
                                row.get(COMMAND_REJECTION.FINGERPRINT) == null
                                        ? ERASED
                                        : new Digest().add(row.get(COMMAND_REJECTION.FINGERPRINT)))));
    }

    private static void readCounts(DSLContext tx, RowCheck check) {
        Field<Integer> rows = field(name("counted", "contacts"), SQLDataType.INTEGER);
        Field<String> owner = field(name("counted", "directory_id"), SQLDataType.VARCHAR);
        var counted = select(MESSAGE_CONTACT.DIRECTORY_ID, count().as("contacts"))
                .from(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.DELETED_AT.isNull())
                .groupBy(MESSAGE_CONTACT.DIRECTORY_ID)
                .asTable("counted");
        Field<String> directoryId =
                coalesce(RESOURCE_DIRECTORY.DIRECTORY_ID, owner).as("id");
        Field<Integer> contacts = coalesce(rows, inline(0));
        var query = tx.select(directoryId, RESOURCE_DIRECTORY.CONTACT_COUNT, contacts.as("contacts"))
                .from(RESOURCE_DIRECTORY)
                .fullJoin(counted)
                .on(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(owner))
                .where(RESOURCE_DIRECTORY.CONTACT_COUNT.isDistinctFrom(contacts));
        forEach(query, row -> check.wrongCount(row.value1(), row.value2(), row.value3()));
    }

    private static <R extends Record> void forEach(ResultQuery<R> query, Consumer<? super R> each) {
        try (Cursor<R> cursor = query.fetchSize(ROWS_AT_A_TIME).fetchLazy()) {
            cursor.forEach(each);
        }
    }

    /** Whether a row with this digest has no content any more: its contact is deleted. */
    static boolean isErased(long digest) {
        return Digest.isOf(ERASED, digest);
    }

    /** The digest that the row of this contact has. */
    static long digest(Contact contact, long createdAt) {
        Phone phone = contact.phone();
        Digest content = content(
                contact.name(),
                contact.emailAddress(),
                phone == null ? null : phone.number(),
                contact.title().wireName(),
                contact.messageTypes().stream().map(MessageType::wireName).toArray(String[]::new),
                contact.fingerprint());
        return Digest.pair(ids(contact.directoryId(), contact.contactId(), contact.requestId(), createdAt), content);
    }

    /** The digest that the row of a rejection of this contact has. */
    static long rejectionDigest(Contact contact, long rejectedAt) {
        return Digest.pair(
                ids(contact.directoryId(), contact.contactId(), null, rejectedAt),
                new Digest().add(contact.fingerprint()));
    }

    private static Digest ids(String directoryId, String contactId, @Nullable String requestId, long millis) {
        return new Digest().add(directoryId).add(contactId).add(requestId).add(millis);
    }

    private static Digest content(
            String name, String email, @Nullable String phone, String title, String[] types, long fingerprint) {
        Digest content = new Digest().add(name).add(email).add(phone).add(title).add(fingerprint);
        for (String type : types) {
            content.add(type);
        }
        return content;
    }

    private static long millis(OffsetDateTime instant) {
        return instant.toInstant().toEpochMilli();
    }
}
