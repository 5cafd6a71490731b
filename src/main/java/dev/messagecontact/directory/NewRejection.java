package dev.messagecontact.directory;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.Contact;
import org.jspecify.annotations.Nullable;

/**
 * A rejection to remember, because it depended on state.
 *
 * @param rejectedAt milliseconds since 1970 UTC
 * @param source the record that is rejected
 * @param fingerprint of the content; null if the contact with this content is erased within the batch
 */
public record NewRejection(
        Contact contact,
        ErrorCode code,
        long rejectedAt,
        RecordId source,
        @Nullable Long fingerprint) {

    /** One whose content is remembered. */
    public NewRejection(Contact contact, ErrorCode code, long rejectedAt, RecordId source) {
        this(contact, code, rejectedAt, source, contact.fingerprint());
    }

    /** The same one, once the contact with this content is erased. */
    public NewRejection without(Content erased) {
        return new Content(contact.directoryId(), fingerprint).equals(erased)
                ? new NewRejection(contact, code, rejectedAt, source, null)
                : this;
    }
}
