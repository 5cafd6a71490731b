package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A plain model of the rules that need state: one command after the other, no batches, no crashes, no replays. */
public final class OneAtATime {

    private final int limit;
    private final Map<String, Contact> firstUse = new HashMap<>();
    private final Map<String, Outcome> firstOutcome = new HashMap<>();
    private final Map<String, Map<String, String>> contactIdsByName = new TreeMap<>();

    public OneAtATime(int limit) {
        this.limit = limit;
    }

    public Outcome answer(Request request) {
        Contact contact = Requests.contactOf(request);
        Contact first = firstUse.putIfAbsent(contact.contactId(), contact);
        if (first == null) {
            Outcome outcome = firstAnswer(request, contact);
            firstOutcome.put(contact.contactId(), outcome);
            return outcome;
        }
        return first.fingerprint() == contact.fingerprint()
                ? again(firstOutcome.get(contact.contactId()))
                : new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH);
    }

    private Outcome firstAnswer(Request request, Contact contact) {
        Map<String, String> directory = contactIdsByName.computeIfAbsent(contact.directoryId(), id -> new TreeMap<>());
        if (directory.containsKey(contact.name())) {
            return new Rejected(ErrorCode.NAME_ALREADY_USED);
        }
        if (directory.size() >= limit) {
            return new Rejected(ErrorCode.CONTACT_LIMIT_EXCEEDED);
        }
        directory.put(contact.name(), contact.contactId());
        return new Added(contact, request.envelope().timestamp(), true);
    }

    private static Outcome again(Outcome outcome) {
        return outcome.match(
                added -> new Added(added.contact(), added.createdAt(), false),
                changed -> changed,
                rejected -> rejected);
    }

    /** By directory, the contact ids by name. */
    public Map<String, Map<String, String>> contactIdsByName() {
        return contactIdsByName;
    }
}
