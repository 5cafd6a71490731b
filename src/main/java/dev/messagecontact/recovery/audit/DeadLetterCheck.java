package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_WITHOUT_RECORD;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_DEAD_LETTER;

import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.List;

/** Ticks off the dead letters that are due, and finds those that are not. Not thread-safe. */
final class DeadLetterCheck {

    private final String topic;
    private final List<String> taken;
    private final boolean isSecondLook;
    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final EarlierTopic earlier;
    private final Pointers pointers;
    private long others;

    /**
     * Looks at those of one topic.
     *
     * @param taken all topics that commands are taken from, in the order in which they are looked at
     */
    DeadLetterCheck(
            String topic,
            List<String> taken,
            Scope scope,
            Sheet sheet,
            Findings findings,
            EarlierTopic earlier,
            Pointers pointers) {
        this.topic = topic;
        this.isSecondLook = !topic.equals(taken.get(0));
        this.taken = taken;
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.earlier = earlier;
        this.pointers = pointers;
    }

    void take(PublishedEvent event) {
        DeadLetter letter = event.deadLetter().orElse(null);
        if (letter != null && !letter.origin().topic().equals(topic)) {
            others += taken.contains(letter.origin().topic()) ? 0 : 1;
        } else if (letter == null && isSecondLook) {
            return; // it is found once
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
                : ComparedEvent.whole(event).toLong() == sheet.deadLetter(slot);
    }

    /** Does what is left to do after the last dead letter. */
    void end() {
        if (!isSecondLook) {
            findings.notChecked(others, "dead letters are of other topics");
        }
    }
}
