package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_STORED_TWICE;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_COMMAND;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_CONTACT_COUNT;

import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes down what is stored for which command. Not thread-safe. */
final class RowCheck {

    private static final int ROWS_PER_REPORT = 10_000;

    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final LongConsumer progress;
    private long rows;
    private long outside;
    private int ofOtherTopics;

    /** @param progress gets the number of rows read, from time to time */
    RowCheck(AuditedTopic audited, LongConsumer progress) {
        this.scope = audited.scope();
        this.sheet = audited.sheet();
        this.findings = audited.findings();
        this.progress = progress;
    }

    /** Takes a contact, and the digest of its row. */
    void contact(int partition, long offset, long digest) {
        take(partition, offset, AnswerCode.ADDED, digest, Counted.CONTACTS);
    }

    /** Takes a rejection, and the digest of its row without the code. */
    void rejection(int partition, long offset, byte code, long digest) {
        take(partition, offset, code, digest, Counted.REJECTIONS);
    }

    private void take(int partition, long offset, byte code, long digest, Counted counted) {
        if (++rows % ROWS_PER_REPORT == 0) {
            progress.accept(rows);
        }
        int slot = scope.slot(partition, offset);
        if (!scope.hasPartition(partition)) {
            findings.hole(ROW_WITHOUT_COMMAND, scope.place(partition, offset), AnswerCode.words(code));
        } else if (slot == Scope.OUTSIDE) {
            outside++;
        } else if (sheet.rowCode(slot) != AnswerCode.NONE) {
            findings.hole(COMMAND_STORED_TWICE, scope.place(slot), AnswerCode.words(code));
        } else {
            sheet.setRow(slot, code, digest);
            findings.count(counted);
        }
    }

    /** Takes a directory that says it has other than so many contacts. */
    void wrongCount(String directoryId, @Nullable Integer counted, int contacts) {
        String detail = "counted %s, has %d".formatted(counted == null ? "nowhere" : counted, contacts);
        findings.hole(WRONG_CONTACT_COUNT, null, null, directoryId, detail);
    }

    void directories(int count) {
        findings.count(Counted.DIRECTORIES, count);
    }

    /** Takes the number of contacts and rejections that came from other topics. */
    void ofOtherTopics(int count) {
        ofOtherTopics = count;
    }

    /** Does what is left to do after the last row. */
    void end() {
        progress.accept(rows);
        findings.notChecked(outside, "rows are of commands that are deleted or out of range");
        findings.notChecked(ofOtherTopics, "rows are of other command topics");
    }
}
