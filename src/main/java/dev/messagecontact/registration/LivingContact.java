package dev.messagecontact.registration;

import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Rows.Verified;
import dev.messagecontact.directory.StoredDetails;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import dev.messagecontact.verification.VerificationRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A contact that is not deleted, changed as the batch goes on.
 *
 * <p>What is verified of it depends on which verifications were asked for and which were confirmed, not on the order in which
 * that is heard: the two topics with commands are read in no common order, and in another one when a database is rebuilt. So
 * of several confirmations the earliest counts, and one that comes before its verification is kept.
 */
final class LivingContact {

    private final ContactKey key;
    private final String name;
    private final String emailAddress;
    private final @Nullable Phone phone;
    private final Map<String, Channel> verifications = new HashMap<>();
    private @Nullable Long emailVerifiedAt;
    private @Nullable Long phoneVerifiedAt;

    private LivingContact(ContactKey key, String name, String emailAddress, @Nullable Phone phone) {
        this.key = key;
        this.name = name;
        this.emailAddress = emailAddress;
        this.phone = phone;
        verifications.put(firstVerification(Channel.EMAIL, emailAddress), Channel.EMAIL);
        if (phone != null) {
            verifications.put(firstVerification(Channel.SMS, phone.number()), Channel.SMS);
        }
    }

    private String firstVerification(Channel channel, String target) {
        return DerivedIds.verificationId(key.contactId(), channel.idName(), target);
    }

    /** The one that this makes. */
    static LivingContact of(Contact contact) {
        return new LivingContact(
                new ContactKey(contact.directoryId(), contact.contactId()),
                contact.name(),
                contact.emailAddress(),
                contact.phone());
    }

    /** One that is stored and not deleted. */
    static LivingContact of(ContactKey key, StoredDetails stored) {
        LivingContact contact = new LivingContact(
                key,
                Objects.requireNonNull(stored.name()),
                Objects.requireNonNull(stored.emailAddress()),
                stored.phone());
        contact.verifications.putAll(stored.resent());
        contact.emailVerifiedAt = stored.emailVerifiedAt();
        contact.phoneVerifiedAt = stored.phoneVerifiedAt();
        return contact;
    }

    ContactKey key() {
        return key;
    }

    String name() {
        return name;
    }

    ContactStatus status() {
        return emailVerifiedAt == null ? ContactStatus.VERIFYING : ContactStatus.ACTIVE;
    }

    /** The email address or number; null if it has none. */
    @Nullable
    String target(Channel channel) {
        return VerificationRequest.target(channel, emailAddress, phone);
    }

    boolean isVerified(Channel channel) {
        return (channel == Channel.EMAIL ? emailVerifiedAt : phoneVerifiedAt) != null;
    }

    /** What a verification of this id is of; empty if none was asked for. */
    Optional<Channel> channelOf(String verificationId) {
        return Optional.ofNullable(verifications.get(verificationId));
    }

    /** What this request to verify says; it counts from {@link #ask} on. */
    VerificationRequest request(Channel channel, String requestId) {
        return VerificationRequest.again(
                channel, requestId, key.directoryId(), key.contactId(), name, emailAddress, phone);
    }

    void ask(VerificationRequest request) {
        verifications.put(request.verificationId(), request.channel());
    }

    /**
     * A verification of this channel was confirmed.
     *
     * @param at milliseconds since 1970 UTC
     * @return whether that changes what is stored
     */
    boolean confirm(Channel channel, long at) {
        Long before = channel == Channel.EMAIL ? emailVerifiedAt : phoneVerifiedAt;
        if (before != null && before <= at) {
            return false;
        }
        if (channel == Channel.EMAIL) {
            emailVerifiedAt = at;
        } else {
            phoneVerifiedAt = at;
        }
        return true;
    }

    Verified verified() {
        return new Verified(key, status(), emailVerifiedAt, phoneVerifiedAt);
    }
}
