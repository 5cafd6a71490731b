package dev.messagecontact.verification;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to verify that a contact is reached on a channel.
 *
 * @param verificationId a function of contact, channel and target and, unless it is the first one, of the request that made
 *     it: the same request has the same id for ever
 * @param requestId of the command that it follows from
 * @param target the email address or number
 * @param e164 the number as it is dialled; null of an email address
 */
public record VerificationRequest(
        Channel channel,
        String verificationId,
        String requestId,
        String directoryId,
        String contactId,
        String name,
        String target,
        @Nullable String e164) {

    /** What must be verified of a new contact: its email address, and its phone where it has one. */
    public static List<VerificationRequest> allFor(Contact contact) {
        VerificationRequest email = first(Channel.EMAIL, contact);
        return contact.phone() == null ? List.of(email) : List.of(email, first(Channel.SMS, contact));
    }

    private static VerificationRequest first(Channel channel, Contact contact) {
        String target = Objects.requireNonNull(target(channel, contact.emailAddress(), contact.phone()));
        return new VerificationRequest(
                channel,
                DerivedIds.verificationId(contact.contactId(), channel.idName(), target),
                contact.requestId(),
                contact.directoryId(),
                contact.contactId(),
                contact.name(),
                target,
                e164(channel, contact.phone()));
    }

    /**
     * A further request to verify a contact's email address or number.
     *
     * @param requestId of the command that asks for it
     * @param phone the contact's; null if it has none, and the channel is email then
     */
    public static VerificationRequest again(
            Channel channel,
            String requestId,
            String directoryId,
            String contactId,
            String name,
            String emailAddress,
            @Nullable Phone phone) {
        String target = Objects.requireNonNull(target(channel, emailAddress, phone));
        return new VerificationRequest(
                channel,
                DerivedIds.verificationId(contactId, channel.idName(), target, requestId),
                requestId,
                directoryId,
                contactId,
                name,
                target,
                e164(channel, phone));
    }

    /** What a contact is reached at on this channel; null if it has nothing. */
    public static @Nullable String target(Channel channel, String emailAddress, @Nullable Phone phone) {
        return switch (channel) {
            case EMAIL -> emailAddress;
            case SMS -> phone == null ? null : phone.number();
        };
    }

    private static @Nullable String e164(Channel channel, @Nullable Phone phone) {
        return channel == Channel.SMS && phone != null ? phone.e164() : null;
    }
}
