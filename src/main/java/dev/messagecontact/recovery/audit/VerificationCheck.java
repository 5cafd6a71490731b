package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_VERIFICATION;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ticks off the verification requests that are due, and finds those that are not. Not thread-safe. */
final class VerificationCheck {

    private static final int LOOKED_UP_AT_ONCE = 500;

    private final Scope scope;
    private final Sheet sheet;
    private final Findings findings;
    private final EarlierTopic earlier;
    private final RowLookup lookup;
    private final Resends resends;
    private final boolean replaysCount;
    private final List<Stranger> strangers = new ArrayList<>();

    VerificationCheck(
            Scope scope,
            Sheet sheet,
            Findings findings,
            EarlierTopic earlier,
            RowLookup lookup,
            Resends resends,
            boolean replaysCount) {
        this.scope = scope;
        this.sheet = sheet;
        this.findings = findings;
        this.earlier = earlier;
        this.lookup = lookup;
        this.resends = resends;
        this.replaysCount = replaysCount;
    }

    void take(PublishedEvent event) {
        ComparedEvent compared = ComparedEvent.of(event);
        if (earlier.has(compared.content().time())) {
            return;
        }
        String contactId = compared.content().contactId();
        String directoryId = compared.content().directoryId();
        if (contactId == null || directoryId == null) {
            surplus(null, event.position(), null, "it names no contact");
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
        InTopic place = event.position();
        if (compared.content().isReplayed() && replaysCount && !sheet.has(slot, due)) {
            return; // republished on purpose
        }
        if (compared.content().isReplayed() && !replaysCount) {
            surplus(scope.place(slot), place, compared.content().contactId(), "in a replay");
        } else if (sheet.has(slot, due)) {
            sheet.unmark(slot, due);
            sheet.tickOffVerification(slot, compared.digest());
            findings.count(byEmail ? Counted.EMAIL_VERIFICATIONS : Counted.SMS_VERIFICATIONS);
        } else {
            surplus(scope.place(slot), place, compared.content().contactId(), "");
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
                surplus(null, each.event, each.contactId, "there is no such contact");
            }
        }
        strangers.clear();
    }

    /** Does what is left to do after the last request. */
    void end() {
        lookUpStrangers();
        resends.end();
    }

    private void surplus(@Nullable InTopic command, InTopic event, @Nullable String contactId, String detail) {
        findings.hole(SURPLUS_VERIFICATION, command, event, contactId, detail);
    }
}
