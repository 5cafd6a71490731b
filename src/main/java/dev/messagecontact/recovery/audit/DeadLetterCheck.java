package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.DEAD_LETTER_WITHOUT_RECORD;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_DEAD_LETTER;

import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.Hole.Place;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

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

    /** Of all but the version of the worker that sent it. */
    static long digest(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return Told.whole(key, value, headers, "dl-worker-version").toLong();
    }

    void take(ConsumerRecord<byte[], byte[]> letter) {
        String topic = Told.text(letter.headers(), "dl-topic");
        if (topic != null && !topic.equals(commandTopic)) {
            others++;
            return;
        }
        long time = number(letter, "dl-timestamp");
        if (time >= 0 && earlier.has(time)) {
            return;
        }
        long partition = number(letter, "dl-partition");
        Place place = Findings.placeOf(letter);
        if (topic == null || !scope.hasPartition((int) partition)) {
            findings.hole(
                    DEAD_LETTER_WITHOUT_RECORD, null, place, null, "its headers name no place in the command topic");
            return;
        }
        int slot = scope.slot((int) partition, number(letter, "dl-offset"));
        if (slot != Scope.OUTSIDE) {
            take(letter, place, slot);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> letter, Place place, int slot) {
        findings.count(Counted.DEAD_LETTERS);
        if (!sheet.has(slot, Sheet.COMMAND)) {
            findings.hole(DEAD_LETTER_WITHOUT_RECORD, scope.place(slot), place, null, "");
        } else if (!sheet.has(slot, Sheet.DEAD_LETTER_DUE)) {
            findings.hole(SURPLUS_DEAD_LETTER, scope.place(slot), place, null, "");
        } else {
            sheet.unmark(slot, Sheet.DEAD_LETTER_DUE);
            if (!isAsDue(letter, slot)) {
                findings.hole(DEAD_LETTER_DIFFERS, scope.place(slot), place, null, "");
            }
        }
    }

    private boolean isAsDue(ConsumerRecord<byte[], byte[]> letter, int slot) {
        return Pointers.isPointer(letter.headers())
                ? pointers.isTo(slot, letter)
                : digest(letter.key(), letter.value(), letter.headers()) == sheet.stored(slot);
    }

    /** Does what is left to do after the last dead letter. */
    void end() {
        findings.notChecked(others, "dead letters are of other topics");
    }

    /** @return -1 if the header is no number of ours */
    private static long number(ConsumerRecord<byte[], byte[]> letter, String header) {
        String text = Told.text(letter.headers(), header);
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
