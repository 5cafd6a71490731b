package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.NewContact;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directories of one batch while it is decided: what the database knows, and what the batch has changed so far. */
final class Ledger {

    private final Map<String, Tally> directories = new HashMap<>();
    private final Map<String, StoredContact> contacts;
    private final Map<String, List<StoredRejection>> rejections;

    private final List<Answer> answers = new ArrayList<>();
    private final List<Request> deferred = new ArrayList<>();
    private final List<NewContact> newContacts = new ArrayList<>();
    private final List<NewRejection> newRejections = new ArrayList<>();

    Ledger(Snapshot known, int contactLimit) {
        contacts = new HashMap<>(known.contacts());
        rejections = new HashMap<>(known.rejections());
        known.directories()
                .forEach((id, state) ->
                        directories.put(id, new Tally(state, known.usedNames().get(id), contactLimit)));
    }

    Decision decision() {
        return new Decision(answers, deferred, newContacts, newRejections);
    }

    void enter(Request request) {
        Contact contact = request.contact();
        if (contact == null) {
            answer(request, Kind.NEW, new Rejected(request.refusals()));
            return;
        }
        boolean decidedBefore = decidedForThisRecord(request, contact) || decidedForThisRequest(request, contact);
        if (!decidedBefore) {
            decideNow(request, contact);
        }
    }

    /** The same record again: the decision stands, whatever has happened since. */
    private boolean decidedForThisRecord(Request request, Contact contact) {
        StoredContact stored = contacts.get(contact.contactId());
        if (stored != null && stored.source().equals(request.position())) {
            answer(request, Kind.RECOVERED, new Added(contact, stored.createdAt(), !request.answeredBefore()));
            return true;
        }
        Optional<StoredRejection> own = rejectionsOf(contact).stream()
                .filter(rejection -> rejection.source().equals(request.position()))
                .findFirst();
        own.ifPresent(rejection -> answer(request, Kind.RECOVERED, new Rejected(rejection.code())));
        return own.isPresent();
    }

    /** Another record with this request id: the same content gets the same answer, other content is a mismatch. */
    private boolean decidedForThisRequest(Request request, Contact contact) {
        StoredContact stored = contacts.get(contact.contactId());
        if (stored != null) {
            boolean same = stored.fingerprint() == contact.fingerprint();
            answerAgain(request, same, new Added(contact, stored.createdAt(), false));
            return true;
        }
        // A rejection that can be retried settles nothing: the request is free to be sent again.
        Optional<StoredRejection> settled = rejectionsOf(contact).stream()
                .filter(rejection -> !rejection.code().retryable())
                .findFirst();
        settled.ifPresent(rejection -> {
            boolean same = rejection.fingerprint() == contact.fingerprint();
            answerAgain(request, same, new Rejected(rejection.code()));
        });
        return settled.isPresent();
    }

    private void answerAgain(Request request, boolean sameContent, Outcome outcome) {
        if (sameContent) {
            answer(request, Kind.DUPLICATE, outcome);
        } else {
            answer(request, Kind.NEW, new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        }
    }

    private void decideNow(Request request, Contact contact) {
        Tally directory = directories.get(contact.directoryId());
        if (directory == null && request.canWait()) {
            deferred.add(request);
        } else if (directory == null) {
            reject(request, contact, ErrorCode.CONCURRENT_CALL);
        } else if (directory.names.contains(contact.name())) {
            reject(request, contact, ErrorCode.NAME_ALREADY_USED);
        } else if (directory.isFull()) {
            reject(request, contact, ErrorCode.CONTACT_LIMIT_EXCEEDED);
        } else {
            add(request, contact, directory);
        }
    }

    private void add(Request request, Contact contact, Tally directory) {
        long createdAt = request.envelope().timestamp();
        RecordId source = request.position();
        directory.names.add(contact.name());
        directory.count++;
        contacts.put(contact.contactId(), new StoredContact(contact.fingerprint(), createdAt, source));
        newContacts.add(new NewContact(contact, createdAt, source));
        answer(request, Kind.NEW, new Added(contact, createdAt, !request.answeredBefore()));
    }

    private void reject(Request request, Contact contact, ErrorCode code) {
        RecordId source = request.position();
        List<StoredRejection> extended = new ArrayList<>(rejectionsOf(contact));
        extended.add(new StoredRejection(code, contact.fingerprint(), source));
        rejections.put(contact.contactId(), extended);
        newRejections.add(new NewRejection(contact, code, request.envelope().timestamp(), source));
        answer(request, Kind.NEW, new Rejected(code));
    }

    private List<StoredRejection> rejectionsOf(Contact contact) {
        return rejections.getOrDefault(contact.contactId(), List.of());
    }

    private void answer(Request request, Kind kind, Outcome outcome) {
        answers.add(new Answer(request.envelope(), request.answeredBefore() ? Kind.REPLAYED : kind, outcome));
    }

    /** One directory's count and names, changed as the batch goes on. */
    private static final class Tally {
        private final Set<String> names;
        private final int limit;
        private int count;

        Tally(DirectoryState state, @Nullable Set<String> usedNames, int contactLimit) {
            names = usedNames == null ? new HashSet<>() : new HashSet<>(usedNames);
            limit = state.contactLimit() == null ? contactLimit : state.contactLimit();
            count = state.contactCount();
        }

        boolean isFull() {
            return count >= limit;
        }
    }
}
