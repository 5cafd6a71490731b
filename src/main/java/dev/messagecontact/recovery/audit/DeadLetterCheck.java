package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_WITHOUT_RECORD;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_DEAD_LETTER;

import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.recovery.audit.AuditReport.Counted;

/** Ticks off the dead letters that are due, and finds those that are not. Not thread-safe. */
final class DeadLetterCheck {

    private final String commandTopic;
    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final EarlierTopic earlier;
    private final Pointers pointers;
    private long others;

    DeadLetterCheck(
            String commandTopic, Scope scope, Sheet sheet, Findings findings, EarlierTopic earlier, Pointers pointers) {
        this.commandTopic = commandTopic;
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.earlier = earlier;
        this.pointers = pointers;
    }

    void take(PublishedEvent event) {
        DeadLetter letter = event.deadLetter().orElse(null);
        if (letter != null && !letter.origin().topic().equals(commandTopic)) {
            others++;
        } else if (letter != null && earlier.has(letter.timestamp())) {
            return; // counted there
        } else if (letter == null || !scope.hasPartition(letter.origin().partition())) {
            findings.hole(
                    DEAD_LETTER_WITHOUT_RECORD,
                    null,
                    event.position(),
                    null,
                    "its headers are not a position in the command topic");
        } else {
            int slot = scope.slot(letter.origin().partition(), letter.origin().offset());
            if (slot != Scope.OUTSIDE) {
                take(event, letter, slot);
            }
        }
    }

    private void take(PublishedEvent event, DeadLetter letter, int slot) {
        findings.count(Counted.DEAD_LETTERS);
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
        findings.hole(kind, scope.place(slot), event.position(), null, "");
    }

    private boolean isAsDue(PublishedEvent event, DeadLetter letter, int slot) {
        return letter.isPointer()
                ? pointers.isTo(slot, event)
                : Told.whole(event).toLong() == sheet.deadLetter(slot);
    }

    /** Does what is left to do after the last dead letter. */
    void end() {
        findings.notChecked(others, "dead letters are of other topics");
    }
}
