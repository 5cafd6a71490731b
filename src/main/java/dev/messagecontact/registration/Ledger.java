package dev.messagecontact.registration;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Permission;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.Sender.Unproven;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.NewContact;
import dev.messagecontact.directory.NewRefusal;
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
import dev.messagecontact.registration.Request.PublishedAnswer;
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

    private final Map<String, DirectoryBalance> directories = new HashMap<>();
    private final Map<String, StoredContact> contacts;
    private final Map<String, List<StoredRejection>> rejections;
    private final Map<RecordId, List<ErrorCode>> refusals;
    private final int room;
    private final Policy policy;

    private final List<Answer> answers = new ArrayList<>();
    private final List<Request> deferred = new ArrayList<>();
    private final List<NewContact> newContacts = new ArrayList<>();
    private final List<NewRejection> newRejections = new ArrayList<>();
    private final List<NewRefusal> newRefusals = new ArrayList<>();
    private final List<Denial> denials = new ArrayList<>();

    Ledger(Snapshot known, int contactLimit, int room, Policy policy) {
        this.room = room;
        this.policy = policy;
        contacts = new HashMap<>(known.contacts());
        rejections = new HashMap<>(known.rejections());
        refusals = known.refusals();
        known.directories()
                .forEach((id, state) -> directories.put(
                        id, new DirectoryBalance(state, known.usedNames().get(id), contactLimit)));
    }

    Decision decision() {
        return new Decision(answers, deferred, newContacts, newRejections, newRefusals, denials);
    }

    /** History first: rules decide only what has none. */
    void enter(Request request) {
        boolean isDone = decidedForThisRecord(request)
                || deniedAsPublished(request)
                || lacksPermission(request)
                || decidedForThisRequest(request)
                || publishedForThisRecord(request);
        if (isDone) {
            return;
        }
        Contact contact = request.contact();
        if (contact == null) {
            refuse(request, request.refusals());
        } else {
            decideNow(request, contact);
        }
    }

    /** The same record again: the decision stands, whatever has happened since. */
    private boolean decidedForThisRecord(Request request) {
        Contact contact = request.content();
        StoredContact stored = contact == null ? null : contacts.get(contact.contactId());
        if (contact != null && stored != null && stored.source().equals(request.position())) {
            answer(request, Kind.RECOVERED, new Added(contact, stored.createdAt(), !request.isPublished()));
            return true;
        }
        Optional<StoredRejection> own = rejectionsOf(contact).stream()
                .filter(rejection -> rejection.source().equals(request.position()))
                .findFirst();
        if (own.isPresent()) {
            answer(request, Kind.RECOVERED, new Rejected(own.get().code()));
            return true;
        }
        List<ErrorCode> refusal = refusals.get(request.position());
        if (refusal != null) {
            answer(request, Kind.RECOVERED, new Rejected(refusal));
        }
        return refusal != null;
    }

    /**
     * Another record with this request id: the same content gets the same answer, other content is a mismatch. What the
     * field rules refuse is the same content only if they did not refuse it then.
     */
    private boolean decidedForThisRequest(Request request) {
        Contact contact = request.content();
        if (contact == null) {
            return false;
        }
        StoredContact stored = contacts.get(contact.contactId());
        if (stored != null) {
            Added asBefore = new Added(contact, stored.createdAt(), false);
            return answeredAgain(request, stored.fingerprint() == contact.fingerprint(), asBefore);
        }
        // A rejection that can be retried settles nothing: the request is free to be sent again.
        Optional<StoredRejection> settled = rejectionsOf(contact).stream()
                .filter(rejection -> !rejection.code().retryable())
                .findFirst();
        return settled.isPresent()
                && answeredAgain(
                        request,
                        settled.get().fingerprint() == contact.fingerprint(),
                        new Rejected(settled.get().code()));
    }

    /** Without a permission nothing is told of other records, not even that there was one with this request id. */
    private boolean lacksPermission(Request request) {
        if (request.sender() instanceof Unproven unproven) {
            deny(request, unproven.reason());
            return true;
        }
        Contact contact = request.content();
        if (!request.sender().isProven() || contact == null) {
            return false; // what no settings could accept is refused for that, and says nothing of what is stored
        }
        DirectoryBalance directory = directories.get(contact.directoryId());
        if (directory == null) {
            awaitLock(request, contact); // the account is read under it
            return true;
        }
        Denial denial =
                Permission.denial(request.sender(), Permission.ADD_MESSAGE_CONTACT, directory.accountId, policy);
        if (denial != null) {
            deny(request, denial);
        }
        return denial != null;
    }

    /** A denial leaves the request id free, so it goes before what was decided for another record of this request. */
    private boolean deniedAsPublished(Request request) {
        PublishedAnswer published = request.published();
        boolean denied = published != null && published.codes().equals(List.of(ErrorCode.NO_PERMISSION));
        if (denied) {
            refuse(request, List.of(ErrorCode.NO_PERMISSION));
        }
        return denied;
    }

    private void deny(Request request, Denial reason) {
        denials.add(reason);
        refuse(request, List.of(ErrorCode.NO_PERMISSION));
    }

    private boolean answeredAgain(Request request, boolean sameContent, Outcome outcome) {
        if (sameContent) {
            answer(request, Kind.DUPLICATE, outcome);
            return true;
        }
        if (request.contact() == null) {
            return false; // refused by a field rule, which goes before
        }
        refuse(request, List.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        return true;
    }

    /** The database has lost the decision, or never had it, but an event tells it. */
    private boolean publishedForThisRecord(Request request) {
        PublishedAnswer published = request.published();
        Contact contact = request.content();
        if (published == null) {
            return false;
        }
        if (published.codes().isEmpty()) {
            return contact != null && addedAsPublished(request, contact);
        }
        ErrorCode code = published.codes().get(0);
        if (contact != null && code.dependsOnState()) {
            reject(request, contact, code);
        } else {
            refuse(request, published.codes());
        }
        return true;
    }

    /** Whatever limit holds now; a name that is taken was taken by a contact that this one's history knows nothing of. */
    private boolean addedAsPublished(Request request, Contact contact) {
        DirectoryBalance directory = directories.get(contact.directoryId());
        if (directory == null || directory.names.contains(contact.name())) {
            return false;
        }
        add(request, contact, directory);
        return true;
    }

    private void decideNow(Request request, Contact contact) {
        DirectoryBalance directory = directories.get(contact.directoryId());
        if (directory == null) {
            awaitLock(request, contact);
        } else if (directory.names.contains(contact.name())) {
            reject(request, contact, ErrorCode.NAME_ALREADY_USED);
        } else if (directory.isFull()) {
            reject(request, contact, ErrorCode.CONTACT_LIMIT_EXCEEDED);
        } else {
            add(request, contact, directory);
        }
    }

    private void awaitLock(Request request, Contact contact) {
        if (request.canWait() && deferred.size() < room) {
            deferred.add(request);
        } else if (request.contact() == null) {
            refuse(request, request.refusals());
        } else {
            reject(request, contact, ErrorCode.CONCURRENT_CALL);
        }
    }

    private void add(Request request, Contact contact, DirectoryBalance directory) {
        long createdAt = request.envelope().timestamp();
        RecordId source = request.position();
        directory.names.add(contact.name());
        directory.count++;
        contacts.put(contact.contactId(), new StoredContact(contact.fingerprint(), createdAt, source));
        newContacts.add(new NewContact(contact, createdAt, source));
        answer(request, Kind.NEW, new Added(contact, createdAt, !request.isPublished()));
    }

    private void reject(Request request, Contact contact, ErrorCode code) {
        RecordId source = request.position();
        List<StoredRejection> extended = new ArrayList<>(rejectionsOf(contact));
        extended.add(new StoredRejection(code, contact.fingerprint(), source));
        rejections.put(contact.contactId(), extended);
        newRejections.add(new NewRejection(contact, code, request.envelope().timestamp(), source));
        answer(request, Kind.NEW, new Rejected(code));
    }

    private void refuse(Request request, List<ErrorCode> codes) {
        newRefusals.add(
                new NewRefusal(request.position(), codes, request.envelope().timestamp()));
        answer(request, Kind.NEW, new Rejected(codes));
    }

    private List<StoredRejection> rejectionsOf(@Nullable Contact contact) {
        return contact == null ? List.of() : rejections.getOrDefault(contact.contactId(), List.of());
    }

    private void answer(Request request, Kind kind, Outcome outcome) {
        answers.add(new Answer(request.envelope(), request.isPublished() ? Kind.REPLAYED : kind, outcome));
    }

    /** One directory's count and names, changed as the batch goes on. */
    private static final class DirectoryBalance {
        private final Set<String> names;
        private final int limit;
        private final @Nullable String accountId;
        private int count;

        DirectoryBalance(DirectoryState state, @Nullable Set<String> usedNames, int contactLimit) {
            names = usedNames == null ? new HashSet<>() : new HashSet<>(usedNames);
            limit = state.contactLimit() == null ? contactLimit : state.contactLimit();
            count = state.contactCount();
            accountId = state.accountId();
        }

        boolean isFull() {
            return count >= limit;
        }
    }
}
