package dev.messagecontact.directory;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.Contact;

/**
 * A rejection to remember, because it depended on state.
 *
 * @param rejectedAt milliseconds since 1970 UTC
 * @param source the record that is rejected
 */
public record NewRejection(Contact contact, ErrorCode code, long rejectedAt, RecordId source) {}
