package dev.messagecontact.validation;

import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Title;
import dev.messagecontact.identity.DerivedIds;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A contact that meets every field rule, in normal form.
 *
 * @param contactId derived from directory and request id
 * @param name in NFC
 * @param emailAddress as sent, case kept
 * @param phone null if the contact has none
 * @param messageTypes in the order sent, without repeats
 * @param fingerprint of the five parameters in normal form: equal for two commands with the same content
 */
public record Contact(
        String requestId,
        String directoryId,
        String contactId,
        String name,
        String emailAddress,
        @Nullable Phone phone,
        Title title,
        List<MessageType> messageTypes,
        long fingerprint) {

    public Contact {
        messageTypes = List.copyOf(messageTypes);
    }

    /** The contact that this request makes in this directory. */
    static Contact of(
            String requestId,
            String directoryId,
            String name,
            String emailAddress,
            @Nullable Phone phone,
            Title title,
            List<MessageType> messageTypes) {
        long fingerprint = DerivedIds.fingerprint(
                name,
                emailAddress,
                phone == null ? "" : phone.number(),
                title.wireName(),
                messageTypes.stream().map(MessageType::wireName).collect(Collectors.joining(",")));
        String contactId = DerivedIds.contactId(directoryId, requestId);
        return new Contact(
                requestId, directoryId, contactId, name, emailAddress, phone, title, messageTypes, fingerprint);
    }
}
