package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ROW_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ID_OR_DATE;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.recovery.audit.Expectation.Stored;
import dev.messagecontact.recovery.audit.RowLookup.ContactRow;
import dev.messagecontact.recovery.audit.RowLookup.RejectionRow;
import dev.messagecontact.validation.Contact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks the commands that add a contact and that the field rules accept: their rows and their answers. Not thread-safe.
 */
final class AdditionCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;

    private final AuditedTopic audited;
    private final Sheet sheet;
    private final RowLookup lookup;
    private final AnswerComparison answers;
    private final VerificationCheck verifications;
    private final DeadLetterCheck deadLetters;
    /** Their answers have no rows of their own: they repeat those of earlier commands with the same RequestId. */
    private final List<AuditedCommand> repeated = new ArrayList<>();

    /**
     * @param verifications get the requests that must come
     * @param deadLetters get the dead letters that must come
     */
    AdditionCheck(
            AuditedTopic audited,
            RowLookup lookup,
            AnswerComparison answers,
            VerificationCheck verifications,
            DeadLetterCheck deadLetters) {
        this.audited = audited;
        this.sheet = audited.sheet();
        this.lookup = lookup;
        this.answers = answers;
        this.verifications = verifications;
        this.deadLetters = deadLetters;
    }

    void take(AuditedCommand command, Contact contact) {
        byte row = sheet.rowCode(command.slot());
        if (row != AnswerCode.NONE) {
            checkRow(command, contact);
        }
        if (row == AnswerCode.ADDED) {
            verifications.expect(command, contact);
        }
        if (answers.checkAnswered(command)) {
            checkAnswer(command);
        }
        if (answers.isInternalError(command)) {
            deadLetters.expect(command, AnswerComparison.INTERNAL_ERROR);
        }
        if (repeated.size() >= LOOKED_UP_AT_ONCE) {
            checkRepeated();
        }
    }

    private void checkRow(AuditedCommand command, Contact contact) {
        long time = command.envelope().timestamp();
        long due = sheet.rowCode(command.slot()) == AnswerCode.ADDED
                ? StoredRows.digest(contact, time)
                : StoredRows.rejectionDigest(contact, time);
        long stored = sheet.rowDigest(command.slot());
        if (Digest.ids(stored) != Digest.ids(due)) {
            audited.hole(WRONG_ID_OR_DATE, command, "in its row");
        } else if (stored != due && !StoredRows.isErased(stored)) {
            audited.hole(ROW_DIFFERS, command, "");
        }
    }

    private void checkAnswer(AuditedCommand command) {
        Expectation expectation = Expectation.of(command.request(), Stored.ownRow(sheet.rowCode(command.slot())));
        if (expectation.needsOtherRows(sheet.answerCode(command.slot()))) {
            repeated.add(command);
        } else {
            answers.compare(command, expectation);
        }
    }

    private void checkRepeated() {
        if (repeated.isEmpty()) {
            return;
        }
        List<ContactKey> keys = repeated.stream()
                .map(each -> requireNonNull(each.request().acceptedContact()))
                .map(contact -> new ContactKey(contact.directoryId(), contact.contactId()))
                .distinct()
                .toList();
        Map<String, ContactRow> contacts = lookup.contacts(keys);
        Map<String, List<RejectionRow>> rejections = lookup.rejections(keys);
        for (AuditedCommand command : repeated) {
            Contact contact = requireNonNull(command.request().acceptedContact());
            String id = contact.contactId();
            @Nullable ContactRow stored = contacts.get(id);
            if (stored == null && sheet.answerCode(command.slot()) == AnswerCode.ADDED) {
                expectVerificationsOfLost(command, contact);
            }
            Stored rows = new Stored(AnswerCode.NONE, stored, rejections.getOrDefault(id, List.of()));
            answers.compare(command, Expectation.of(command.request(), rows));
        }
        repeated.clear();
    }

    /** A contact that is not stored, but was answered as one that was made now, has verification requests too. */
    private void expectVerificationsOfLost(AuditedCommand command, Contact contact) {
        if (answers.isAnswer(command, new Added(contact, command.envelope().timestamp(), true))) {
            verifications.expect(command, contact); // so that these are not surplus too
        }
    }

    /** Does what is left to do after the last command. */
    void end() {
        checkRepeated();
    }
}
