package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ROW_DIFFERS;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.StoredDetails;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.recovery.audit.Expectation.Verdict.Wrong;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the database holds as the answers to commands about contacts, and whether it holds what follows from them. Any thread
 * may call it.
 */
final class ChangeCheck {

    private final DSLContext database;

    ChangeCheck(DSLContext database) {
        this.database = database;
    }

    /**
     * What is known of some commands.
     *
     * @param answers by the record; one that nothing is known of is missing
     */
    record Known(Map<RecordId, Answer> answers, Snapshot snapshot) {

        /** Whether field rules have refused a command that the rules of now accept. */
        boolean isWronglyRefused(Request request) {
            List<ErrorCode> codes = snapshot.refusals().getOrDefault(request.position(), List.of());
            return !codes.isEmpty() && codes.get(0).isOfFieldRules();
        }

        /** Why the contact is not as this answer has left it; null if it is. */
        @Nullable
        Wrong wrongContact(Request request, Answer answer) {
            if (!(answer.outcome() instanceof Changed changed) || answer.kind() == Answer.Kind.DUPLICATE) {
                return null;
            }
            ContactAction action = Objects.requireNonNull(request.contactAction());
            StoredDetails contact = snapshot.details().get(new ContactKey(action.directoryId(), action.contactId()));
            if (contact == null) {
                return new Wrong(ROW_DIFFERS, "its contact is not stored");
            } else if (contact.isDeleted()) {
                return null;
            } else if (action.kind() == Action.DELETE) {
                return new Wrong(ROW_DIFFERS, "its contact is not erased");
            }
            boolean isVerified =
                    (changed.channel() == Channel.EMAIL ? contact.emailVerifiedAt() : contact.phoneVerifiedAt())
                            != null;
            return action.kind() == Action.CONFIRM && !isVerified ? new Wrong(ROW_DIFFERS, "its contact is not verified") : null;
        }
    }

    Known about(List<Request> requests) {
        List<RecordId> positions = requests.stream().map(Request::position).toList();
        Snapshot snapshot = new Directories(database).load(Request.questionOf(requests), positions);
        Map<RecordId, Answer> answers = new HashMap<>();
        for (Request request : requests) {
            Decision.recalled(List.of(request), snapshot)
                    .answers()
                    .forEach(answer -> answers.put(request.position(), answer));
        }
        return new Known(answers, snapshot);
    }
}
