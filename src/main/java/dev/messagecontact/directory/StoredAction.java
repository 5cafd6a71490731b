package dev.messagecontact.directory;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about an action on a contact.
 *
 * @param contactId of the contact that it is about
 * @param code why it was rejected; null if it was done
 * @param status of the contact afterwards; null if it was rejected
 * @param channel of the verification; null if there is none
 * @param fingerprint of the content; null if the contact is deleted
 * @param source the command's record
 */
public record StoredAction(
        Action kind,
        String contactId,
        @Nullable ErrorCode code,
        @Nullable ContactStatus status,
        @Nullable Channel channel,
        @Nullable Long fingerprint,
        RecordId source) {}
