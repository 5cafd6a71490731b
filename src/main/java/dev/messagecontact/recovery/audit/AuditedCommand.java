package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import org.jspecify.annotations.Nullable;

/** A command and its slot. */
record AuditedCommand(int slot, Request request) {

    Envelope envelope() {
        return request.envelope();
    }

    /** Whether its record is older than this, in milliseconds since 1970 UTC: what followed from it may be deleted. */
    boolean isBefore(long millis) {
        return envelope().record().timestamp() < millis;
    }

    /** The answer that has this outcome. */
    Answer answer(Outcome outcome) {
        return new Answer(envelope(), Answer.Kind.NEW, outcome);
    }

    /** The contact that it adds or is about; null if it is refused. */
    @Nullable
    String contactId() {
        Contact contact = request.acceptedContact();
        ContactAction action = request.contactAction();
        return contact != null ? contact.contactId() : action != null ? action.contactId() : null;
    }
}
