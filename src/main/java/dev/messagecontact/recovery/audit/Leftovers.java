package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_COMMAND;
import static dev.messagecontact.recovery.audit.HoleKind.MISSING_DEAD_LETTER;
import static dev.messagecontact.recovery.audit.HoleKind.MISSING_VERIFICATION;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_COMMAND;
import static dev.messagecontact.recovery.audit.HoleKind.VERIFICATION_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ID_OR_DATE;

/** Finds what is missing: what is still open when everything was read. Not thread-safe. */
final class Leftovers {

    private final AuditedTopic audited;
    private final Sheet sheet;
    private long maybeGone;

    Leftovers(AuditedTopic audited) {
        this.audited = audited;
        this.sheet = audited.sheet();
    }

    void find() {
        for (int slot = 0; slot < sheet.size(); slot++) {
            if (sheet.has(slot, Sheet.COMMAND)) {
                findDue(slot);
            } else {
                findWithoutCommand(slot);
            }
        }
        audited.notChecked(
                maybeGone,
                "verification requests or dead letters are missing; they may have been deleted, because their commands are"
                        + " older than such events are kept, or their contacts were deleted before they were sent");
    }

    private void findWithoutCommand(int slot) {
        if (sheet.answerCode(slot) != AnswerCode.NONE) {
            audited.hole(ANSWER_WITHOUT_COMMAND, slot, AnswerCode.words(sheet.answerCode(slot)));
        }
        if (sheet.rowCode(slot) != AnswerCode.NONE) {
            audited.hole(ROW_WITHOUT_COMMAND, slot, AnswerCode.words(sheet.rowCode(slot)));
        }
    }

    private void findDue(int slot) {
        boolean email = missing(slot, Sheet.EMAIL_DUE, MISSING_VERIFICATION, "email");
        boolean sms = missing(slot, Sheet.SMS_DUE, MISSING_VERIFICATION, "sms");
        missing(slot, Sheet.DEAD_LETTER_DUE, MISSING_DEAD_LETTER, "");
        if (sheet.has(slot, Sheet.CONTACT) && !email && !sms && sheet.openVerifications(slot) != 0) {
            boolean ids = Digest.ids(sheet.openVerifications(slot)) != 0;
            audited.hole(ids ? WRONG_ID_OR_DATE : VERIFICATION_DIFFERS, slot, ids ? "in a verification request" : "");
        }
    }

    private boolean missing(int slot, short due, HoleKind kind, String detail) {
        boolean missing = sheet.has(slot, due);
        if (missing && sheet.has(slot, Sheet.MAY_BE_GONE)) {
            maybeGone++;
        } else if (missing) {
            audited.hole(kind, slot, detail);
        }
        return missing;
    }
}
