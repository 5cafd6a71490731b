package dev.messagecontact.intake.partition;

import dev.messagecontact.intake.start.Stop;
import org.jspecify.annotations.Nullable;

/**
 * How a lane stands in one of its partitions.
 *
 * @param next the first command without an answer; null until it is known
 * @param end the last stable offset; null until it is known
 * @param heldBack offsets behind the last stable offset: commands, and the open transaction that hides them
 * @param stopped why nothing is taken from the partition until a person acts; null while it is read
 */
public record PartitionStatus(
        @Nullable Long next,
        @Nullable Long end,
        long heldBack,
        @Nullable Stop stopped) {

    /** Nothing is known yet. */
    public static final PartitionStatus UNKNOWN = new PartitionStatus(null, null, 0, null);

    /** Offsets from the first command without an answer to the last stable offset; null until it is known. */
    public @Nullable Long lag() {
        return next == null || end == null ? null : Math.max(0, end - next);
    }
}
