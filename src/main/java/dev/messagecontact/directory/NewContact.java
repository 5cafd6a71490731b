package dev.messagecontact.directory;

import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.Contact;

/**
 * A contact to store.
 *
 * @param createdAt milliseconds since 1970 UTC
 * @param source the record that makes it
 */
public record NewContact(Contact contact, long createdAt, RecordId source) {}
