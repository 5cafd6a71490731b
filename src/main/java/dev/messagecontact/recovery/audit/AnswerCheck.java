package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_COMMAND;
import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_ANSWERED_TWICE;
import static dev.messagecontact.recovery.audit.HoleKind.REPLAY_DIFFERS;

import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.Hole.Place;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Takes down which command was answered, and how. Not thread-safe. */
final class AnswerCheck {

    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final EarlierTopic earlier;
    private final String results;

    AnswerCheck(Scope scope, Sheet sheet, Findings findings, EarlierTopic earlier, String results) {
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.earlier = earlier;
        this.results = results;
    }

    void take(ConsumerRecord<byte[], byte[]> event) {
        Told told = Told.by(event);
        if (earlier.has(told.time())) {
            return;
        }
        Position command = Position.in(told.id());
        if (command == null || !scope.hasPartition(command.partition)) {
            Place place = Findings.placeOf(event);
            findings.hole(ANSWER_WITHOUT_COMMAND, null, place, null, "its ce_id names no place in the command topic");
            return;
        }
        int slot = scope.slot(command.partition, command.offset);
        if (slot != Scope.OUTSIDE) {
            take(event, told, slot);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> event, Told told, int slot) {
        boolean added = event.topic().equals(results);
        byte code = added ? AnswerCode.ADDED : AnswerCode.rejected(told.code());
        boolean first = sheet.toldCode(slot) == AnswerCode.NONE;
        boolean same = sheet.toldCode(slot) == code && sheet.told(slot) == told.digest();
        if (first) {
            sheet.tell(slot, code, told.digest());
        } else if (!told.isReplayed() && sheet.has(slot, Sheet.ANSWERED)) {
            findings.hole(
                    COMMAND_ANSWERED_TWICE,
                    scope.place(slot),
                    Findings.placeOf(event),
                    told.contactId(),
                    same ? "by the same answer" : "by another answer");
        } else if (!same) {
            findings.hole(REPLAY_DIFFERS, scope.place(slot), Findings.placeOf(event), told.contactId(), "");
        }
        sheet.mark(slot, told.isReplayed() ? Sheet.REPLAYED : Sheet.ANSWERED);
        findings.count(told.isReplayed() ? Counted.REPLAYED_ANSWERS : added ? Counted.RESULTS : Counted.ERRORS);
    }

    /** Where the command stands that an answer's id names: {@code <RequestId>.<partition>.<offset>}. */
    private record Position(int partition, long offset) {

        static @Nullable Position in(@Nullable String answerId) {
            if (answerId == null) {
                return null;
            }
            int last = answerId.lastIndexOf('.');
            int middle = answerId.lastIndexOf('.', last - 1);
            if (middle < 0) {
                return null;
            }
            try {
                return new Position(
                        Integer.parseInt(answerId.substring(middle + 1, last)),
                        Long.parseLong(answerId.substring(last + 1)));
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }
}
