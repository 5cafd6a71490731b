package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides the commands of one batch that add contacts. */
final class Additions {

    private final BatchState batch;
    private final History history;
    private final LivingContacts contacts;

    Additions(BatchState batch, History history, LivingContacts contacts) {
        this.batch = batch;
        this.history = history;
        this.contacts = contacts;
    }

    /**
     * History first: rules decide only what has none. Each step answers the request, lets it wait, or returns false and has
     * done nothing.
     */
    void decide(Request request) {
        boolean isDone = answerSameRecord(request)
                || batch.repeatRefusal(request)
                || refuseAsPublished(request)
                || awaitAccount(request)
                || batch.denyWithoutPermission(request, Action.ADD, null, directoryOf(request))
                || answerSameRequest(request)
                || refuseIdOfAnotherAction(request)
                || answerAsPublished(request);
        if (!isDone) {
            decideNow(request);
        }
    }

    private static @Nullable String directoryOf(Request request) {
        Contact content = request.contactAsSent();
        return content == null ? null : content.directoryId();
    }

    /** The same record again: the decision stands, whatever has happened since. Who is deleted by now is not mailed. */
    private boolean answerSameRecord(Request request) {
        Contact contact = request.contactAsSent();
        StoredContact stored = contact == null ? null : history.contact(contact.contactId());
        if (contact != null && stored != null && stored.source().equals(request.position())) {
            boolean verify = !request.isReplay() && !stored.isDeleted();
            batch.answer(request, Kind.RECOVERED, new Added(contact, stored.createdAt(), verify));
            return true;
        }
        ErrorCode own = contact == null ? null : history.rejectionOf(contact.contactId(), request.position());
        if (own != null) {
            batch.answer(request, Kind.RECOVERED, new Rejected(own));
        }
        return own != null;
    }

    /** What decided nothing for other records of this request goes before what was decided for them. */
    private boolean refuseAsPublished(Request request) {
        PublishedAnswer answer = request.answerInTopic();
        if (answer == null || answer.isDone()) {
            return false;
        }
        boolean decidesNothing = answer.isRefusal() || answer.code().retryable();
        if (decidesNothing) {
            rejectAsPublished(request, answer);
        }
        return decidesNothing;
    }

    private void rejectAsPublished(Request request, PublishedAnswer answer) {
        Contact contact = request.contactAsSent();
        if (contact == null || answer.isRefusal()) {
            batch.refuse(request, answer.codes());
        } else {
            reject(request, contact, answer.code());
        }
    }

    private boolean awaitAccount(Request request) {
        Contact contact = request.contactAsSent();
        if (contact == null || !batch.needsAccount(request, contact.directoryId())) {
            return false;
        }
        awaitLock(request, contact);
        return true;
    }

    /**
     * Another record with this request id: the same content gets the same answer, other content is a mismatch. What the
     * field rules refuse is the same content only if they did not refuse it then. Of a deleted contact the content is not
     * known any more, nor that of rejected requests with the same content. Where an event tells the answer, nothing is compared.
     */
    private boolean answerSameRequest(Request request) {
        Contact contact = request.contactAsSent();
        if (contact == null) {
            return false;
        }
        StoredContact stored = history.contact(contact.contactId());
        if (stored != null) {
            Added asBefore = new Added(contact, stored.createdAt(), false);
            return repeatOrRefuse(request, isSame(stored.fingerprint(), request, contact), asBefore);
        }
        StoredRejection settled = history.rejection(contact.contactId());
        return settled != null
                && repeatOrRefuse(
                        request, isSame(settled.fingerprint(), request, contact), new Rejected(settled.code()));
    }

    private static boolean isSame(@Nullable Long fingerprint, Request request, Contact contact) {
        return fingerprint == null || fingerprint == contact.fingerprint() || request.answerInTopic() != null;
    }

    private boolean repeatOrRefuse(Request request, boolean sameContent, Outcome outcome) {
        if (sameContent) {
            batch.answer(request, Kind.DUPLICATE, outcome);
            return true;
        }
        if (request.acceptedContact() == null) {
            return false; // refused by a field rule, which goes before
        }
        batch.refuse(request, List.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        return true;
    }

    private boolean refuseIdOfAnotherAction(Request request) {
        Contact contact = request.acceptedContact();
        boolean isUsed = contact != null && request.answerInTopic() == null && history.isUsedToAct(contact.contactId());
        if (isUsed) {
            batch.refuse(request, List.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        }
        return isUsed;
    }

    /** The database has lost the decision, or never had it, but an event tells it. */
    private boolean answerAsPublished(Request request) {
        PublishedAnswer answer = request.answerInTopic();
        if (answer == null) {
            return false;
        }
        if (answer.isDone()) {
            Contact contact = request.contactAsSent();
            return contact != null && addAsPublished(request, contact);
        }
        rejectAsPublished(request, answer);
        return true;
    }

    /**
     * Whatever limit holds now. A name that is taken was free then: who has it is deleted by a command that is read later, or
     * this one's history knows nothing of him. Who is known to be deleted does not come back.
     */
    private boolean addAsPublished(Request request, Contact contact) {
        DirectoryBalance directory = batch.directory(contact.directoryId());
        Long deletedAt = contacts.deletedAt(new ContactKey(contact.directoryId(), contact.contactId()));
        if (directory == null) {
            return false;
        }
        if (deletedAt != null) {
            addDeleted(request, contact, deletedAt);
        } else if (directory.has(contact.name())) {
            return batch.postpone(request);
        } else {
            add(request, contact, directory);
        }
        return true;
    }

    private void addDeleted(Request request, Contact contact, long deletedAt) {
        long createdAt = request.envelope().timestamp();
        NewContact added = new NewContact(contact, createdAt, request.position());
        history.addedAndDeleted(added.key(), added, deletedAt);
        batch.answer(request, Kind.NEW, new Added(contact, createdAt, false));
    }

    private void decideNow(Request request) {
        Contact contact = request.acceptedContact();
        if (contact == null) {
            batch.refuse(request, request.refusals());
        } else {
            decideNow(request, contact);
        }
    }

    private void decideNow(Request request, Contact contact) {
        DirectoryBalance directory = batch.directory(contact.directoryId());
        if (directory == null) {
            awaitLock(request, contact);
        } else if (directory.has(contact.name())) {
            reject(request, contact, ErrorCode.NAME_ALREADY_USED);
        } else if (directory.isFull()) {
            reject(request, contact, ErrorCode.CONTACT_LIMIT_EXCEEDED);
        } else {
            add(request, contact, directory);
        }
    }

    private void awaitLock(Request request, Contact contact) {
        if (batch.defer(request)) {
            return;
        }
        if (request.acceptedContact() == null) {
            batch.refuse(request, request.refusals());
        } else {
            reject(request, contact, ErrorCode.CONCURRENT_CALL);
        }
    }

    private void add(Request request, Contact contact, DirectoryBalance directory) {
        long createdAt = request.envelope().timestamp();
        NewContact added = new NewContact(contact, createdAt, request.position());
        directory.add(contact.name());
        ContactKey key = added.key();
        history.added(key, added);
        contacts.added(key);
        batch.answer(request, Kind.NEW, new Added(contact, createdAt, !request.isReplay()));
    }

    private void reject(Request request, Contact contact, ErrorCode code) {
        history.rejected(new NewRejection(contact, code, request.envelope().timestamp(), request.position()));
        batch.answer(request, Kind.NEW, new Rejected(code));
    }
}
