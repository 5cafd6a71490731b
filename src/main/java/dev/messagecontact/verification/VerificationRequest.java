package dev.messagecontact.verification;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.util.List;

/**
 * The one request to verify that a contact is reached on a channel.
 *
 * @param verificationId derived from contact, channel and target: the same request has the same id for ever
 */
public record VerificationRequest(Channel channel, String verificationId, Contact contact) {

    /** What must be verified of a new contact: its email address, and its phone where it has one. */
    public static List<VerificationRequest> allFor(Contact contact) {
        VerificationRequest email = of(Channel.EMAIL, contact, contact.emailAddress());
        Phone phone = contact.phone();
        return phone == null ? List.of(email) : List.of(email, of(Channel.SMS, contact, phone.number()));
    }

    private static VerificationRequest of(Channel channel, Contact contact, String target) {
        String id = DerivedIds.verificationId(contact.contactId(), channel.idName(), target);
        return new VerificationRequest(channel, id, contact);
    }
}
