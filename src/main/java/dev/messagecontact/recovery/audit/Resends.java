package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.MISSING_VERIFICATION;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_VERIFICATION;
import static dev.messagecontact.recovery.audit.HoleKind.VERIFICATION_DIFFERS;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verification requests that were asked for again: those that must come, until they have. Not thread-safe. */
final class Resends {

    /** About, in the map of those that have not come. */
    static final int BYTES_PER_RESEND = 300;

    private final Scope scope;
    private final Findings findings;
    private final Map<Key, Due> due = new HashMap<>();
    private long outside;

    Resends(Scope scope, Findings findings) {
        this.scope = scope;
        this.findings = findings;
    }

    private record Key(EventKind kind, String contactId, String requestId) {}

    /**
     * One that must come.
     *
     * @param digest null if the contact is deleted by now: then nobody knows what it said, nor whether it was still sent
     * @param mayBeGone whether it may have been published and deleted since
     */
    private record Due(int slot, @Nullable Long digest, boolean mayBeGone) {}

    /** Whether a request follows from a command other than the one that made the contact. */
    static boolean isResend(EventContent request) {
        return request.requestId() != null
                && request.directoryId() != null
                && !DerivedIds.contactId(request.directoryId(), request.requestId())
                        .equals(request.contactId());
    }

    void expect(
            EventKind kind, String contactId, String requestId, int slot, @Nullable Long digest, boolean mayBeGone) {
        due.put(new Key(kind, contactId, requestId), new Due(slot, digest, mayBeGone));
    }

    /** Takes one that came. */
    void take(PublishedEvent event, ComparedEvent compared, boolean replaysCount) {
        EventContent content = compared.content();
        Key key = new Key(event.kind(), String.valueOf(content.contactId()), String.valueOf(content.requestId()));
        if (content.isReplayed() && !replaysCount) {
            findings.hole(SURPLUS_VERIFICATION, null, event.position(), content.contactId(), "in a replay");
            return;
        }
        Due asked = due.remove(key);
        if (asked != null) {
            findings.count(
                    event.kind() == EventKind.EMAIL_VERIFICATIONS
                            ? AuditReport.Counted.EMAIL_VERIFICATIONS
                            : AuditReport.Counted.SMS_VERIFICATIONS);
            if (asked.digest != null && asked.digest != compared.digest()) {
                findings.hole(VERIFICATION_DIFFERS, scope.place(asked.slot), event.position(), content.contactId(), "");
            }
        } else if (scope.isWhole() && !content.isReplayed()) {
            findings.hole(
                    SURPLUS_VERIFICATION, null, event.position(), content.contactId(), "nobody has asked for it again");
        } else if (!content.isReplayed()) {
            outside++;
        }
    }

    /** Finds those that have not come. */
    void end() {
        long unknown = 0;
        for (Map.Entry<Key, Due> each : due.entrySet()) {
            if (each.getValue().digest == null || each.getValue().mayBeGone) {
                unknown++;
            } else {
                findings.hole(
                        MISSING_VERIFICATION,
                        scope.place(each.getValue().slot),
                        null,
                        each.getKey().contactId,
                        "asked for again");
            }
        }
        findings.notChecked(
                unknown,
                "verification requests that were asked for again are not there; they may have been deleted, or their"
                        + " contacts were before they were sent");
        findings.notChecked(outside, "verification requests were asked for again by commands out of range");
    }
}
