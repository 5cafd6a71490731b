package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.MISSING_VERIFICATION;
import static dev.messagecontact.recovery.audit.HoleKind.SURPLUS_VERIFICATION;
import static dev.messagecontact.recovery.audit.HoleKind.VERIFICATION_DIFFERS;
import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.verification.Channel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verification requests that were asked for again: those that must come, until they have. Not thread-safe. */
final class Resends {

    /** About, in the map of those that have not come. */
    static final int BYTES_PER_RESEND = 300;

    private final AuditedTopic audited;
    private final Gone gone;
    private final Map<Key, Due> due = new HashMap<>();
    private long outside;

    Resends(AuditedTopic audited, Gone gone) {
        this.audited = audited;
        this.gone = gone;
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

    /** Notes the request that a command has asked for. */
    void expect(AuditedCommand command, Changed changed) {
        Channel channel = requireNonNullElse(changed.channel(), Channel.SMS); // none only in a row changed by hand
        Long digest = changed.request() == null
                ? null
                : Long.valueOf(ComparedEvent.of(
                                audited.events().of(command.answer(changed)).get(1))
                        .digest());
        due.put(
                new Key(
                        EventKind.of(channel),
                        changed.contactId(),
                        command.envelope().requestId()),
                new Due(command.slot(), digest, command.isBefore(gone.verifications())));
    }

    /** Takes one that came. */
    void take(PublishedEvent event, ComparedEvent compared, boolean replaysCount) {
        EventContent content = compared.content();
        Key key = new Key(event.kind(), String.valueOf(content.contactId()), String.valueOf(content.requestId()));
        if (content.isReplayed() && !replaysCount) {
            audited.hole(SURPLUS_VERIFICATION, event.position(), content.contactId(), "in a replay");
            return;
        }
        Due asked = due.remove(key);
        if (asked != null) {
            audited.count(
                    event.kind() == EventKind.EMAIL_VERIFICATIONS
                            ? AuditReport.Counted.EMAIL_VERIFICATIONS
                            : AuditReport.Counted.SMS_VERIFICATIONS);
            if (asked.digest != null && asked.digest != compared.digest()) {
                audited.hole(VERIFICATION_DIFFERS, asked.slot, event.position(), content.contactId(), "");
            }
        } else if (audited.scope().isWhole() && !content.isReplayed()) {
            audited.hole(SURPLUS_VERIFICATION, event.position(), content.contactId(), "nobody has asked for it again");
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
                audited.hole(
                        MISSING_VERIFICATION, each.getValue().slot, null, each.getKey().contactId, "asked for again");
            }
        }
        audited.notChecked(
                unknown,
                "verification requests that were asked for again are not there; they may have been deleted, or their"
                        + " contacts were before they were sent");
        audited.notChecked(outside, "verification requests were asked for again by commands out of range");
    }
}
