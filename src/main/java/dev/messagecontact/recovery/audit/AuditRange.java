package dev.messagecontact.recovery.audit;

import java.util.Set;

/**
 * Which commands are looked at, and what counts.
 *
 * @param partitions of the command topic; empty means all
 * @param from the first offset, in each of them
 * @param to the offset after the last one, in each of them
 * @param replaysCount whether what was told only in a replay counts as told, because a topic was lost and told again
 */
public record AuditRange(Set<Integer> partitions, long from, long to, boolean replaysCount) {

    /** Every command that is in the topic when the audit starts. */
    public static final AuditRange ALL = new AuditRange(Set.of(), 0, Long.MAX_VALUE, false);

    /**
     * @throws IllegalArgumentException if a partition or {@code from} is negative, or {@code to} is not after {@code from}
     */
    public AuditRange {
        partitions = Set.copyOf(partitions);
        if (from < 0 || to <= from || partitions.stream().anyMatch(partition -> partition < 0)) {
            throw new IllegalArgumentException("no range of offsets: " + from + " to " + to);
        }
    }

    boolean includes(int partition) {
        return partitions.isEmpty() || partitions.contains(partition);
    }
}
