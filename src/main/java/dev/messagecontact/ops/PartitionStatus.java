package dev.messagecontact.ops;

import org.jspecify.annotations.Nullable;

/**
 * How a lane stands in one of its partitions.
 *
 * @param lag offsets from the first command without an answer to the last stable offset; null until it is known
 * @param gap how many offsets away the next command is that is still there; 0 if none is missing, above 0 the partition is
 *     stopped
 */
public record PartitionStatus(@Nullable Long lag, long gap) {}
