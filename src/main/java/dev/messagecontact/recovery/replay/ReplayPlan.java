package dev.messagecontact.recovery.replay;

import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a replay is to do, fixed before it begins, so that one that was killed can be finished as it was meant.
 *
 * @param group of the workers; null if the release that has begun it did not write it down
 * @param topicId of the topic that the commands are read from
 * @param withVerifications whether verification requests are published again too
 * @param acceptGap whether to go on without commands that the topic no longer has; null if the release that has begun it did not
 *     write it down
 * @param force whether to go on past commands that the database does not remember
 * @param parts what to read of each partition: answered commands only
 */
public record ReplayPlan(
        @Nullable String group,
        UUID topicId,
        Selection selection,
        boolean withVerifications,
        @Nullable Boolean acceptGap,
        boolean force,
        List<Part> parts) {

    public ReplayPlan {
        parts = List.copyOf(parts);
    }

    /**
     * The same, but it goes on where this one would refuse.
     *
     * @param gone past commands that the topic no longer has
     * @param lost past these, and past commands that the database does not remember
     */
    public ReplayPlan leavingOut(boolean gone, boolean lost) {
        boolean acceptsGap = gone || Boolean.TRUE.equals(acceptGap);
        return new ReplayPlan(group, topicId, selection, withVerifications, acceptsGap, force || lost, parts);
    }

    /** Whether it goes on without commands that the topic no longer has. */
    boolean acceptsGap() {
        return force || Boolean.TRUE.equals(acceptGap);
    }

    /** How many offsets are read. */
    public long size() {
        return parts.stream().mapToLong(Part::size).sum();
    }

    /** The partitions that something is read of. A run commits all of them with the first answers that it publishes. */
    Set<TopicPartition> partitions(String topic) {
        return parts.stream()
                .filter(part -> part.size() > 0)
                .map(part -> new TopicPartition(topic, part.partition()))
                .collect(Collectors.toSet());
    }

    /** What is left to read of the parts, given where an earlier run stopped. */
    Map<TopicPartition, Offsets> left(String topic, Map<TopicPartition, Long> done) {
        Map<TopicPartition, Offsets> left = new HashMap<>();
        for (Part part : parts) {
            TopicPartition partition = new TopicPartition(topic, part.partition());
            long from = Math.max(part.from(), done.getOrDefault(partition, 0L));
            left.put(partition, Offsets.of(from, Math.max(from, part.to())));
        }
        return left;
    }
}
