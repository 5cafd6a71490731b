package dev.messagecontact.validation;

import dev.messagecontact.command.Action;
import dev.messagecontact.identity.DerivedIds;
import org.jspecify.annotations.Nullable;

/**
 * An action on a contact that a command asks for, in normal form. Whether there is such a contact is not known yet.
 *
 * @param kind any but {@link Action#ADD}
 * @param requestKey the id that a contact of this request would have: it tells the requests of all directories apart
 * @param target the email address or number that the sender takes for the contact's; null if the command names none
 * @param verificationId what is confirmed; null of every other action
 * @param fingerprint of kind, contact and target: equal for two commands with the same content
 */
public record ContactAction(
        Action kind,
        String requestId,
        String directoryId,
        String requestKey,
        String contactId,
        @Nullable String target,
        @Nullable String verificationId,
        long fingerprint) {

    static ContactAction of(
            Action kind,
            String requestId,
            String directoryId,
            String contactId,
            @Nullable String target,
            @Nullable String verificationId) {
        long fingerprint = DerivedIds.fingerprint(
                kind.operation(),
                contactId,
                target == null ? "" : target,
                verificationId == null ? "" : verificationId);
        return new ContactAction(
                kind,
                requestId,
                directoryId,
                DerivedIds.contactId(directoryId, requestId),
                contactId,
                target,
                verificationId,
                fingerprint);
    }
}
