package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_ROW;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.StoredDetails;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Checks the commands about contacts that are there. What was decided about them stands in the database; it must be what
 * was published, and what the contacts show. Not thread-safe.
 */
final class ActionCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;

    private final AuditedTopic audited;
    private final Sheet sheet;
    private final DSLContext database;
    private final AnswerComparison answers;
    private final Resends resends;
    private final DeadLetterCheck deadLetters;
    private final List<AuditedCommand> waiting = new ArrayList<>();

    /**
     * @param resends get the verification requests that must come
     * @param deadLetters get the dead letters that must come
     */
    ActionCheck(
            AuditedTopic audited,
            DSLContext database,
            AnswerComparison answers,
            Resends resends,
            DeadLetterCheck deadLetters) {
        this.audited = audited;
        this.sheet = audited.sheet();
        this.database = database;
        this.answers = answers;
        this.resends = resends;
        this.deadLetters = deadLetters;
    }

    void take(AuditedCommand command) {
        waiting.add(command);
        if (waiting.size() >= LOOKED_UP_AT_ONCE) {
            checkWaiting();
        }
    }

    private void checkWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        Snapshot known = load(waiting.stream().map(AuditedCommand::request).toList());
        waiting.forEach(command -> check(command, known));
        waiting.clear();
    }

    private Snapshot load(List<Request> requests) {
        return new Directories(database)
                .load(
                        Request.questionOf(requests),
                        requests.stream().map(Request::position).toList());
    }

    private void check(AuditedCommand command, Snapshot known) {
        List<Answer> stored =
                Decision.recalled(List.of(command.request()), known).answers();
        byte published = sheet.answerCode(command.slot());
        if (stored.isEmpty() && published != AnswerCode.NONE) {
            audited.hole(ANSWER_WITHOUT_ROW, command, AnswerCode.words(published));
        } else if (answers.checkAnswered(command) && !stored.isEmpty()) {
            check(command, stored.get(0), known);
        }
    }

    private void check(AuditedCommand command, Answer stored, Snapshot known) {
        checkAnswer(command, stored, known);
        if (stored.outcome() instanceof Rejected rejected) {
            deadLetters.expect(command, rejected);
        }
        if (stored.outcome() instanceof Changed changed && stored.kind() != Answer.Kind.DUPLICATE) {
            checkContact(command, changed, known);
            if (changed.kind() == ResultKind.VERIFICATION_SENT) {
                resends.expect(command, changed);
            }
        }
    }

    private void checkAnswer(AuditedCommand command, Answer stored, Snapshot known) {
        Outcome outcome = stored.outcome() instanceof Changed changed ? changed.withoutRequest() : stored.outcome();
        byte published = sheet.answerCode(command.slot());
        byte due = outcome.match(
                added -> AnswerCode.ADDED,
                changed -> AnswerCode.of(changed.kind()),
                rejected -> AnswerCode.of(rejected.code()));
        if (published != due) {
            String detail = "%s instead of %s".formatted(AnswerCode.words(published), AnswerCode.words(due));
            audited.hole(WRONG_ANSWER, command, detail);
        } else if (isWronglyRefused(command.request(), known)) {
            answers.note(command, Expectation.accepted(published));
        } else {
            answers.compare(command, outcome);
        }
    }

    /** Whether field rules have refused a command that the rules of now accept. */
    private static boolean isWronglyRefused(Request request, Snapshot known) {
        List<ErrorCode> codes = known.refusals().getOrDefault(request.position(), List.of());
        return !codes.isEmpty() && codes.get(0).isOfFieldRules();
    }

    /** Notes a hole unless the contact is as this command has left it. */
    private void checkContact(AuditedCommand command, Changed changed, Snapshot known) {
        ContactAction action = requireNonNull(command.request().contactAction());
        StoredDetails contact = known.details().get(new ContactKey(action.directoryId(), action.contactId()));
        if (contact == null) {
            audited.hole(ROW_DIFFERS, command, "its contact is not stored");
        } else if (!contact.isDeleted() && action.kind() == Action.DELETE) {
            audited.hole(ROW_DIFFERS, command, "its contact is not erased");
        } else if (!contact.isDeleted() && action.kind() == Action.CONFIRM && !isVerified(contact, changed)) {
            audited.hole(ROW_DIFFERS, command, "its contact is not verified");
        }
    }

    private static boolean isVerified(StoredDetails contact, Changed changed) {
        return (changed.channel() == Channel.EMAIL ? contact.emailVerifiedAt() : contact.phoneVerifiedAt()) != null;
    }

    /** Does what is left to do after the last command. */
    void end() {
        checkWaiting();
    }
}
