package dev.messagecontact.recovery.audit;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.val;

import dev.messagecontact.directory.ContactKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Looks up what is stored for single requests, as of now, whichever record made the rows. {@link
 * dev.messagecontact.directory.Directories} would do it too, but fails at the code of a rejection that this release does
 * not know; here it is {@link AnswerCode#UNKNOWN}. Any thread may call it.
 */
final class RowLookup {

    private static final Field<String> WANTED_DIRECTORY = field(name("wanted", "directory_id"), SQLDataType.VARCHAR);
    private static final Field<String> WANTED_CONTACT = field(name("wanted", "contact_id"), SQLDataType.VARCHAR);

    private final DSLContext database;

    RowLookup(DSLContext database) {
        this.database = database;
    }

    /**
     * The row of a contact.
     *
     * @param fingerprint of its content; null if the contact is deleted
     * @param createdAt milliseconds since 1970 UTC
     */
    record ContactRow(@Nullable Long fingerprint, long createdAt) {}

    /**
     * The row of a rejection.
     *
     * @param code an {@link AnswerCode}
     * @param fingerprint of the content; null if it is erased
     */
    record RejectionRow(byte code, @Nullable Long fingerprint) {}

    /** The rows of these contacts, by contact id; a contact that is not stored is missing. */
    Map<String, ContactRow> contacts(List<ContactKey> keys) {
        Map<String, ContactRow> found = new HashMap<>();
        database.select(MESSAGE_CONTACT.CONTACT_ID, MESSAGE_CONTACT.FINGERPRINT, MESSAGE_CONTACT.CREATED_AT)
                .from(MESSAGE_CONTACT)
                .join(table(keys))
                .on(MESSAGE_CONTACT.DIRECTORY_ID.eq(WANTED_DIRECTORY))
                .and(MESSAGE_CONTACT.CONTACT_ID.eq(WANTED_CONTACT))
                .forEach(row -> found.put(
                        row.value1(),
                        new ContactRow(row.value2(), row.value3().toInstant().toEpochMilli())));
        return found;
    }

    /** The rows of rejections of these contacts, by contact id; a contact without any is missing. */
    Map<String, List<RejectionRow>> rejections(List<ContactKey> keys) {
        return database.select(COMMAND_REJECTION.CONTACT_ID, COMMAND_REJECTION.CODE, COMMAND_REJECTION.FINGERPRINT)
                .from(COMMAND_REJECTION)
                .join(table(keys))
                .on(COMMAND_REJECTION.DIRECTORY_ID.eq(WANTED_DIRECTORY))
                .and(COMMAND_REJECTION.CONTACT_ID.eq(WANTED_CONTACT))
                .fetchGroups(
                        COMMAND_REJECTION.CONTACT_ID,
                        row -> new RejectionRow(AnswerCode.rejected(row.value2()), row.value3()));
    }

    /** Pairs, not two lists: PostgreSQL would try every directory with every contact. */
    private static Table<?> table(List<ContactKey> keys) {
        return DSL.table(
                "unnest({0}, {1}) as wanted(directory_id, contact_id)",
                val(keys.stream().map(ContactKey::directoryId).toArray(String[]::new)),
                val(keys.stream().map(ContactKey::contactId).toArray(String[]::new)));
    }
}
