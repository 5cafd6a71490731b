package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_VERIFICATION;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.validation.Contact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Notes the verification requests that must come, ticks off those that came, and finds those that must not. Not
 * thread-safe.
 */
final class VerificationCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;

    private final AuditedTopic audited;
    private final Sheet sheet;
    private final Resends resends;
    private final RowLookup lookup;
    private final Gone gone;
    private final boolean replaysCount;
    private final List<Stranger> strangers = new ArrayList<>();

    VerificationCheck(AuditedTopic audited, Resends resends, RowLookup lookup, Gone gone, boolean replaysCount) {
        this.audited = audited;
        this.sheet = audited.sheet();
        this.resends = resends;
        this.lookup = lookup;
        this.gone = gone;
        this.replaysCount = replaysCount;
    }

    /** Notes the requests for the contact that this command has made, unless another command in range has. */
    void expect(AuditedCommand command, Contact contact) {
        int slot = command.slot();
        if (!sheet.addContact(slot, Digest.of(contact.contactId()))) {
            return;
        }
        long sum = 0;
        Added added = new Added(contact, command.envelope().timestamp(), true);
        List<OutcomeEvent> all = audited.events().of(command.answer(added));
        for (OutcomeEvent request : all.subList(1, all.size())) {
            sum = Digest.plus(sum, ComparedEvent.of(request).digest());
        }
        sheet.expectVerifications(slot, sum);
        sheet.mark(slot, Sheet.EMAIL_DUE);
        if (contact.phone() != null) {
            sheet.mark(slot, Sheet.SMS_DUE);
        }
        // Who is deleted is not mailed any more, if the worker had to begin the batch again in between.
        if (command.isBefore(gone.verifications()) || StoredRows.isErased(sheet.rowDigest(slot))) {
            sheet.mark(slot, Sheet.MAY_BE_GONE);
        }
    }

    void take(PublishedEvent event) {
        ComparedEvent compared = ComparedEvent.of(event);
        if (audited.earlier().countsOut(compared.content().commandTimestamp())) {
            return;
        }
        String contactId = compared.content().contactId();
        String directoryId = compared.content().directoryId();
        if (contactId == null || directoryId == null) {
            audited.hole(SURPLUS_VERIFICATION, event.position(), null, "it names no contact");
            return;
        }
        if (Resends.isResend(compared.content())) {
            resends.take(event, compared, replaysCount);
            return;
        }
        int slot = sheet.slotOfContact(Digest.of(contactId));
        if (slot == Scope.OUTSIDE) {
            lookUpLater(new Stranger(event.position(), contactId, directoryId));
        } else {
            take(event, compared, slot);
        }
    }

    private void take(PublishedEvent event, ComparedEvent compared, int slot) {
        boolean byEmail = event.kind() == EventKind.EMAIL_VERIFICATIONS;
        short due = byEmail ? Sheet.EMAIL_DUE : Sheet.SMS_DUE;
        if (compared.content().isReplayed() && replaysCount && !sheet.has(slot, due)) {
            return; // republished on purpose
        }
        if (compared.content().isReplayed() && !replaysCount) {
            audited.hole(
                    SURPLUS_VERIFICATION,
                    slot,
                    event.position(),
                    compared.content().contactId(),
                    "in a replay");
        } else if (sheet.has(slot, due)) {
            sheet.unmark(slot, due);
            sheet.tickOffVerification(slot, compared.digest());
            audited.count(byEmail ? Counted.EMAIL_VERIFICATIONS : Counted.SMS_VERIFICATIONS);
        } else {
            audited.hole(
                    SURPLUS_VERIFICATION,
                    slot,
                    event.position(),
                    compared.content().contactId(),
                    "");
        }
    }

    /** A request for a contact that no command in range made; the command may be out of range. */
    private record Stranger(InTopic event, String contactId, String directoryId) {}

    private void lookUpLater(Stranger stranger) {
        strangers.add(stranger);
        if (strangers.size() >= LOOKED_UP_AT_ONCE) {
            lookUpStrangers();
        }
    }

    private void lookUpStrangers() {
        if (strangers.isEmpty()) {
            return;
        }
        List<ContactKey> keys = strangers.stream()
                .map(each -> new ContactKey(each.directoryId, each.contactId))
                .distinct()
                .toList();
        Map<String, ?> stored = lookup.contacts(keys);
        for (Stranger each : strangers) {
            if (!stored.containsKey(each.contactId)) {
                audited.hole(SURPLUS_VERIFICATION, each.event, each.contactId, "there is no such contact");
            }
        }
        strangers.clear();
    }

    /** Does what is left to do after the last request. */
    void end() {
        lookUpStrangers();
        resends.end();
    }
}
