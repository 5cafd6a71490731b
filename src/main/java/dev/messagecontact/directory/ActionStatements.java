package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESENT_VERIFICATION;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.update;

import dev.messagecontact.command.Action;
import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.directory.Rows.Deleted;
import dev.messagecontact.directory.Rows.EarlyConfirmation;
import dev.messagecontact.directory.Rows.NewAction;
import dev.messagecontact.directory.Rows.Resent;
import dev.messagecontact.directory.Rows.Tombstone;
import dev.messagecontact.directory.Rows.Verified;
import dev.messagecontact.verification.ContactStatus;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** What a batch with commands about contacts asks of them and tells them, besides what every batch does. */
final class ActionStatements {

    private static final ArrayRows<ContactKey> KEYS = new ArrayRows<ContactKey>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, ContactKey::directoryId)
            .column(MESSAGE_CONTACT.CONTACT_ID, ContactKey::contactId);

    private static final ArrayRows<Verified> VERIFIED = new ArrayRows<Verified>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, v -> v.key().directoryId())
            .column(MESSAGE_CONTACT.CONTACT_ID, v -> v.key().contactId())
            .column(MESSAGE_CONTACT.STATUS, v -> v.status().wireName())
            .column(
                    MESSAGE_CONTACT.EMAIL_VERIFIED_AT,
                    SQLDataType.BIGINT,
                    Verified::emailVerifiedAt,
                    DirectoryStatements::instant)
            .column(
                    MESSAGE_CONTACT.PHONE_VERIFIED_AT,
                    SQLDataType.BIGINT,
                    Verified::phoneVerifiedAt,
                    DirectoryStatements::instant);

    private static final ArrayRows<Content> CONTENTS = new ArrayRows<Content>()
            .column(COMMAND_REJECTION.DIRECTORY_ID, Content::directoryId)
            .column(COMMAND_REJECTION.FINGERPRINT, Content::fingerprint);

    private static final ArrayRows<Deleted> DELETED = new ArrayRows<Deleted>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, d -> d.key().directoryId())
            .column(MESSAGE_CONTACT.CONTACT_ID, d -> d.key().contactId())
            .column(MESSAGE_CONTACT.DELETED_AT, SQLDataType.BIGINT, Deleted::at, DirectoryStatements::instant);

    private static final ArrayRows<Tombstone> TOMBSTONES = new ArrayRows<Tombstone>()
            .column(MESSAGE_CONTACT.DIRECTORY_ID, t -> t.contact().contact().directoryId())
            .column(MESSAGE_CONTACT.CONTACT_ID, t -> t.contact().contact().contactId())
            .column(MESSAGE_CONTACT.REQUEST_ID, t -> t.contact().contact().requestId())
            .constant(MESSAGE_CONTACT.STATUS, ContactStatus.DELETED.wireName())
            .column(
                    MESSAGE_CONTACT.CREATED_AT,
                    SQLDataType.BIGINT,
                    t -> t.contact().createdAt(),
                    DirectoryStatements::instant)
            .column(MESSAGE_CONTACT.SOURCE_TOPIC, t -> t.contact().source().topicId())
            .column(MESSAGE_CONTACT.SOURCE_PARTITION, t -> t.contact().source().partition())
            .column(MESSAGE_CONTACT.SOURCE_OFFSET, t -> t.contact().source().offset())
            .column(MESSAGE_CONTACT.DELETED_AT, SQLDataType.BIGINT, Tombstone::deletedAt, DirectoryStatements::instant);

    private static final ArrayRows<NewAction> ACTIONS = new ArrayRows<NewAction>()
            .column(CONTACT_ACTION.DIRECTORY_ID, a -> a.action().directoryId())
            .column(CONTACT_ACTION.REQUEST_KEY, a -> a.action().requestKey())
            .column(CONTACT_ACTION.SOURCE_TOPIC, a -> a.source().topicId())
            .column(CONTACT_ACTION.SOURCE_PARTITION, a -> a.source().partition())
            .column(CONTACT_ACTION.SOURCE_OFFSET, a -> a.source().offset())
            .column(CONTACT_ACTION.ACTION, a -> a.action().kind().operation())
            .column(CONTACT_ACTION.CONTACT_ID, a -> a.action().contactId())
            .column(CONTACT_ACTION.CODE, a -> a.code() == null ? null : a.code().code())
            .column(
                    CONTACT_ACTION.STATUS,
                    a -> a.status() == null ? null : a.status().wireName())
            .column(
                    CONTACT_ACTION.CHANNEL,
                    a -> a.channel() == null ? null : a.channel().idName())
            .column(CONTACT_ACTION.FINGERPRINT, NewAction::fingerprint)
            .column(CONTACT_ACTION.DECIDED_AT, SQLDataType.BIGINT, NewAction::at, DirectoryStatements::instant);

    private static final ArrayRows<Resent> RESENT_ROWS = new ArrayRows<Resent>()
            .column(RESENT_VERIFICATION.DIRECTORY_ID, r -> r.key().directoryId())
            .column(RESENT_VERIFICATION.CONTACT_ID, r -> r.key().contactId())
            .column(RESENT_VERIFICATION.VERIFICATION_ID, Resent::verificationId)
            .column(RESENT_VERIFICATION.CHANNEL, r -> r.channel().idName());

    private static final ArrayRows<EarlyConfirmation> EARLY_ROWS = new ArrayRows<EarlyConfirmation>()
            .column(EARLY_CONFIRMATION.DIRECTORY_ID, e -> e.key().directoryId())
            .column(EARLY_CONFIRMATION.CONTACT_ID, e -> e.key().contactId())
            .column(EARLY_CONFIRMATION.VERIFICATION_ID, EarlyConfirmation::verificationId)
            .column(
                    EARLY_CONFIRMATION.CONFIRMED_AT,
                    SQLDataType.BIGINT,
                    EarlyConfirmation::at,
                    DirectoryStatements::instant);

    private static final Field<?>[] DETAILS_COLUMNS = {
        MESSAGE_CONTACT.DIRECTORY_ID,
        MESSAGE_CONTACT.CONTACT_ID,
        MESSAGE_CONTACT.NAME,
        MESSAGE_CONTACT.EMAIL_ADDRESS,
        MESSAGE_CONTACT.PHONE_NUMBER,
        MESSAGE_CONTACT.PHONE_E164,
        MESSAGE_CONTACT.EMAIL_VERIFIED_AT,
        MESSAGE_CONTACT.PHONE_VERIFIED_AT,
        MESSAGE_CONTACT.FINGERPRINT,
        MESSAGE_CONTACT.DELETED_AT
    };

    private static final Field<?>[] RESENT_COLUMNS = {
        RESENT_VERIFICATION.DIRECTORY_ID,
        RESENT_VERIFICATION.CONTACT_ID,
        RESENT_VERIFICATION.VERIFICATION_ID,
        RESENT_VERIFICATION.CHANNEL
    };

    private static final Field<?>[] DELETION_COLUMNS = {
        CONTACT_ACTION.DIRECTORY_ID, CONTACT_ACTION.CONTACT_ID, CONTACT_ACTION.DECIDED_AT
    };

    private static final Field<?>[] EARLY_COLUMNS = {
        EARLY_CONFIRMATION.DIRECTORY_ID,
        EARLY_CONFIRMATION.CONTACT_ID,
        EARLY_CONFIRMATION.VERIFICATION_ID,
        EARLY_CONFIRMATION.CONFIRMED_AT
    };

    /** The contacts of these keys that are there, deleted or not. */
    static final BatchStatement<ContactKey> DETAILS = new BatchStatement<>(KEYS, details(), DETAILS_COLUMNS);

    /** The verifications that were asked for again, of these contacts. */
    static final BatchStatement<ContactKey> RESENT = new BatchStatement<>(KEYS, resent(), RESENT_COLUMNS);

    /** The confirmations that came early, of these contacts. */
    static final BatchStatement<ContactKey> EARLY = new BatchStatement<>(KEYS, early(), EARLY_COLUMNS);

    /** The commands that have deleted these contacts. */
    static final BatchStatement<ContactKey> DELETIONS = new BatchStatement<>(KEYS, deletions(), DELETION_COLUMNS);

    static final BatchStatement<Verified> VERIFY = new BatchStatement<>(VERIFIED, verify());

    /** Takes away what the person has told. */
    static final BatchStatement<Deleted> ERASE = new BatchStatement<>(DELETED, erase());

    static final BatchStatement<Tombstone> INSERT_TOMBSTONES =
            new BatchStatement<>(TOMBSTONES, TOMBSTONES.insertInto(MESSAGE_CONTACT));

    /** Passes over what is stored already: a command that is met again after a crash. */
    static final BatchStatement<NewAction> INSERT_ACTIONS =
            new BatchStatement<>(ACTIONS, ACTIONS.insertInto(CONTACT_ACTION).onConflictDoNothing());

    static final BatchStatement<Resent> INSERT_RESENT = new BatchStatement<>(
            RESENT_ROWS, RESENT_ROWS.insertInto(RESENT_VERIFICATION).onConflictDoNothing());

    static final BatchStatement<EarlyConfirmation> INSERT_EARLY = new BatchStatement<>(
            EARLY_ROWS, EARLY_ROWS.insertInto(EARLY_CONFIRMATION).onConflictDoNothing());

    static final BatchStatement<EarlyConfirmation> DELETE_EARLY = new BatchStatement<>(EARLY_ROWS, deleteMatched());

    /** Deletes the verifications of erased contacts: their ids are hashes of what is erased. */
    static final BatchStatement<ContactKey> ERASE_RESENT = new BatchStatement<>(KEYS, eraseResent());

    static final BatchStatement<ContactKey> ERASE_EARLY = new BatchStatement<>(KEYS, eraseEarly());

    /** Erases the fingerprints of actions on erased contacts: they are hashes of what is erased. */
    static final BatchStatement<ContactKey> ERASE_ACTIONS = new BatchStatement<>(KEYS, eraseActions());

    /**
     * Erases the fingerprints of other requests' rejections with the content of an erased contact, stored before this batch.
     * It reads the rejections of the directory, which are together in the primary key.
     */
    static final BatchStatement<Content> ERASE_REJECTED_CONTENT =
            new BatchStatement<>(CONTENTS, eraseRejectedContent());

    /** Erases the fingerprints of the rejections of the request that made the contact in the end. */
    static final BatchStatement<ContactKey> ERASE_REJECTIONS = new BatchStatement<>(KEYS, eraseRejections());

    private ActionStatements() {}

    /** A null as text, not as a value to bind: a statement's only binds are those of its rows. */
    private static <T> Field<T> nothing(Field<T> like) {
        return DSL.inline(null, like);
    }

    private static Query details() {
        return select(DETAILS_COLUMNS)
                .from(KEYS.table())
                .join(MESSAGE_CONTACT)
                .on(KEYS.matches(MESSAGE_CONTACT.DIRECTORY_ID, MESSAGE_CONTACT.CONTACT_ID));
    }

    private static Query resent() {
        return select(RESENT_COLUMNS)
                .from(KEYS.table())
                .join(RESENT_VERIFICATION)
                .on(KEYS.matches(RESENT_VERIFICATION.DIRECTORY_ID, RESENT_VERIFICATION.CONTACT_ID));
    }

    private static Query early() {
        return select(EARLY_COLUMNS)
                .from(KEYS.table())
                .join(EARLY_CONFIRMATION)
                .on(KEYS.matches(EARLY_CONFIRMATION.DIRECTORY_ID, EARLY_CONFIRMATION.CONTACT_ID));
    }

    private static Query deletions() {
        InDirectories<String> asked = new InDirectories<>(KEYS, CONTACT_ACTION.DIRECTORY_ID, CONTACT_ACTION.CONTACT_ID);
        return asked.statement()
                .select(DELETION_COLUMNS)
                .from(asked.directories())
                .join(CONTACT_ACTION)
                .on(asked.hold())
                .where(CONTACT_ACTION.ACTION.eq(DSL.inline(Action.DELETE.operation())))
                .and(CONTACT_ACTION.CODE.isNull());
    }

    private static Query verify() {
        return update(MESSAGE_CONTACT)
                .set(MESSAGE_CONTACT.STATUS, VERIFIED.field(MESSAGE_CONTACT.STATUS))
                .set(MESSAGE_CONTACT.EMAIL_VERIFIED_AT, VERIFIED.stored(MESSAGE_CONTACT.EMAIL_VERIFIED_AT))
                .set(MESSAGE_CONTACT.PHONE_VERIFIED_AT, VERIFIED.stored(MESSAGE_CONTACT.PHONE_VERIFIED_AT))
                .from(VERIFIED.table())
                .where(VERIFIED.matches(MESSAGE_CONTACT.DIRECTORY_ID, MESSAGE_CONTACT.CONTACT_ID));
    }

    private static Query erase() {
        return update(MESSAGE_CONTACT)
                .set(MESSAGE_CONTACT.NAME, nothing(MESSAGE_CONTACT.NAME))
                .set(MESSAGE_CONTACT.EMAIL_ADDRESS, nothing(MESSAGE_CONTACT.EMAIL_ADDRESS))
                .set(MESSAGE_CONTACT.PHONE_NUMBER, nothing(MESSAGE_CONTACT.PHONE_NUMBER))
                .set(MESSAGE_CONTACT.PHONE_E164, nothing(MESSAGE_CONTACT.PHONE_E164))
                .set(MESSAGE_CONTACT.TITLE, nothing(MESSAGE_CONTACT.TITLE))
                .set(MESSAGE_CONTACT.MESSAGE_TYPES, nothing(MESSAGE_CONTACT.MESSAGE_TYPES))
                .set(MESSAGE_CONTACT.FINGERPRINT, nothing(MESSAGE_CONTACT.FINGERPRINT))
                .set(MESSAGE_CONTACT.EMAIL_VERIFIED_AT, nothing(MESSAGE_CONTACT.EMAIL_VERIFIED_AT))
                .set(MESSAGE_CONTACT.PHONE_VERIFIED_AT, nothing(MESSAGE_CONTACT.PHONE_VERIFIED_AT))
                .set(MESSAGE_CONTACT.STATUS, DSL.inline(ContactStatus.DELETED.wireName()))
                .set(MESSAGE_CONTACT.DELETED_AT, DELETED.stored(MESSAGE_CONTACT.DELETED_AT))
                .from(DELETED.table())
                .where(DELETED.matches(MESSAGE_CONTACT.DIRECTORY_ID, MESSAGE_CONTACT.CONTACT_ID));
    }

    private static Query deleteMatched() {
        return DSL.deleteFrom(EARLY_CONFIRMATION)
                .using(EARLY_ROWS.table())
                .where(EARLY_ROWS.matches(
                        EARLY_CONFIRMATION.DIRECTORY_ID,
                        EARLY_CONFIRMATION.CONTACT_ID,
                        EARLY_CONFIRMATION.VERIFICATION_ID));
    }

    private static Query eraseResent() {
        return DSL.deleteFrom(RESENT_VERIFICATION)
                .using(KEYS.table())
                .where(KEYS.matches(RESENT_VERIFICATION.DIRECTORY_ID, RESENT_VERIFICATION.CONTACT_ID));
    }

    private static Query eraseEarly() {
        return DSL.deleteFrom(EARLY_CONFIRMATION)
                .using(KEYS.table())
                .where(KEYS.matches(EARLY_CONFIRMATION.DIRECTORY_ID, EARLY_CONFIRMATION.CONTACT_ID));
    }

    private static Query eraseActions() {
        InDirectories<String> erased =
                new InDirectories<>(KEYS, CONTACT_ACTION.DIRECTORY_ID, CONTACT_ACTION.CONTACT_ID);
        return erased.statement()
                .update(CONTACT_ACTION)
                .set(CONTACT_ACTION.FINGERPRINT, nothing(CONTACT_ACTION.FINGERPRINT))
                .from(erased.directories())
                .where(CONTACT_ACTION.FINGERPRINT.isNotNull())
                .and(erased.hold());
    }

    private static Query eraseRejectedContent() {
        InDirectories<Long> erased =
                new InDirectories<>(CONTENTS, COMMAND_REJECTION.DIRECTORY_ID, COMMAND_REJECTION.FINGERPRINT);
        return erased.statement()
                .update(COMMAND_REJECTION)
                .set(COMMAND_REJECTION.FINGERPRINT, nothing(COMMAND_REJECTION.FINGERPRINT))
                .from(erased.directories())
                .where(COMMAND_REJECTION.FINGERPRINT.isNotNull())
                .and(erased.hold());
    }

    private static Query eraseRejections() {
        return update(COMMAND_REJECTION)
                .set(COMMAND_REJECTION.FINGERPRINT, nothing(COMMAND_REJECTION.FINGERPRINT))
                .from(KEYS.table())
                .where(KEYS.matches(COMMAND_REJECTION.DIRECTORY_ID, COMMAND_REJECTION.CONTACT_ID));
    }
}
