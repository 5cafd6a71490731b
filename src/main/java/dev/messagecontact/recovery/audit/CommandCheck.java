package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_ANSWER;

import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.Expectation.Stored;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.validation.Contact;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Works out anew what each command gets, holds its row and its answer against it, and notes which verification requests
 * and dead letters must come. Rows and answers are known by then. Not thread-safe.
 */
final class CommandCheck {

    private final AuditedTopic audited;
    private final RequestReader requests;
    private final AdditionCheck additions;
    private final ActionCheck actions;
    private final AnswerComparison answers;
    private final DeadLetterCheck deadLetters;
    private final WrongRefusals refusals;

    CommandCheck(
            AuditedTopic audited,
            RequestReader requests,
            AdditionCheck additions,
            ActionCheck actions,
            AnswerComparison answers,
            DeadLetterCheck deadLetters,
            WrongRefusals refusals) {
        this.audited = audited;
        this.requests = requests;
        this.additions = additions;
        this.actions = actions;
        this.answers = answers;
        this.deadLetters = deadLetters;
        this.refusals = refusals;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        int slot = audited.scope().slot(record.partition(), record.offset());
        audited.sheet().mark(slot, Sheet.COMMAND);
        audited.count(Counted.COMMANDS);
        refusals.take(slot, record);
        AuditedCommand command = new AuditedCommand(slot, requests.read(record, Past.SETTLED));
        Contact contact = command.request().acceptedContact();
        if (command.request().contactAction() != null) {
            actions.take(command);
        } else if (contact != null) {
            additions.take(command, contact);
        } else {
            checkRefused(command);
        }
    }

    /** What the field rules refuse has no row, and an answer that follows from the record alone. */
    private void checkRefused(AuditedCommand command) {
        byte row = audited.sheet().rowCode(command.slot());
        if (row != AnswerCode.NONE) {
            audited.hole(ROW_WITHOUT_ANSWER, command.slot(), "the field rules refuse the command");
        }
        if (answers.checkAnswered(command)) {
            answers.compare(command, Expectation.of(command.request(), Stored.ownRow(row)));
        }
        deadLetters.expect(
                command,
                answers.isInternalError(command)
                        ? AnswerComparison.INTERNAL_ERROR
                        : new Rejected(command.request().refusals()));
    }

    /** Does what is left to do after the last command. */
    void end() {
        actions.end();
        additions.end();
        refusals.end();
        answers.end();
    }
}
