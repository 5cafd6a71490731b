package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_WITHOUT_RECORD;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_DEAD_LETTER;

import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.List;

/** Notes the dead letters that must come, ticks off those that came, and finds those that must not. Not thread-safe. */
final class DeadLetterCheck {

    private final String topic;
    private final List<String> taken;
    private final boolean isSecondLook;
    private final AuditedTopic audited;
    private final Sheet sheet;
    private final Pointers pointers;
    private final Gone gone;
    private long others;

    /**
     * Looks at those of the audited topic.
     *
     * @param taken all topics that commands are taken from, in the order in which they are looked at
     */
    DeadLetterCheck(AuditedTopic audited, List<String> taken, Pointers pointers, Gone gone) {
        this.audited = audited;
        this.topic = audited.scope().topic();
        this.isSecondLook = !topic.equals(taken.get(0));
        this.taken = taken;
        this.sheet = audited.sheet();
        this.pointers = pointers;
        this.gone = gone;
    }

    /** Notes the dead letter of a command with this answer, if it must come. */
    void expect(AuditedCommand command, Rejected rejected) {
        int slot = command.slot();
        // With a contact stored, a dead letter is one too many.
        if (!rejected.code().isDeadLettered() || sheet.has(slot, Sheet.CONTACT) || sheet.has(slot, Sheet.SKIPPED)) {
            return;
        }
        Answer answer = command.answer(rejected);
        sheet.expectDeadLetter(
                slot, ComparedEvent.whole(audited.events().of(answer).get(1)).toLong());
        sheet.mark(slot, Sheet.DEAD_LETTER_DUE);
        pointers.note(slot, answer);
        if (command.isBefore(gone.deadLetters())) {
            sheet.mark(slot, Sheet.MAY_BE_GONE);
        }
    }

    void take(PublishedEvent event) {
        DeadLetter letter = event.deadLetter().orElse(null);
        if (letter != null && !letter.origin().topic().equals(topic)) {
            others += taken.contains(letter.origin().topic()) ? 0 : 1;
        } else if (letter == null && isSecondLook) {
            return; // it is found once
        } else if (letter != null && audited.earlier().countsOut(letter.timestamp())) {
            return; // counted there
        } else if (letter == null
                || !audited.scope().hasPartition(letter.origin().partition())) {
            audited.hole(
                    DEAD_LETTER_WITHOUT_RECORD,
                    event.position(),
                    null,
                    "its headers are not a position in the command topic");
        } else {
            int slot = audited.scope()
                    .slot(letter.origin().partition(), letter.origin().offset());
            if (slot != Scope.OUTSIDE) {
                take(event, letter, slot);
            }
        }
    }

    private void take(PublishedEvent event, DeadLetter letter, int slot) {
        audited.count(Counted.DEAD_LETTERS);
        if (!sheet.has(slot, Sheet.COMMAND)) {
            hole(DEAD_LETTER_WITHOUT_RECORD, slot, event);
        } else if (!sheet.has(slot, Sheet.DEAD_LETTER_DUE)) {
            hole(SURPLUS_DEAD_LETTER, slot, event);
        } else {
            sheet.unmark(slot, Sheet.DEAD_LETTER_DUE);
            if (!isAsDue(event, letter, slot)) {
                hole(DEAD_LETTER_DIFFERS, slot, event);
            }
        }
    }

    private void hole(HoleKind kind, int slot, PublishedEvent event) {
        audited.hole(kind, slot, event.position(), null, "");
    }

    private boolean isAsDue(PublishedEvent event, DeadLetter letter, int slot) {
        return letter.isPointer()
                ? pointers.isTo(slot, event)
                : ComparedEvent.whole(event).toLong() == sheet.deadLetter(slot);
    }

    /** Does what is left to do after the last dead letter. */
    void end() {
        if (!isSecondLook) {
            audited.notChecked(others, "dead letters are of other topics");
        }
    }
}
