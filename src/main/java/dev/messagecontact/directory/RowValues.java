package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_DIRECTORY_ID;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.validation.Phone;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** What the columns of a row say, in the terms of those who decide. */
final class RowValues {

    private static final SourceColumns SOURCE_OF_CONTACT = SourceColumns.of(MESSAGE_CONTACT);
    private static final SourceColumns SOURCE_OF_REJECTION = SourceColumns.of(COMMAND_REJECTION);
    private static final SourceColumns SOURCE_OF_ACTION = SourceColumns.of(CONTACT_ACTION);

    private RowValues() {}

    static StoredContact contact(Record row) {
        return new StoredContact(
                row.get(MESSAGE_CONTACT.FINGERPRINT),
                row.get(MESSAGE_CONTACT.CREATED_AT).toInstant().toEpochMilli(),
                SOURCE_OF_CONTACT.in(row));
    }

    static StoredRejection rejection(Record row) {
        return new StoredRejection(
                row.get(COMMAND_DIRECTORY_ID),
                ErrorCode.of(row.get(COMMAND_REJECTION.CODE)),
                row.get(COMMAND_REJECTION.FINGERPRINT),
                SOURCE_OF_REJECTION.in(row));
    }

    static StoredAction action(Record row) {
        String code = row.get(CONTACT_ACTION.CODE);
        String status = row.get(CONTACT_ACTION.STATUS);
        String channel = row.get(CONTACT_ACTION.CHANNEL);
        return new StoredAction(
                Action.of(row.get(CONTACT_ACTION.ACTION)),
                row.get(CONTACT_ACTION.CONTACT_ID),
                code == null ? null : ErrorCode.of(code),
                status == null ? null : ContactStatus.of(status),
                channel == null ? null : Channel.of(channel),
                row.get(CONTACT_ACTION.FINGERPRINT),
                SOURCE_OF_ACTION.in(row));
    }

    static StoredDetails details(Record row, Map<String, Channel> resent) {
        return new StoredDetails(
                row.get(MESSAGE_CONTACT.DELETED_AT) != null,
                row.get(MESSAGE_CONTACT.NAME),
                row.get(MESSAGE_CONTACT.EMAIL_ADDRESS),
                phone(row.get(MESSAGE_CONTACT.PHONE_NUMBER), row.get(MESSAGE_CONTACT.PHONE_E164)),
                millis(row.get(MESSAGE_CONTACT.EMAIL_VERIFIED_AT)),
                millis(row.get(MESSAGE_CONTACT.PHONE_VERIFIED_AT)),
                row.get(MESSAGE_CONTACT.FINGERPRINT),
                resent);
    }

    private static @Nullable Phone phone(@Nullable String number, @Nullable String unusualE164) {
        if (number == null) {
            return null;
        }
        return unusualE164 == null ? Phone.asWritten(number) : new Phone(number, unusualE164);
    }

    private static @Nullable Long millis(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant().toEpochMilli();
    }
}
