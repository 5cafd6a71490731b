package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Content;
import dev.messagecontact.directory.Rows.Deleted;
import dev.messagecontact.directory.Rows.NewAction;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.Resent;
import dev.messagecontact.directory.Rows.Tombstone;
import dev.messagecontact.directory.StoredAction;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import dev.messagecontact.verification.VerificationRequest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides the actions on contacts that one batch asks for: to ask for a verification again, to confirm one, to delete.
 *
 * <p>A confirmation comes on a topic of its own, so it may be read before the command that asked for the verification,
 * though it was written after it: a rebuild reads the two topics as it gets them. Whatever it confirms that is not known yet
 * is answered with 404, kept, and takes effect when it comes; see {@link LivingContact}. Its request id is a label and
 * nothing more: a sender may well repeat that of the request for both channels of a contact.
 */
final class Actions {

    private final BatchState batch;
    private final History history;
    private final LivingContacts contacts;
    private final BatchRows rows;

    Actions(BatchState batch, History history, LivingContacts contacts, BatchRows rows) {
        this.batch = batch;
        this.history = history;
        this.contacts = contacts;
        this.rows = rows;
    }

    /**
     * History first: rules decide only what has none. Each step answers the request, lets it wait, or returns false and has
     * done nothing.
     */
    void decide(Request request, ContactAction action) {
        boolean isDone = answerSameRecord(request, action)
                || batch.repeatRefusal(request)
                || refuseAsPublished(request)
                || awaitAccount(request, action)
                || batch.denyWithoutPermission(request, action.kind(), action.contactId(), action.directoryId())
                || answerSameRequest(request, action)
                || rejectAsPublished(request, action)
                || refuseByLimits(request)
                || awaitLock(request, action);
        if (!isDone) {
            decideNow(request, action);
        }
    }

    private boolean answerSameRecord(Request request, ContactAction action) {
        StoredAction own = history.actionOf(action.requestKey(), request.position());
        if (own != null) {
            VerificationRequest asked = request.isReplay() ? null : requestOf(action);
            batch.answer(request, Kind.RECOVERED, outcome(own, action, asked));
        }
        return own != null;
    }

    /** The verification that was requested then; null if the contact is deleted by now: it is not mailed. */
    private @Nullable VerificationRequest requestOf(ContactAction action) {
        Channel channel = channelOf(action.kind());
        LivingContact contact = contacts.get(keyOf(action));
        return channel == null || contact == null || contact.target(channel) == null
                ? null
                : contact.request(channel, action.requestId());
    }

    private static Outcome outcome(StoredAction stored, ContactAction action, @Nullable VerificationRequest request) {
        if (stored.code() != null) {
            return new Rejected(stored.code());
        }
        ContactStatus status = stored.status() == null ? ContactStatus.DELETED : stored.status();
        return new Changed(resultOf(action.kind()), action.contactId(), status, stored.channel(), request);
    }

    /** What decided nothing for other records of this request goes before what was decided for them. */
    private boolean refuseAsPublished(Request request) {
        PublishedAnswer answer = request.answerInTopic();
        if (answer == null || answer.isDone() || isOfState(answer)) {
            return false;
        }
        batch.refuse(request, answer.codes());
        return true;
    }

    private boolean awaitAccount(Request request, ContactAction action) {
        return batch.needsAccount(request, action.directoryId()) && awaitLock(request, action);
    }

    /** What is new is decided under the directory's lock. */
    private boolean awaitLock(Request request, ContactAction action) {
        if (batch.directory(action.directoryId()) != null) {
            return false;
        }
        if (!batch.defer(request)) {
            batch.refuse(request, List.of(ErrorCode.CONCURRENT_CALL));
        }
        return true;
    }

    private boolean answerSameRequest(Request request, ContactAction action) {
        if (action.kind() == Action.CONFIRM) {
            return false;
        }
        StoredAction before = history.action(action.requestKey());
        if (before != null && isSame(before, request, action)) {
            batch.answer(request, Kind.DUPLICATE, outcome(before, action, null));
            return true;
        }
        boolean isUsed =
                request.answerInTopic() == null && (before != null || history.isUsedToAdd(action.requestKey()));
        if (isUsed) {
            batch.refuse(request, List.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        }
        return isUsed;
    }

    /** Of a deleted contact nobody knows any more what was asked about it. Where an event tells the answer, nothing is compared. */
    private boolean isSame(StoredAction before, Request request, ContactAction action) {
        return before.kind() == action.kind()
                && before.contactId().equals(action.contactId())
                && (before.fingerprint() == null
                        || before.fingerprint() == action.fingerprint()
                        || request.answerInTopic() != null
                        || contacts.isDeleted(keyOf(action)));
    }

    /** The database has lost the decision, or never had it, but an event tells it. What was done is done again. */
    private boolean rejectAsPublished(Request request, ContactAction action) {
        PublishedAnswer answer = request.answerInTopic();
        if (answer == null || answer.isDone()) {
            return false;
        }
        boolean isLeftToAsk = answer.code() == ErrorCode.VERIFICATION_NOT_FOUND && channelOf(action.kind()) != null;
        if (!isLeftToAsk || !postponeUntilAdded(request, action)) {
            keepAsThen(request, action, answer.code());
            reject(request, action, answer.code());
        }
        return true;
    }

    /** Nothing is known of it, so today's limits hold; unless an event tells that it was done. */
    private boolean refuseByLimits(Request request) {
        boolean isRefused = request.earlierReading() != null && !wasDone(request);
        if (isRefused) {
            batch.refuse(request, request.refusals());
        }
        return isRefused;
    }

    /** What was rejected may have left something behind all the same. */
    private void keepAsThen(Request request, ContactAction action, ErrorCode code) {
        LivingContact contact = contacts.get(keyOf(action));
        Channel channel = channelOf(action.kind());
        if (action.kind() == Action.CONFIRM) {
            keep(request, action);
            contacts.confirmEarly(contact); // what came too early then may be there by now
        } else if (code == ErrorCode.VERIFICATION_NOT_FOUND
                && contact != null
                && channel != null
                && contact.target(channel) != null) {
            ask(contact, contact.request(channel, action.requestId()));
        }
    }

    private static boolean isOfState(PublishedAnswer answer) {
        ErrorCode code = answer.code();
        return answer.codes().size() == 1
                && !code.retryable()
                && (code.dependsOnState()
                        || code == ErrorCode.INVALID_EMAIL_ADDRESS
                        || code == ErrorCode.INVALID_PHONE_NUMBER);
    }

    private void decideNow(Request request, ContactAction action) {
        LivingContact contact = contacts.get(keyOf(action));
        if (contact == null && action.kind() != Action.CONFIRM && wasDone(request)) {
            if (action.kind() == Action.DELETE || !postponeUntilAdded(request, action)) {
                doneAsPublished(request, action); // the command that made the contact is gone
            }
            return;
        }
        switch (action.kind()) {
            case SEND_EMAIL_VERIFICATION -> send(request, action, Channel.EMAIL, contact);
            case SEND_PHONE_VERIFICATION -> send(request, action, Channel.SMS, contact);
            case DELETE -> delete(request, action, contact);
            case CONFIRM -> confirm(request, action, contact);
            case ADD -> throw new IllegalArgumentException("adds a contact");
        }
    }

    /** Its contact was there, so the command that makes it is read later; if one is left. What is deleted needs it no more. */
    private boolean postponeUntilAdded(Request request, ContactAction action) {
        ContactKey key = keyOf(action);
        return contacts.get(key) == null && !contacts.isDeleted(key) && batch.postpone(request);
    }

    private void send(Request request, ContactAction action, Channel channel, @Nullable LivingContact contact) {
        if (contact == null) {
            reject(request, action, ErrorCode.CONTACT_NOT_FOUND);
        } else if (action.target() != null && !action.target().equals(contact.target(channel))) {
            reject(
                    request,
                    action,
                    channel == Channel.EMAIL ? ErrorCode.INVALID_EMAIL_ADDRESS : ErrorCode.INVALID_PHONE_NUMBER);
        } else if (contact.target(channel) == null) {
            reject(request, action, ErrorCode.VERIFICATION_NOT_FOUND);
        } else {
            send(request, action, contact, contact.request(channel, action.requestId()));
        }
    }

    /**
     * What is verified already is not asked for again. The verification is noted all the same, or what confirms it would have
     * another effect when the two topics are read in another order.
     */
    private void send(Request request, ContactAction action, LivingContact contact, VerificationRequest verification) {
        Channel channel = verification.channel();
        if (isVerified(request, contact, channel)) {
            reject(request, action, ErrorCode.VERIFICATION_NOT_FOUND);
        } else {
            ContactStatus status = statusThen(request, contact);
            done(request, action, status, channel, request.isReplay() ? null : verification);
        }
        ask(contact, verification);
    }

    private void ask(LivingContact contact, VerificationRequest verification) {
        contact.ask(verification);
        rows.resent.add(new Resent(contact.key(), verification.verificationId(), verification.channel()));
        contacts.confirmEarly(contact);
    }

    /** What was sent was sent, even if the confirmation is read first this time. */
    private static boolean isVerified(Request request, LivingContact contact, Channel channel) {
        return request.answerInTopic() == null && contact.isVerified(channel);
    }

    /** The status as it was told, where that is known: confirmations may be read in another order this time. */
    private static ContactStatus statusThen(Request request, LivingContact contact) {
        PublishedAnswer answer = request.answerInTopic();
        return answer == null || answer.status() == null ? contact.status() : answer.status();
    }

    private void delete(Request request, ContactAction action, @Nullable LivingContact contact) {
        if (contact == null) {
            reject(request, action, ErrorCode.CONTACT_NOT_FOUND);
            return;
        }
        ContactKey key = contact.key();
        history.deleted(key, toErase(key, request.envelope().timestamp()));
        contacts.delete(key);
        DirectoryBalance directory = batch.directory(key.directoryId());
        if (directory != null) {
            directory.remove(contact.name());
        }
        done(request, action, ContactStatus.DELETED, null, null);
    }

    /** Notes what is to be erased, and tells its content. */
    private Content toErase(ContactKey key, long at) {
        NewContact ofBatch = history.newContact(key);
        if (ofBatch == null) {
            Deleted erased = new Deleted(key, at, contacts.fingerprint(key));
            rows.deleted.add(erased);
            return erased.content();
        }
        Tombstone tombstone = new Tombstone(ofBatch, at);
        rows.tombstones.add(tombstone);
        return tombstone.content();
    }

    private void confirm(Request request, ContactAction action, @Nullable LivingContact contact) {
        String verificationId = String.valueOf(action.verificationId());
        Channel channel =
                contact == null ? null : contact.channelOf(verificationId).orElse(null);
        if (contact == null || channel == null) {
            keep(request, action);
            if (wasDone(request)) {
                doneAsPublished(request, action);
                return;
            }
            reject(request, action, contact == null ? ErrorCode.CONTACT_NOT_FOUND : ErrorCode.VERIFICATION_NOT_FOUND);
            return;
        }
        contacts.confirm(contact, channel, request.envelope().timestamp());
        done(request, action, statusThen(request, contact), channel, null);
    }

    /** An event tells that it was; what it confirmed is read later this time, or is deleted by now. */
    private static boolean wasDone(Request request) {
        PublishedAnswer answer = request.answerInTopic();
        return answer != null && answer.isDoneToContact();
    }

    private void doneAsPublished(Request request, ContactAction action) {
        PublishedAnswer then = Objects.requireNonNull(request.answerInTopic());
        if (action.kind() == Action.DELETE) {
            contacts.deletedUnknown(keyOf(action), request.envelope().timestamp());
        }
        done(request, action, Objects.requireNonNull(then.status()), then.channel(), null);
    }

    private void keep(Request request, ContactAction action) {
        contacts.keep(
                keyOf(action),
                String.valueOf(action.verificationId()),
                request.envelope().timestamp());
    }

    private void done(
            Request request,
            ContactAction action,
            ContactStatus status,
            @Nullable Channel channel,
            @Nullable VerificationRequest verification) {
        note(request, action, null, status, channel);
        batch.answer(
                request,
                Kind.NEW,
                new Changed(resultOf(action.kind()), action.contactId(), status, channel, verification));
    }

    private void reject(Request request, ContactAction action, ErrorCode code) {
        note(request, action, code, null, null);
        batch.answer(request, Kind.NEW, new Rejected(code));
    }

    private void note(
            Request request,
            ContactAction action,
            @Nullable ErrorCode code,
            @Nullable ContactStatus status,
            @Nullable Channel channel) {
        boolean isCompared = action.kind() != Action.CONFIRM && !contacts.isDeleted(keyOf(action));
        history.acted(new NewAction(
                action,
                request.position(),
                code,
                status,
                channel,
                isCompared ? Long.valueOf(action.fingerprint()) : null,
                request.envelope().timestamp()));
    }

    private static ContactKey keyOf(ContactAction action) {
        return new ContactKey(action.directoryId(), action.contactId());
    }

    private static ResultKind resultOf(Action action) {
        return switch (action) {
            case ADD -> ResultKind.ADDED;
            case SEND_EMAIL_VERIFICATION, SEND_PHONE_VERIFICATION -> ResultKind.VERIFICATION_SENT;
            case CONFIRM -> ResultKind.VERIFIED;
            case DELETE -> ResultKind.DELETED;
        };
    }

    private static @Nullable Channel channelOf(Action action) {
        return switch (action) {
            case SEND_EMAIL_VERIFICATION -> Channel.EMAIL;
            case SEND_PHONE_VERIFICATION -> Channel.SMS;
            case ADD, DELETE, CONFIRM -> null;
        };
    }
}
