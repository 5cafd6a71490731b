package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.outcome.Resubmission;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The refusals that today's rules would not give. Each is wrong unless a later command in range is its resubmission, so
 * they wait until all commands are read. Not thread-safe.
 */
final class WrongRefusals {

    /** A bad release may have refused all commands; of those beyond, the position is enough. */
    private static final int MOST_DETAILS = 10_000;

    private final AuditedTopic audited;
    private final Sheet sheet;
    private final UUID topicId;
    private final Map<Integer, Refusal> details = new HashMap<>();

    /** @param topicId of the command topic */
    WrongRefusals(AuditedTopic audited, UUID topicId) {
        this.audited = audited;
        this.sheet = audited.sheet();
        this.topicId = topicId;
    }

    /** What else is reported of a refusal. */
    private record Refusal(@Nullable String contactId, String detail) {

        static final Refusal WITHOUT_DETAIL = new Refusal(null, "");
    }

    void note(AuditedCommand command, String detail) {
        sheet.mark(command.slot(), Sheet.WRONGLY_REFUSED);
        if (details.size() < MOST_DETAILS) {
            details.put(command.slot(), new Refusal(command.contactId(), detail));
        }
    }

    /** Takes a command record, which may be the resubmission of another. One that was denied repairs nothing. */
    void take(int slot, ConsumerRecord<byte[], byte[]> record) {
        if (sheet.answerCode(slot) != AnswerCode.of(ErrorCode.NO_PERMISSION)) {
            Resubmission.originOf(record, topicId).ifPresent(this::noteResubmitted);
        }
    }

    private void noteResubmitted(RecordPosition refused) {
        int slot = audited.scope().slot(refused.partition(), refused.offset());
        if (slot != Scope.OUTSIDE) {
            sheet.mark(slot, Sheet.RESUBMITTED);
        }
    }

    /** Finds those that nobody has resubmitted. */
    void end() {
        for (int slot = 0; slot < sheet.size(); slot++) {
            if (sheet.has(slot, Sheet.WRONGLY_REFUSED) && !sheet.has(slot, Sheet.RESUBMITTED)) {
                Refusal refusal = details.getOrDefault(slot, Refusal.WITHOUT_DETAIL);
                audited.hole(WRONG_ANSWER, slot, null, refusal.contactId, refusal.detail);
            }
        }
    }
}
