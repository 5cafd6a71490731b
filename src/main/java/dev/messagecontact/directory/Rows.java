package dev.messagecontact.directory;

import static java.util.stream.Stream.concat;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a batch changes in the tables with directories, contacts and decisions.
 *
 * @param contacts that are new
 * @param rejections to remember under their RequestIds
 * @param refusals to remember under their positions only
 * @param actions what was decided about each action on a contact
 * @param verified contacts of which something is verified now, as they stand afterwards
 * @param deleted stored contacts to erase
 * @param tombstones contacts that the batch makes and deletes: they are stored as erased
 * @param resent verifications that are asked for again
 * @param early confirmations of which the verification is not known
 * @param matched confirmations that are early no longer: their verification is known now, or an earlier one takes their place
 */
public record Rows(
        List<NewContact> contacts,
        List<NewRejection> rejections,
        List<NewRefusal> refusals,
        List<NewAction> actions,
        List<Verified> verified,
        List<Deleted> deleted,
        List<Tombstone> tombstones,
        List<Resent> resent,
        List<EarlyConfirmation> early,
        List<EarlyConfirmation> matched) {

    /** The rows of a batch that changes nothing. */
    public static final Rows NONE = new Rows(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of());

    /**
     * A contact to store.
     *
     * @param createdAt milliseconds since 1970 UTC
     * @param source the record that makes it
     */
    public record NewContact(Contact contact, long createdAt, RecordId source) {

        /** Names the contact. */
        public ContactKey key() {
            return new ContactKey(contact.directoryId(), contact.contactId());
        }
    }

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

    /**
     * A refusal to remember, under the record's position only.
     *
     * @param source the record that is refused
     * @param codes why, the first is the answer's
     * @param refusedAt milliseconds since 1970 UTC
     */
    public record NewRefusal(RecordId source, List<ErrorCode> codes, long refusedAt) {}

    /**
     * What was decided about an action on a contact.
     *
     * @param code why it was rejected; null if it was done
     * @param status of the contact afterwards; null if it was rejected
     * @param channel of the verification; null if there is none
     * @param fingerprint of the content; null if no repeat of the request is compared with it
     * @param at milliseconds since 1970 UTC
     */
    public record NewAction(
            ContactAction action,
            RecordId source,
            @Nullable ErrorCode code,
            @Nullable ContactStatus status,
            @Nullable Channel channel,
            @Nullable Long fingerprint,
            long at) {}

    /**
     * A contact of which something is verified.
     *
     * @param emailVerifiedAt milliseconds since 1970 UTC; null if the address is not verified
     * @param phoneVerifiedAt the same of the number
     */
    public record Verified(
            ContactKey key,
            ContactStatus status,
            @Nullable Long emailVerifiedAt,
            @Nullable Long phoneVerifiedAt) {}

    /**
     * A stored contact to erase.
     *
     * @param at milliseconds since 1970 UTC
     * @param fingerprint of its content
     */
    public record Deleted(ContactKey key, long at, @Nullable Long fingerprint) {

        /** What it was about. */
        public Content content() {
            return new Content(key.directoryId(), fingerprint);
        }
    }

    /** @param deletedAt milliseconds since 1970 UTC */
    public record Tombstone(NewContact contact, long deletedAt) {

        /** What it was about. */
        public Content content() {
            return new Content(
                    contact.contact().directoryId(), contact.contact().fingerprint());
        }
    }

    public record Resent(ContactKey key, String verificationId, Channel channel) {}

    /** @param at milliseconds since 1970 UTC */
    public record EarlyConfirmation(ContactKey key, String verificationId, long at) {}

    /** The contacts that are erased. */
    List<ContactKey> erased() {
        return concat(
                        deleted.stream().map(Deleted::key),
                        tombstones.stream().map(each -> each.contact().key()))
                .toList();
    }

    /** What the contacts that are erased were about. */
    List<Content> erasedContents() {
        return concat(
                        deleted.stream().map(Deleted::content),
                        tombstones.stream().map(Tombstone::content))
                .toList();
    }

    /** These and what came after them. */
    public Rows then(Rows next) {
        return new Rows(
                concat(contacts.stream(), next.contacts.stream()).toList(),
                concat(rejections.stream(), next.rejections.stream()).toList(),
                concat(refusals.stream(), next.refusals.stream()).toList(),
                concat(actions.stream(), next.actions.stream()).toList(),
                concat(verified.stream(), next.verified.stream()).toList(),
                concat(deleted.stream(), next.deleted.stream()).toList(),
                concat(tombstones.stream(), next.tombstones.stream()).toList(),
                concat(resent.stream(), next.resent.stream()).toList(),
                concat(early.stream(), next.early.stream()).toList(),
                concat(matched.stream(), next.matched.stream()).toList());
    }
}
