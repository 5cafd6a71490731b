package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_ROW;
import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ID_OR_DATE;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.StoredRows.Key;
import dev.messagecontact.recovery.audit.StoredRows.StoredContact;
import dev.messagecontact.recovery.audit.StoredRows.StoredRejection;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Acceptable;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Works out anew what each command gets, holds its row and its answer against it, and notes which verification requests
 * and dead letters must come. Rows and answers are known by then. Not thread-safe.
 */
final class CommandCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;

    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final Gone gone;
    private final CommandDecoder decoder;
    private final ContactRules rules;
    private final OutcomeEvents events;
    private final StoredRows rows;
    private final Pointers pointers;
    private final List<Reference> references = new ArrayList<>();
    private long unanswered;

    CommandCheck(
            Scope scope,
            Sheet sheet,
            Findings findings,
            Gone gone,
            CommandDecoder decoder,
            ContactRules rules,
            OutcomeEvents events,
            StoredRows rows,
            Pointers pointers) {
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.gone = gone;
        this.decoder = decoder;
        this.rules = rules;
        this.events = events;
        this.rows = rows;
        this.pointers = pointers;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        int slot = scope.slot(record.partition(), record.offset());
        sheet.mark(slot, Sheet.COMMAND);
        findings.count(Counted.COMMANDS);
        Decoded decoded = decoder.decode(record);
        Command command = new Command(slot, decoded.envelope());
        Checked checked = decoded.match(
                content -> rules.check(content.content()), unreadable -> new Refused(List.of(unreadable.code())));
        if (checked instanceof Acceptable acceptable) {
            check(command, acceptable.contact());
        } else if (checked instanceof Refused refused) {
            check(command, refused);
        }
        if (references.size() >= LOOKED_UP_AT_ONCE) {
            lookUpReferences();
        }
    }

    /** Does what is left to do after the last command. */
    void end() {
        lookUpReferences();
        findings.notChecked(
                unanswered, "commands have no answer; it may have been deleted, for they are older than what is left");
    }

    private record Command(int slot, Envelope envelope) {}

    // What the field rules refuse gets the same answer whatever is stored.

    private void check(Command command, Refused refused) {
        int slot = command.slot;
        if (sheet.storedCode(slot) != AnswerCode.NONE) {
            hole(ROW_WITHOUT_ANSWER, slot, "the field rules refuse the command");
        }
        byte told = sheet.toldCode(slot);
        ErrorCode due = refused.codes().get(0);
        Rejected answer =
                told == AnswerCode.of(ErrorCode.INTERNAL_ERROR) ? internalError() : new Rejected(refused.codes());
        if (checkAnswered(command) && told != AnswerCode.of(answer.code())) {
            hole(WRONG_ANSWER, slot, "%s instead of %s".formatted(AnswerCode.words(told), due.code()));
        } else if (told != AnswerCode.NONE) {
            checkAnswer(command, answer, sheet.told(slot));
        }
        expectDeadLetter(command, answer);
    }

    private static Rejected internalError() {
        return new Rejected(ErrorCode.INTERNAL_ERROR);
    }

    // What they accept gets an answer that depends on what is stored.

    private void check(Command command, Contact contact) {
        int slot = command.slot;
        byte told = sheet.toldCode(slot);
        byte stored = sheet.storedCode(slot);
        long digest = sheet.told(slot);
        if (stored != AnswerCode.NONE) {
            checkRow(command, contact);
        }
        if (stored == AnswerCode.ADDED) {
            expectVerifications(command, contact);
        }
        if (checkAnswered(command)) {
            if (stored != AnswerCode.NONE && stored != told) {
                hole(ROW_WITHOUT_ANSWER, slot, "the answer is " + AnswerCode.words(told));
            } else if (stored != AnswerCode.NONE) {
                checkAnswer(command, own(command, contact, told), digest);
            } else {
                checkWithoutRow(new Reference(command, contact, told, digest));
            }
        }
        if (told == AnswerCode.of(ErrorCode.INTERNAL_ERROR)) {
            expectDeadLetter(command, internalError());
        }
    }

    /** The answer that goes with the command's own row. */
    private static Outcome own(Command command, Contact contact, byte code) {
        ErrorCode error = AnswerCode.error(code);
        return error == null ? new Added(contact, command.envelope.timestamp(), false) : new Rejected(error);
    }

    private void checkRow(Command command, Contact contact) {
        long due = sheet.storedCode(command.slot) == AnswerCode.ADDED
                ? StoredRows.digest(contact, command.envelope.timestamp())
                : StoredRows.rejectionDigest(contact, command.envelope.timestamp());
        long stored = sheet.stored(command.slot);
        if (Digest.ids(stored) != Digest.ids(due)) {
            hole(WRONG_ID_OR_DATE, command.slot, contact.contactId(), "in its row");
        } else if (stored != due) {
            hole(ROW_DIFFERS, command.slot, contact.contactId(), "");
        }
    }

    /** An answer without a row of its own must refer to an earlier one, but for a few. */
    private void checkWithoutRow(Reference reference) {
        Command command = reference.command;
        ErrorCode error = AnswerCode.error(reference.told);
        if (reference.told == AnswerCode.ADDED
                || error == ErrorCode.NAME_ALREADY_USED
                || error == ErrorCode.CONTACT_LIMIT_EXCEEDED
                || error == ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH) {
            references.add(reference);
        } else if (error == ErrorCode.INTERNAL_ERROR) {
            checkAnswer(command, internalError(), reference.digest); // its row is kept if that is possible at all
        } else if (error == ErrorCode.CONCURRENT_CALL) {
            withoutRow(reference);
        } else {
            hole(
                    WRONG_ANSWER,
                    command.slot,
                    AnswerCode.words(reference.told) + ", but the field rules accept the command");
        }
    }

    /** An answer that refers to an earlier record with the same RequestId. */
    private record Reference(Command command, Contact contact, byte told, long digest) {}

    private void lookUpReferences() {
        if (references.isEmpty()) {
            return;
        }
        List<Key> keys = references.stream()
                .map(each -> new Key(each.contact.directoryId(), each.contact.contactId()))
                .distinct()
                .toList();
        Map<String, StoredContact> contacts = rows.contacts(keys);
        Map<String, List<StoredRejection>> rejections = rows.rejections(keys);
        for (Reference each : references) {
            String id = each.contact.contactId();
            check(each, contacts.get(id), rejections.getOrDefault(id, List.of()));
        }
        references.clear();
    }

    private void check(Reference reference, @Nullable StoredContact stored, List<StoredRejection> rejections) {
        ErrorCode error = AnswerCode.error(reference.told);
        if (error == null) {
            checkAddedAgain(reference, stored);
        } else if (error == ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH) {
            checkMismatch(reference, stored, rejections);
        } else {
            boolean rejectedBefore = rejections.stream()
                    .anyMatch(rejection -> rejection.code() == reference.told
                            && rejection.fingerprint() == reference.contact.fingerprint());
            checkReference(reference, rejectedBefore, new Rejected(error));
        }
    }

    private void checkAddedAgain(Reference reference, @Nullable StoredContact stored) {
        Contact contact = reference.contact;
        Command command = reference.command;
        if (stored == null) {
            withoutRow(reference);
            Added first = new Added(contact, command.envelope.timestamp(), true);
            if (reference.digest == told(command, first).digest()) {
                expectVerifications(command, contact); // so that these are not surplus too
            }
        } else if (stored.fingerprint() != contact.fingerprint()) {
            hole(WRONG_ANSWER, command.slot, "added, but the RequestId was used with other parameters");
        } else {
            checkReference(reference, true, new Added(contact, stored.createdAt(), false));
        }
    }

    private void checkMismatch(Reference reference, @Nullable StoredContact stored, List<StoredRejection> rejections) {
        long fingerprint = reference.contact.fingerprint();
        boolean used = stored != null || !rejections.isEmpty();
        boolean otherContent = (stored != null && stored.fingerprint() != fingerprint)
                || rejections.stream().anyMatch(rejection -> rejection.fingerprint() != fingerprint);
        if (used && !otherContent) {
            hole(
                    WRONG_ANSWER,
                    reference.command.slot,
                    "%s, but the RequestId was used with the same parameters"
                            .formatted(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH.code()));
        } else {
            checkReference(reference, used, new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH));
        }
    }

    private void checkReference(Reference reference, boolean found, Outcome due) {
        if (found) {
            checkAnswer(reference.command, due, reference.digest);
        } else {
            withoutRow(reference);
        }
    }

    private void withoutRow(Reference reference) {
        String contactId = reference.contact.contactId();
        hole(ANSWER_WITHOUT_ROW, reference.command.slot, contactId, AnswerCode.words(reference.told));
    }

    // What both have in common.

    /** Whether there is an answer to look at; a hole is noted unless there is one outside of replays. */
    private boolean checkAnswered(Command command) {
        int slot = command.slot;
        if (!sheet.has(slot, Sheet.ANSWERED)) {
            if (command.envelope.record().timestamp() < gone.answers()) {
                unanswered++;
            } else {
                boolean stored = sheet.storedCode(slot) != AnswerCode.NONE;
                String detail = sheet.has(slot, Sheet.REPLAYED) ? "only in a replay" : "";
                hole(stored ? ROW_WITHOUT_ANSWER : COMMAND_WITHOUT_ANSWER, slot, detail);
            }
        }
        return sheet.toldCode(slot) != AnswerCode.NONE;
    }

    private void checkAnswer(Command command, Outcome due, long digest) {
        long dueDigest = told(command, due).digest();
        if (Digest.ids(digest) != Digest.ids(dueDigest)) {
            hole(WRONG_ID_OR_DATE, command.slot, "in its answer");
        } else if (digest != dueDigest) {
            hole(ANSWER_DIFFERS, command.slot, "");
        }
    }

    private Told told(Command command, Outcome outcome) {
        return Told.by(eventsOf(command, outcome).get(0));
    }

    private List<OutcomeEvent> eventsOf(Command command, Outcome outcome) {
        return events.of(new Answer(command.envelope, Answer.Kind.NEW, outcome));
    }

    private void expectVerifications(Command command, Contact contact) {
        int slot = command.slot;
        if (!sheet.addContact(slot, Digest.of(contact.contactId()))) {
            return;
        }
        long sum = 0;
        List<OutcomeEvent> all = eventsOf(command, new Added(contact, command.envelope.timestamp(), true));
        for (OutcomeEvent request : all.subList(1, all.size())) {
            sum = Digest.plus(sum, Told.by(request).digest());
        }
        sheet.setTold(slot, sum);
        sheet.mark(slot, Sheet.EMAIL_DUE);
        if (contact.phone() != null) {
            sheet.mark(slot, Sheet.SMS_DUE);
        }
        if (command.envelope.record().timestamp() < gone.verifications()) {
            sheet.mark(slot, Sheet.MAY_BE_GONE);
        }
    }

    private void expectDeadLetter(Command command, Rejected answer) {
        if (!answer.code().isDeadLettered() || sheet.has(command.slot, Sheet.CONTACT)) {
            return; // with a contact stored, a dead letter is one too many
        }
        OutcomeEvent letter = eventsOf(command, answer).get(1);
        sheet.setStored(command.slot, Told.whole(letter).toLong());
        sheet.mark(command.slot, Sheet.DEAD_LETTER_DUE);
        pointers.note(command.slot, new Answer(command.envelope, Answer.Kind.NEW, answer));
        if (command.envelope.record().timestamp() < gone.deadLetters()) {
            sheet.mark(command.slot, Sheet.MAY_BE_GONE);
        }
    }

    private void hole(HoleKind kind, int slot, String detail) {
        findings.hole(kind, scope.place(slot), detail);
    }

    private void hole(HoleKind kind, int slot, String contactId, String detail) {
        findings.hole(kind, scope.place(slot), null, contactId, detail);
    }
}
