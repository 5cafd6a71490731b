package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_ROW;
import static dev.messagecontact.recovery.audit.HoleKind.COMMAND_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_DIFFERS;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ID_OR_DATE;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Skip;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Resubmission;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.Expectation.Stored;
import dev.messagecontact.recovery.audit.Expectation.Verdict.Wrong;
import dev.messagecontact.recovery.audit.RowLookup.ContactRow;
import dev.messagecontact.recovery.audit.RowLookup.RejectionRow;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Works out anew what each command gets, holds its row and its answer against it, and notes which verification requests
 * and dead letters must come. Rows and answers are known by then. Not thread-safe.
 */
final class CommandCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;
    /** A bad release may have refused all commands; of those beyond, the position is enough. */
    private static final int MOST_DETAILS = 10_000;

    private static final Rejected INTERNAL = new Rejected(ErrorCode.INTERNAL_ERROR);

    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final Gone gone;
    private final RequestReader requests;
    private final OutcomeEvents events;
    private final RowLookup lookup;
    private final Pointers pointers;
    private final Map<Integer, List<Skip>> skips;
    private final ChangeCheck changeCheck;
    private final Resends resends;
    private final List<Command> changes = new ArrayList<>();
    private final List<Command> references = new ArrayList<>();
    private final Map<Integer, Refusal> refusals = new HashMap<>();
    private long unanswered;
    private long skipped;

    /** @param skips by partition, the offsets that an operator has led the group past */
    CommandCheck(
            Scope scope,
            Sheet sheet,
            Findings findings,
            Gone gone,
            RequestReader requests,
            OutcomeEvents events,
            RowLookup lookup,
            Pointers pointers,
            Map<Integer, List<Skip>> skips,
            ChangeCheck changeCheck,
            Resends resends) {
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.gone = gone;
        this.requests = requests;
        this.events = events;
        this.lookup = lookup;
        this.pointers = pointers;
        this.skips = skips;
        this.changeCheck = changeCheck;
        this.resends = resends;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        int slot = scope.slot(record.partition(), record.offset());
        sheet.mark(slot, Sheet.COMMAND);
        findings.count(Counted.COMMANDS);
        if (sheet.answerCode(slot) != AnswerCode.of(ErrorCode.NO_PERMISSION)) { // a copy that was denied mends nothing
            Resubmission.originOf(record, requests.topicId()).ifPresent(this::noteResubmitted);
        }
        Command command = new Command(slot, requests.read(record, Past.SETTLED));
        Contact contact = command.request.acceptedContact();
        if (command.request.contactAction() != null) {
            changes.add(command);
        } else if (contact == null) {
            checkRefused(command);
        } else {
            check(command, contact);
        }
        if (changes.size() >= LOOKED_UP_AT_ONCE) {
            lookUpChanges();
        }
        if (references.size() >= LOOKED_UP_AT_ONCE) {
            lookUpReferences();
        }
    }

    /** Does what is left to do after the last command. */
    void end() {
        lookUpChanges();
        lookUpReferences();
        findWronglyRefused();
        findings.notChecked(
                skipped,
                "commands have no answer: an operator has moved the group past them; the database keeps the "
                        + "reason");
        findings.olderThanEvents(unanswered);
    }

    /** A command and its slot. */
    private record Command(int slot, Request request) {

        Envelope envelope() {
            return request.envelope();
        }
    }

    /** What else is reported of a command that was refused though the rules of now accept it. */
    private record Refusal(@Nullable String contactId, String detail) {

        static final Refusal WITHOUT_DETAIL = new Refusal(null, "");
    }

    private void noteResubmitted(RecordPosition refused) {
        int slot = scope.slot(refused.partition(), refused.offset());
        if (slot != Scope.OUTSIDE) {
            sheet.mark(slot, Sheet.RESUBMITTED);
        }
    }

    private void findWronglyRefused() {
        for (int slot = 0; slot < sheet.size(); slot++) {
            if (sheet.has(slot, Sheet.WRONGLY_REFUSED) && !sheet.has(slot, Sheet.RESUBMITTED)) {
                Refusal refusal = refusals.getOrDefault(slot, Refusal.WITHOUT_DETAIL);
                findings.hole(WRONG_ANSWER, scope.place(slot), null, refusal.contactId, refusal.detail);
            }
        }
    }

    private void checkRefused(Command command) {
        if (sheet.rowCode(command.slot) != AnswerCode.NONE) {
            hole(ROW_WITHOUT_ANSWER, command.slot, "the field rules refuse the command");
        }
        checkAnswer(command);
        expectDeadLetter(command, isInternalError(command) ? INTERNAL : new Rejected(command.request.refusals()));
    }

    private void check(Command command, Contact contact) {
        byte stored = sheet.rowCode(command.slot);
        if (stored != AnswerCode.NONE) {
            checkRow(command, contact);
        }
        if (stored == AnswerCode.ADDED) {
            expectVerifications(command, contact);
        }
        checkAnswer(command);
        if (isInternalError(command)) {
            expectDeadLetter(command, INTERNAL);
        }
    }

    private boolean isInternalError(Command command) {
        return sheet.answerCode(command.slot) == AnswerCode.of(ErrorCode.INTERNAL_ERROR);
    }

    /** What was decided about them stands in the database; it must be what was published, and what the contacts show. */
    private void lookUpChanges() {
        if (changes.isEmpty()) {
            return;
        }
        ChangeCheck.Known known =
                changeCheck.about(changes.stream().map(Command::request).toList());
        for (Command command : changes) {
            Answer answer = known.answers().get(command.request.position());
            if (answer != null && checkAnswered(command)) {
                checkChange(command, answer, known);
            } else if (answer == null && sheet.answerCode(command.slot) != AnswerCode.NONE) {
                hole(ANSWER_WITHOUT_ROW, command, AnswerCode.words(sheet.answerCode(command.slot)));
            } else if (answer == null) {
                checkAnswered(command);
            }
        }
        changes.clear();
    }

    private void checkChange(Command command, Answer answer, ChangeCheck.Known known) {
        Outcome due = answer.outcome() instanceof Changed changed ? changed.withoutRequest() : answer.outcome();
        byte published = sheet.answerCode(command.slot);
        byte code = due.match(
                added -> AnswerCode.ADDED,
                changed -> AnswerCode.of(changed.kind()),
                rejected -> AnswerCode.of(rejected.code()));
        if (published == code && known.isWronglyRefused(command.request)) {
            wrong(command, Expectation.accepted(published));
        } else if (published == code) {
            difference(command, due).ifPresent(wrong -> hole(wrong.kind(), command, wrong.detail()));
        } else {
            hole(WRONG_ANSWER, command, "%s instead of %s".formatted(AnswerCode.words(published), AnswerCode.words(code)));
        }
        if (due instanceof Rejected rejected) {
            expectDeadLetter(command, rejected);
        }
        Wrong wrong = known.wrongContact(command.request, answer);
        if (wrong != null) {
            hole(wrong.kind(), command, wrong.detail());
        }
        if (answer.kind() != Answer.Kind.DUPLICATE
                && answer.outcome() instanceof Changed changed
                && changed.kind() == ResultKind.VERIFICATION_SENT) {
            expectResend(command, changed);
        }
    }

    private void expectResend(Command command, Changed changed) {
        Long digest = changed.request() == null
                ? null
                : Long.valueOf(ComparedEvent.of(eventsOf(command, changed).get(1)).digest());
        resends.expect(
                changed.channel() == Channel.EMAIL ? EventKind.EMAIL_VERIFICATIONS : EventKind.SMS_VERIFICATIONS,
                changed.contactId(),
                command.envelope().requestId(),
                command.slot,
                digest,
                command.envelope().record().timestamp() < gone.verifications());
    }

    private void checkRow(Command command, Contact contact) {
        long due = sheet.rowCode(command.slot) == AnswerCode.ADDED
                ? StoredRows.digest(contact, command.envelope().timestamp())
                : StoredRows.rejectionDigest(contact, command.envelope().timestamp());
        long stored = sheet.rowDigest(command.slot);
        if (Digest.ids(stored) != Digest.ids(due)) {
            hole(WRONG_ID_OR_DATE, command, "in its row");
        } else if (stored != due && !StoredRows.isErased(stored)) {
            hole(ROW_DIFFERS, command, "");
        }
    }

    private void checkAnswer(Command command) {
        if (checkAnswered(command)) {
            Expectation expectation = Expectation.of(command.request, Stored.ownRow(sheet.rowCode(command.slot)));
            if (expectation.needsOtherRows(sheet.answerCode(command.slot))) {
                references.add(command);
            } else {
                checkAnswer(command, expectation);
            }
        }
    }

    /** Answers without rows of their own, which repeat those of earlier commands with the same RequestId. */
    private void lookUpReferences() {
        if (references.isEmpty()) {
            return;
        }
        List<ContactKey> keys = references.stream()
                .map(each -> requireNonNull(each.request.acceptedContact()))
                .map(contact -> new ContactKey(contact.directoryId(), contact.contactId()))
                .distinct()
                .toList();
        Map<String, ContactRow> contacts = lookup.contacts(keys);
        Map<String, List<RejectionRow>> rejections = lookup.rejections(keys);
        for (Command each : references) {
            Contact contact = requireNonNull(each.request.acceptedContact());
            String id = contact.contactId();
            @Nullable ContactRow stored = contacts.get(id);
            if (stored == null && sheet.answerCode(each.slot) == AnswerCode.ADDED) {
                expectVerificationsOfLost(each, contact);
            }
            checkAnswer(
                    each,
                    Expectation.of(
                            each.request, new Stored(AnswerCode.NONE, stored, rejections.getOrDefault(id, List.of()))));
        }
        references.clear();
    }

    /** A contact that is not stored, but was answered as one that was made now, has verification requests too. */
    private void expectVerificationsOfLost(Command command, Contact contact) {
        Added first = new Added(contact, command.envelope().timestamp(), true);
        if (sheet.answerDigest(command.slot) == due(command, first).digest()) {
            expectVerifications(command, contact); // so that these are not surplus too
        }
    }

    /** Whether there is an answer to look at; a hole is noted unless there is one outside of replays. */
    private boolean checkAnswered(Command command) {
        int slot = command.slot;
        if (!sheet.has(slot, Sheet.ANSWERED)) {
            if (isSkipped(command.envelope().record())) {
                skipped++;
            } else if (command.envelope().record().timestamp() < gone.answers()) {
                unanswered++;
            } else {
                boolean stored = sheet.rowCode(slot) != AnswerCode.NONE;
                String detail = sheet.has(slot, Sheet.REPLAYED) ? "only in a replay" : "";
                hole(stored ? ROW_WITHOUT_ANSWER : COMMAND_WITHOUT_ANSWER, slot, detail);
            }
        }
        return sheet.answerCode(slot) != AnswerCode.NONE;
    }

    private boolean isSkipped(ConsumerRecord<byte[], byte[]> record) {
        return skips.getOrDefault(record.partition(), List.of()).stream()
                .anyMatch(skip -> skip.covers(record.offset()));
    }

    private void checkAnswer(Command command, Expectation expectation) {
        expectation
                .on(sheet.answerCode(command.slot))
                .match(due -> difference(command, due.outcome()), Optional::of)
                .ifPresent(wrong -> wrong(command, wrong));
    }

    /** A later command may repair a refusal that today's rules would not give. */
    private void wrong(Command command, Wrong wrong) {
        if (wrong.kind() == WRONG_ANSWER && AnswerCode.error(sheet.answerCode(command.slot)) != null) {
            sheet.mark(command.slot, Sheet.WRONGLY_REFUSED);
            if (refusals.size() < MOST_DETAILS) {
                refusals.put(command.slot, new Refusal(contactId(command), wrong.detail()));
            }
        } else {
            hole(wrong.kind(), command, wrong.detail());
        }
    }

    /** What is wrong with an answer of the right code, if anything is. */
    private Optional<Wrong> difference(Command command, Outcome outcome) {
        long published = sheet.answerDigest(command.slot);
        long due = due(command, outcome).digest();
        if (Digest.ids(published) != Digest.ids(due)) {
            return Optional.of(new Wrong(WRONG_ID_OR_DATE, "in its answer"));
        }
        return published == due ? Optional.empty() : Optional.of(new Wrong(ANSWER_DIFFERS, ""));
    }

    private ComparedEvent due(Command command, Outcome outcome) {
        return ComparedEvent.of(eventsOf(command, outcome).get(0));
    }

    private List<OutcomeEvent> eventsOf(Command command, Outcome outcome) {
        return events.of(new Answer(command.envelope(), Answer.Kind.NEW, outcome));
    }

    private void expectVerifications(Command command, Contact contact) {
        int slot = command.slot;
        if (!sheet.addContact(slot, Digest.of(contact.contactId()))) {
            return;
        }
        long sum = 0;
        List<OutcomeEvent> all =
                eventsOf(command, new Added(contact, command.envelope().timestamp(), true));
        for (OutcomeEvent request : all.subList(1, all.size())) {
            sum = Digest.plus(sum, ComparedEvent.of(request).digest());
        }
        sheet.expectVerifications(slot, sum);
        sheet.mark(slot, Sheet.EMAIL_DUE);
        if (contact.phone() != null) {
            sheet.mark(slot, Sheet.SMS_DUE);
        }
        // Who is deleted is not mailed any more, if the worker had to begin the batch again in between.
        if (command.envelope().record().timestamp() < gone.verifications() || StoredRows.isErased(sheet.rowDigest(slot))) {
            sheet.mark(slot, Sheet.MAY_BE_GONE);
        }
    }

    private void expectDeadLetter(Command command, Rejected answer) {
        if (!answer.code().isDeadLettered() || sheet.has(command.slot, Sheet.CONTACT)) {
            return; // with a contact stored, a dead letter is one too many
        }
        if (!sheet.has(command.slot, Sheet.ANSWERED)
                && isSkipped(command.envelope().record())) {
            return;
        }
        OutcomeEvent letter = eventsOf(command, answer).get(1);
        sheet.expectDeadLetter(command.slot, ComparedEvent.whole(letter).toLong());
        sheet.mark(command.slot, Sheet.DEAD_LETTER_DUE);
        pointers.note(command.slot, new Answer(command.envelope(), Answer.Kind.NEW, answer));
        if (command.envelope().record().timestamp() < gone.deadLetters()) {
            sheet.mark(command.slot, Sheet.MAY_BE_GONE);
        }
    }

    private void hole(HoleKind kind, int slot, String detail) {
        findings.hole(kind, scope.place(slot), detail);
    }

    private void hole(HoleKind kind, Command command, String detail) {
        findings.hole(kind, scope.place(command.slot), null, contactId(command), detail);
    }

    private static @Nullable String contactId(Command command) {
        Contact contact = command.request.acceptedContact();
        ContactAction action = command.request.contactAction();
        return contact != null ? contact.contactId() : action != null ? action.contactId() : null;
    }
}
