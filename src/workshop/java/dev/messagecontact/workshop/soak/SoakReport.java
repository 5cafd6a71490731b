package dev.messagecontact.workshop.soak;

import dev.messagecontact.recovery.audit.AuditReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a soak.
 *
 * @param commands in the topic
 * @param answers published
 * @param faults that were caused
 * @param processes that were workers, one after the other
 * @param complaints what workers did that they must not do, a line each; empty if all is well
 * @param audit null if there was nothing to audit, because commands were left to answer
 */
public record SoakReport(
        long commands,
        long answers,
        int faults,
        int processes,
        List<String> complaints,
        @Nullable AuditReport audit) {

    /** Whether all is as promised. */
    public boolean isGood() {
        return complaints.isEmpty() && audit != null && audit.isComplete();
    }
}
