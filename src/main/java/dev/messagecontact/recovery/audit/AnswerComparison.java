package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ID_OR_DATE;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.recovery.audit.Expectation.Verdict.Wrong;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Compares the answers that commands got with those that they must get. Not thread-safe. */
final class AnswerComparison {

    static final Rejected INTERNAL_ERROR = new Rejected(ErrorCode.INTERNAL_ERROR);

    private final AuditedTopic audited;
    private final Sheet sheet;
    private final Gone gone;
    private final Map<Integer, List<Skip>> skips;
    private final WrongRefusals refusals;
    private long unanswered;
    private long skipped;

    /**
     * @param skips by partition, the offsets that an operator has led the group past
     * @param refusals get those that today's rules would not give
     */
    AnswerComparison(AuditedTopic audited, Gone gone, Map<Integer, List<Skip>> skips, WrongRefusals refusals) {
        this.audited = audited;
        this.sheet = audited.sheet();
        this.gone = gone;
        this.skips = skips;
        this.refusals = refusals;
    }

    /** Notes a hole unless the command has an answer outside of replays. Returns whether it has any to compare. */
    boolean checkAnswered(AuditedCommand command) {
        int slot = command.slot();
        if (!sheet.has(slot, Sheet.ANSWERED)) {
            ConsumerRecord<byte[], byte[]> record = command.envelope().record();
            if (SkippedOffsets.covering(skips, record.partition(), record.offset())
                    .isPresent()) {
                sheet.mark(slot, Sheet.SKIPPED);
                skipped++;
            } else if (command.isBefore(gone.answers())) {
                unanswered++;
            } else {
                boolean stored = sheet.rowCode(slot) != AnswerCode.NONE;
                String detail = sheet.has(slot, Sheet.REPLAYED) ? "only in a replay" : "";
                audited.hole(stored ? ROW_WITHOUT_ANSWER : COMMAND_WITHOUT_ANSWER, slot, detail);
            }
        }
        return sheet.answerCode(slot) != AnswerCode.NONE;
    }

    /** Whether the worker has failed at the command and answered so. */
    boolean isInternalError(AuditedCommand command) {
        return sheet.answerCode(command.slot()) == AnswerCode.of(INTERNAL_ERROR.code());
    }

    /** Whether the answer is byte for byte the one with this outcome. */
    boolean isAnswer(AuditedCommand command, Outcome outcome) {
        return sheet.answerDigest(command.slot()) == due(command, outcome);
    }

    /** Notes a hole unless the answer is as expected. */
    void compare(AuditedCommand command, Expectation expectation) {
        expectation
                .on(sheet.answerCode(command.slot()))
                .match(due -> difference(command, due.outcome()), Optional::of)
                .ifPresent(wrong -> note(command, wrong));
    }

    /** Notes a hole unless an answer of the right code is byte for byte the one with this outcome. */
    void compare(AuditedCommand command, Outcome outcome) {
        difference(command, outcome).ifPresent(wrong -> note(command, wrong));
    }

    /** Notes what is wrong with an answer; a later command may repair a refusal that today's rules would not give. */
    void note(AuditedCommand command, Wrong wrong) {
        if (wrong.kind() == WRONG_ANSWER && AnswerCode.error(sheet.answerCode(command.slot())) != null) {
            refusals.note(command, wrong.detail());
        } else {
            audited.hole(wrong.kind(), command, wrong.detail());
        }
    }

    private Optional<Wrong> difference(AuditedCommand command, Outcome outcome) {
        long published = sheet.answerDigest(command.slot());
        long due = due(command, outcome);
        if (Digest.ids(published) != Digest.ids(due)) {
            return Optional.of(new Wrong(WRONG_ID_OR_DATE, "in its answer"));
        }
        return published == due ? Optional.empty() : Optional.of(new Wrong(ANSWER_DIFFERS, ""));
    }

    private long due(AuditedCommand command, Outcome outcome) {
        return ComparedEvent.of(audited.events().of(command.answer(outcome)).get(0))
                .digest();
    }

    /** Does what is left to do after the last command. */
    void end() {
        audited.notChecked(
                skipped,
                "commands have no answer: an operator has moved the group past them; the database keeps the "
                        + "reason");
        audited.findings().olderThanEvents(unanswered);
    }
}
