package dev.messagecontact.directory;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.ContactChange;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What commands about contacts leave to be stored.
 *
 * @param verified contacts of which something is verified now, as they stand afterwards
 * @param deleted stored contacts to erase
 * @param tombstones contacts that the batch makes and deletes: they are stored as erased
 * @param actions what was decided about each command
 * @param resent verifications that are asked for again
 * @param early confirmations of which the verification is not known
 * @param matched confirmations that came early and whose verification is known now
 */
public record ContactChanges(
        List<Verified> verified,
        List<Deleted> deleted,
        List<Tombstone> tombstones,
        List<NewAction> actions,
        List<Resent> resent,
        List<EarlyConfirmation> early,
        List<EarlyConfirmation> matched) {

    /** Of a batch without any such command. */
    public static final ContactChanges NONE =
            new ContactChanges(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

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

    /**
     * What was decided about a command.
     *
     * @param code why it was rejected; null if it was done
     * @param status of the contact afterwards; null if it was rejected
     * @param channel of the verification; null if there is none
     * @param fingerprint of the content; null if no repeat of the request is compared with it
     * @param at milliseconds since 1970 UTC
     */
    public record NewAction(
            ContactChange change,
            RecordId source,
            @Nullable ErrorCode code,
            @Nullable ContactStatus status,
            @Nullable Channel channel,
            @Nullable Long fingerprint,
            long at) {

        Action action() {
            return change.action();
        }
    }

    public record Resent(ContactKey key, String verificationId, Channel channel) {}

    /** @param at milliseconds since 1970 UTC */
    public record EarlyConfirmation(ContactKey key, String verificationId, long at) {}

    /** What the contacts that are erased were about. */
    List<Content> erasedContents() {
        List<Content> contents = new ArrayList<>();
        deleted.forEach(each -> contents.add(each.content()));
        tombstones.forEach(each -> contents.add(each.content()));
        return contents;
    }

    /** Whether there is nothing to store. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    /** These and what came after them. */
    public ContactChanges then(ContactChanges next) {
        return new ContactChanges(
                joined(verified, next.verified),
                joined(deleted, next.deleted),
                joined(tombstones, next.tombstones),
                joined(actions, next.actions),
                joined(resent, next.resent),
                joined(early, next.early),
                joined(matched, next.matched));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }
}
