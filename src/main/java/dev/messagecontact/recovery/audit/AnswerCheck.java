package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_COMMAND;
import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_ANSWERED_TWICE;
import static dev.messagecontact.recovery.audit.HoleKind.REPLAY_DIFFERS;

import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.Arrays;

/** Takes down which command was answered, and how. Not thread-safe. */
final class AnswerCheck {

    private final Origin origin;
    private final AuditedTopic audited;
    private final Scope scope;
    private final Sheet sheet;

    /** @param origin of the commands that are looked at */
    AnswerCheck(Origin origin, AuditedTopic audited) {
        this.origin = origin;
        this.audited = audited;
        this.scope = audited.scope();
        this.sheet = audited.sheet();
    }

    void take(PublishedEvent event) {
        ComparedEvent compared = ComparedEvent.of(event);
        boolean isOthers = Arrays.stream(Origin.values())
                .anyMatch(other ->
                        other != origin && compared.content().command(other).isPresent());
        if (isOthers || audited.earlier().countsOut(compared.content().commandTimestamp())) {
            return;
        }
        RecordPosition command = compared.content().command(origin).orElse(null);
        if (command == null && origin != Origin.UPSTREAM) {
            return; // it is found once, with the upstream systems' commands
        }
        if (command == null || !scope.hasPartition(command.partition())) {
            audited.hole(
                    ANSWER_WITHOUT_COMMAND, event.position(), null, "its ce_id is not a position in the command topic");
            return;
        }
        int slot = scope.slot(command.partition(), command.offset());
        if (slot != Scope.OUTSIDE) {
            take(event, compared, slot);
        }
    }

    private void take(PublishedEvent event, ComparedEvent compared, int slot) {
        EventContent content = compared.content();
        boolean isResult = event.kind() == EventKind.RESULTS;
        byte code = isResult
                ? AnswerCode.of(ResultKind.ofType(event.type()).orElse(ResultKind.ADDED))
                : AnswerCode.rejected(content.code());
        boolean first = sheet.answerCode(slot) == AnswerCode.NONE;
        boolean same = sheet.answerCode(slot) == code && sheet.answerDigest(slot) == compared.digest();
        if (first) {
            sheet.setAnswer(slot, code, compared.digest());
        } else if (!content.isReplayed() && sheet.has(slot, Sheet.ANSWERED)) {
            audited.hole(
                    COMMAND_ANSWERED_TWICE,
                    slot,
                    event.position(),
                    content.contactId(),
                    same ? "by the same answer" : "by another answer");
        } else if (!same) {
            audited.hole(REPLAY_DIFFERS, slot, event.position(), content.contactId(), "");
        }
        sheet.mark(slot, content.isReplayed() ? Sheet.REPLAYED : Sheet.ANSWERED);
        audited.count(content.isReplayed() ? Counted.REPLAYED_ANSWERS : isResult ? Counted.RESULTS : Counted.ERRORS);
    }
}
