package dev.messagecontact.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what no member of the group sees by reading: partitions that nobody owns, and commands that the open transaction
 * of a publisher hides. The broker's answers are awaited by nobody: they are told at the next look. Only the lane's thread may
 * call it.
 */
final class GroupProbe {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Admin admin;
    private final String group;
    private final String topic;
    private final LongSupplier nanoTime;
    private long nextQuestion;
    private @Nullable CompletableFuture<List<Integer>> unowned;
    private @Nullable CompletableFuture<Map<TopicPartition, Ends>> ends;
    private Map<TopicPartition, Ends> before = Map.of();

    /** @param nanoTime a clock as {@link System#nanoTime} */
    GroupProbe(Admin admin, String group, String topic, LongSupplier nanoTime) {
        this.admin = admin;
        this.group = group;
        this.topic = topic;
        this.nanoTime = nanoTime;
        this.nextQuestion = nanoTime.getAsLong();
    }

    /** Tells what the last questions have brought, and asks the next ones if it is time to. */
    void look(Set<TopicPartition> owned, Assignment assignment, LaneListener listener) {
        if (unowned != null && unowned.isDone()) {
            if (!unowned.isCompletedExceptionally()) { // the right to ask may be missing
                listener.unowned(unowned.join());
            }
            unowned = null;
        }
        if (ends != null && ends.isDone()) {
            if (!ends.isCompletedExceptionally()) {
                assignment.heldBack(heldBack(ends.join()));
            }
            ends = null;
        }
        long now = nanoTime.getAsLong();
        if (now - nextQuestion >= 0) {
            nextQuestion = now + INTERVAL.toNanos();
            unowned = askForUnowned();
            ends = askForEnds(owned);
        }
    }

    private CompletableFuture<List<Integer>> askForUnowned() {
        CompletableFuture<Integer> partitions = admin.describeTopics(List.of(topic))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(topics ->
                        Objects.requireNonNull(topics.get(topic)).partitions().size())
                .toCompletableFuture();
        CompletableFuture<ConsumerGroupDescription> members = admin.describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .toCompletionStage()
                .toCompletableFuture();
        return partitions.thenCombine(members, (count, description) -> {
            Set<Integer> ownedByAnybody = new HashSet<>();
            description
                    .members()
                    .forEach(member -> member.assignment().topicPartitions().stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .forEach(partition -> ownedByAnybody.add(partition.partition())));
            List<Integer> left = new ArrayList<>();
            for (int partition = 0; partition < count; partition++) {
                if (!ownedByAnybody.contains(partition)) {
                    left.add(partition);
                }
            }
            return left;
        });
    }

    private CompletableFuture<Map<TopicPartition, Ends>> askForEnds(Collection<TopicPartition> owned) {
        CompletableFuture<Map<TopicPartition, Long>> stable = latest(owned, IsolationLevel.READ_COMMITTED);
        CompletableFuture<Map<TopicPartition, Long>> all = latest(owned, IsolationLevel.READ_UNCOMMITTED);
        return stable.thenCombine(all, (lastStable, last) -> {
            Map<TopicPartition, Ends> found = new HashMap<>();
            lastStable.forEach((partition, offset) ->
                    found.put(partition, new Ends(offset, last.getOrDefault(partition, offset))));
            return found;
        });
    }

    private CompletableFuture<Map<TopicPartition, Long>> latest(
            Collection<TopicPartition> partitions, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        return admin.listOffsets(question, new ListOffsetsOptions(isolation))
                .all()
                .toCompletionStage()
                .thenApply(offsets -> offsets.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, each -> each.getValue().offset())))
                .toCompletableFuture();
    }

    /** A transaction is open for a moment wherever publishers use any; one that is still open at the next look holds back. */
    private Map<TopicPartition, Long> heldBack(Map<TopicPartition, Ends> now) {
        Map<TopicPartition, Long> held = new HashMap<>();
        now.forEach((partition, ends) -> {
            Ends earlier = before.get(partition);
            boolean isSame =
                    earlier != null && earlier.lastStable == ends.lastStable && earlier.last > earlier.lastStable;
            if (isSame && ends.last > ends.lastStable) {
                held.put(partition, ends.last - ends.lastStable);
            }
        });
        before = now;
        return held;
    }

    /** Both exclusive. */
    private record Ends(long lastStable, long last) {}
}
