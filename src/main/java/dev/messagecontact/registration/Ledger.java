package dev.messagecontact.registration;

import dev.messagecontact.authorization.Policy;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.validation.ContactChange;

/** A batch while it is decided: what the database knows, and what the batch has changed so far. */
final class Ledger {

    private final Books books;
    private final Additions additions;
    private final Changes changes;

    Ledger(Snapshot known, int contactLimit, int room, Policy policy) {
        books = new Books(known, contactLimit, room, policy);
        additions = new Additions(known, books);
        changes = new Changes(known, books, additions);
    }

    void enter(Request request) {
        ContactChange change = request.change();
        if (change == null) {
            additions.enter(request, changes);
        } else {
            changes.enter(request, change);
        }
    }

    Decision decision() {
        return new Decision(
                books.answers,
                books.deferred,
                additions.newContacts(),
                additions.newRejections(),
                books.newRefusals,
                books.denials,
                changes.toStore());
    }
}
