package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.NewContact;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.Position;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.Contact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The directories of one batch while it is decided: what the database knows, and what the batch has changed so far. */
final class Ledger {

    private final Map<String, Tally> directories = new HashMap<>();
    private final Map<String, StoredContact> contacts;
    private final Map<String, List<StoredRejection>> rejections;
    private final List<NewContact> newContacts = new ArrayList<>();
    private final List<NewRejection> newRejections = new ArrayList<>();

    Ledger(Snapshot known, int contactLimit) {
        contacts = new HashMap<>(known.contacts());
        rejections = new HashMap<>(known.rejections());
        known.directories()
                .forEach((directoryId, state) -> directories.put(
                        directoryId, new Tally(state, known.usedNames().get(directoryId), contactLimit)));
    }

    List<NewContact> newContacts() {
        return newContacts;
    }

    List<NewRejection> newRejections() {
        return newRejections;
    }

    Answer answer(Request request) {
        return request.checked()
                .match(acceptable -> decide(request, acceptable.contact()), refused -> refuse(request, refused));
    }

    private static Answer refuse(Request request, Refused refused) {
        return answer(request, Kind.NEW, new Rejected(refused.codes()));
    }

    private Answer decide(Request request, Contact contact) {
        return decidedForThisRecord(request, contact)
                .or(() -> decidedForThisRequest(request, contact))
                .orElseGet(() -> answer(request, Kind.NEW, decideNow(request, contact)));
    }

    /** The same record again: the decision stands, whatever has happened since. */
    private Optional<Answer> decidedForThisRecord(Request request, Contact contact) {
        StoredContact stored = contacts.get(contact.contactId());
        if (stored != null && stored.source().equals(request.position())) {
            boolean verify = !request.answeredBefore();
            return Optional.of(answer(request, Kind.RECOVERED, new Added(contact, stored.createdAt(), verify)));
        }
        return rejectionsOf(contact).stream()
                .filter(rejection -> rejection.source().equals(request.position()))
                .findFirst()
                .map(rejection -> answer(request, Kind.RECOVERED, new Rejected(rejection.code())));
    }

    /** Another record with this request id: the same content gets the same answer, other content is a mismatch. */
    private Optional<Answer> decidedForThisRequest(Request request, Contact contact) {
        StoredContact stored = contacts.get(contact.contactId());
        if (stored != null) {
            return Optional.of(
                    stored.fingerprint() == contact.fingerprint()
                            ? answer(request, Kind.DUPLICATE, new Added(contact, stored.createdAt(), false))
                            : mismatch(request));
        }
        // A 429 settles nothing: the request is free to be sent again.
        return rejectionsOf(contact).stream()
                .filter(rejection -> rejection.code() != ErrorCode.CONCURRENT_CALL)
                .findFirst()
                .map(rejection -> rejection.fingerprint() == contact.fingerprint()
                        ? answer(request, Kind.DUPLICATE, new Rejected(rejection.code()))
                        : mismatch(request));
    }

    private static Answer mismatch(Request request) {
        return answer(request, Kind.NEW, new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
    }

    private Outcome decideNow(Request request, Contact contact) {
        Tally directory = directories.get(contact.directoryId());
        if (directory == null) {
            throw new IllegalArgumentException("the snapshot lacks a directory of the batch");
        }
        if (directory.names.contains(contact.name())) {
            return reject(request, contact, ErrorCode.NAME_ALREADY_USED);
        }
        if (directory.isFull()) {
            return reject(request, contact, ErrorCode.CONTACT_LIMIT_EXCEEDED);
        }
        return add(request, contact, directory);
    }

    private Added add(Request request, Contact contact, Tally directory) {
        long createdAt = request.envelope().timestamp();
        Position source = request.position();
        directory.names.add(contact.name());
        directory.count++;
        contacts.put(contact.contactId(), new StoredContact(contact.fingerprint(), createdAt, source));
        newContacts.add(new NewContact(contact, createdAt, source));
        return new Added(contact, createdAt, !request.answeredBefore());
    }

    private Rejected reject(Request request, Contact contact, ErrorCode code) {
        Position source = request.position();
        List<StoredRejection> extended = new ArrayList<>(rejectionsOf(contact));
        extended.add(new StoredRejection(code, contact.fingerprint(), source));
        rejections.put(contact.contactId(), extended);
        newRejections.add(new NewRejection(contact, code, request.envelope().timestamp(), source));
        return new Rejected(code);
    }

    private List<StoredRejection> rejectionsOf(Contact contact) {
        return rejections.getOrDefault(contact.contactId(), List.of());
    }

    private static Answer answer(Request request, Kind kind, Outcome outcome) {
        return new Answer(request.envelope(), request.answeredBefore() ? Kind.REPLAYED : kind, outcome);
    }

    /** One directory's count and names, changed as the batch goes on. */
    private static final class Tally {
        private final Set<String> names;
        private final int limit;
        private int count;

        Tally(DirectoryState state, @org.jspecify.annotations.Nullable Set<String> usedNames, int contactLimit) {
            names = usedNames == null ? new HashSet<>() : new HashSet<>(usedNames);
            limit = state.contactLimit() == null ? contactLimit : state.contactLimit();
            count = state.contactCount();
        }

        boolean isFull() {
            return count >= limit;
        }
    }
}
