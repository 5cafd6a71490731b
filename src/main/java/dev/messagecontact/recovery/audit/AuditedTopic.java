package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import org.jspecify.annotations.Nullable;

/**
 * A command topic in an audit. Every step of the audit reads and writes it. Not thread-safe.
 *
 * @param scope which of its positions are looked at
 * @param sheet what is known of each of them
 * @param findings what was found
 * @param events that follow from outcomes
 * @param earlier recognises events of an earlier topic of this name
 */
record AuditedTopic(Scope scope, Sheet sheet, Findings findings, OutcomeEvents events, EarlierTopic earlier) {

    /** Notes what is wrong with the command at this slot. */
    void hole(HoleKind kind, int slot, String detail) {
        findings.hole(kind, scope.place(slot), detail);
    }

    /** The same, with the contact that the command is about. */
    void hole(HoleKind kind, AuditedCommand command, String detail) {
        findings.hole(kind, scope.place(command.slot()), null, command.contactId(), detail);
    }

    /** The same, with the event that is wrong, if it is one. */
    void hole(HoleKind kind, int slot, @Nullable InTopic event, @Nullable String contactId, String detail) {
        findings.hole(kind, scope.place(slot), event, contactId, detail);
    }

    /** Notes what is wrong with an event whose command is not known. */
    void hole(HoleKind kind, InTopic event, @Nullable String contactId, String detail) {
        findings.hole(kind, null, event, contactId, detail);
    }

    void count(Counted counted) {
        findings.count(counted);
    }

    /** Notes what could not be checked, if the count is above 0. */
    void notChecked(long howMany, String what) {
        findings.notChecked(howMany, what);
    }
}
