package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.RecordPosition.InTopic;
import org.jspecify.annotations.Nullable;

/**
 * A command topic in an audit: which of its positions are looked at, what is known of each of them, and what was found.
 * Every step of the audit reads and writes it. Not thread-safe.
 */
record AuditedTopic(Scope scope, Sheet sheet, Findings findings) {

    /** Notes what is wrong with the command at this slot. */
    void hole(HoleKind kind, int slot, String detail) {
        findings.hole(kind, scope.place(slot), detail);
    }

    /** The same, with the contact that the command is about. */
    void hole(HoleKind kind, AuditedCommand command, String detail) {
        findings.hole(kind, scope.place(command.slot()), null, command.contactId(), detail);
    }

    /** Notes what is wrong with an event of the command at this slot. */
    void hole(HoleKind kind, int slot, InTopic event, @Nullable String contactId, String detail) {
        findings.hole(kind, scope.place(slot), event, contactId, detail);
    }

    /** Notes what is wrong with an event whose command is not known. */
    void hole(HoleKind kind, InTopic event, @Nullable String contactId, String detail) {
        findings.hole(kind, null, event, contactId, detail);
    }
}
