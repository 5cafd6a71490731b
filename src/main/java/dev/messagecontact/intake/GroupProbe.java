package dev.messagecontact.intake;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.CommandTopics;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.receipts.CommittedOffset;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what no member of the group sees by reading: partitions that no worker reads, and commands that the
 * open transaction of a publisher hides. It does not wait for the broker's answers: it reports them at its next look. Only the
 * lane's thread may call it.
 *
 * <p>A member that was killed still owns its partitions until its session ends. So a partition of another member counts
 * too if commands wait in it, and that member has answered nothing at all from one look to the next: of a partition alone
 * that says nothing, as a consumer with much to read takes its partitions in turns. A member that commits what it has read and
 * is no worker, such as a console consumer with the group's name, answers nothing either, however far it comes.
 */
public final class GroupProbe {

    private static final Logger log = LoggerFactory.getLogger(GroupProbe.class);

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** A partition without a leader has no ends: without a limit the client would look for its leader longer than we wait. */
    private static final Duration ANSWER_LIMIT = INTERVAL.dividedBy(2);

    private final LastingAdmin admin;
    private final String group;
    private final CommandTopics topics;
    private final Partitions partitions;
    private final LaneListener listener;
    private final LongSupplier nanoTime;
    private long nextQuestion;
    private @Nullable CompletableFuture<Found> asked;
    private Map<TopicPartition, Stand> before = Map.of();
    private Set<String> without = Set.of();
    private Set<TopicPartition> oursAtQuestion = Set.of();
    private List<TopicPartition> untended = List.of();
    private Set<TopicPartition> strangers = Set.of();
    private boolean isTended;
    private boolean isUnknownTold;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    GroupProbe(
            LastingAdmin admin,
            String group,
            CommandTopics topics,
            Partitions partitions,
            LaneListener listener,
            LongSupplier nanoTime) {
        this.admin = admin;
        this.group = group;
        this.topics = topics;
        this.partitions = partitions;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.nextQuestion = nanoTime.getAsLong();
    }

    /**
     * Tells what the last questions have brought, and asks the next ones if it is time to.
     *
     * @param ours the partitions of this lane
     * @param dismissed members that own partitions no more, whatever the group says
     */
    void look(Set<TopicPartition> ours, Set<String> dismissed) {
        forgetWhatHasChanged(ours, dismissed);
        if (asked != null && asked.isDone()) {
            if (!asked.isCompletedExceptionally()) { // the broker may be away
                tell(asked.join(), ours);
            }
            asked = null;
        }
        long now = nanoTime.getAsLong();
        if (now - nextQuestion >= 0) {
            nextQuestion = now + INTERVAL.toNanos();
            oursAtQuestion = Set.copyOf(ours);
            asked = ask(dismissed);
        }
    }

    private void forgetWhatHasChanged(Set<TopicPartition> ours, Set<String> dismissed) {
        if (!dismissed.equals(without)) { // what was found before counts no more
            without = dismissed;
            isTended = false;
            askAnew();
        }
        if (!ours.equals(oursAtQuestion)) { // what came to us since has an owner, whatever the answer to come says
            before = Map.of(); // so soon after the last look, no member can be seen to stand still
            askAnew();
            tellUntended(untended.stream()
                    .filter(partition -> !ours.contains(partition))
                    .toList());
        }
    }

    private void tell(Found found, Set<TopicPartition> ours) {
        partitions.heldBack(heldBack(found.stands));
        strangers = found.strangers(before, strangers);
        tellUntended(found.untended(before, strangers, ours));
        tellIfUnknown(found.owners == null);
        listener.partitionCounts(counts(found.all));
        isTended = untended.isEmpty();
        before = found.stands;
    }

    private void askAnew() {
        asked = null;
        nextQuestion = nanoTime.getAsLong();
    }

    private void tellUntended(List<TopicPartition> now) {
        untended = now;
        listener.unowned(now.stream().map(partitions::shown).sorted().toList());
    }

    private void tellIfUnknown(boolean isUnknown) {
        if (isUnknown && !isUnknownTold) {
            log.warn("partitions that no worker reads cannot be told: access denied: describe group {}", group);
        }
        isUnknownTold = isUnknown;
        listener.ownersKnown(!isUnknown);
    }

    /** Whether a worker reads every partition, as far as that may be known; false until it was looked at. */
    boolean isTended() {
        return isTended;
    }

    private Map<Origin, Integer> counts(Set<TopicPartition> all) {
        Map<Origin, Integer> counts = new EnumMap<>(Origin.class);
        all.forEach(partition -> counts.merge(partitions.shown(partition).origin(), 1, Integer::sum));
        return counts;
    }

    private CompletableFuture<Found> ask(Set<String> dismissed) {
        CompletableFuture<@Nullable Map<TopicPartition, String>> owners = askForOwners(dismissed);
        CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed =
                admin.ask(client -> client.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return topics.askForPartitions().thenCompose(all -> {
            CompletableFuture<Map<TopicPartition, Long>> stable = latest(all, IsolationLevel.READ_COMMITTED);
            CompletableFuture<Map<TopicPartition, Long>> last = latest(all, IsolationLevel.READ_UNCOMMITTED);
            return CompletableFuture.allOf(stable, last, committed, owners).thenApply(done -> {
                Map<TopicPartition, Stand> stands = new HashMap<>();
                stable.join().forEach((partition, end) -> {
                    OffsetAndMetadata next = committed.join().get(partition);
                    long answered = next == null ? -1 : next.offset();
                    boolean byTool = next != null && !CommittedOffset.isWorkers(next);
                    stands.put(
                            partition,
                            new Stand(answered, byTool, end, last.join().getOrDefault(partition, end)));
                });
                return new Found(all, stands, owners.join());
            });
        });
    }

    /** Null where the right to ask is missing. */
    private CompletableFuture<@Nullable Map<TopicPartition, String>> askForOwners(Set<String> dismissed) {
        return orNullIfDenied(admin.ask(
                        client -> client.describeConsumerGroups(List.of(group)).all()))
                .thenApply(groups -> {
                    if (groups == null) {
                        return null;
                    }
                    Map<TopicPartition, String> owners = new HashMap<>();
                    Objects.requireNonNull(groups.get(group)).members().stream()
                            .filter(member -> !dismissed.contains(member.consumerId()))
                            .forEach(member -> member.assignment()
                                    .topicPartitions()
                                    .forEach(partition -> owners.put(partition, member.consumerId())));
                    return owners;
                });
    }

    /** Without an answer for another reason, nothing new is known, and what was told still holds. */
    static <T> CompletableFuture<@Nullable T> orNullIfDenied(CompletableFuture<T> answer) {
        return answer.<@Nullable T>thenApply(told -> told).exceptionally(failure -> {
            KafkaException reason = KafkaFutures.reason(failure);
            if (reason instanceof AuthorizationException) {
                return null;
            }
            throw reason;
        });
    }

    /** The ends of those partitions whose broker answers. */
    private CompletableFuture<Map<TopicPartition, Long>> latest(
            Set<TopicPartition> partitions, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        int limit = Math.toIntExact(ANSWER_LIMIT.toMillis());
        ListOffsetsResult answers =
                admin.now().listOffsets(question, new ListOffsetsOptions(isolation).timeoutMs(limit));
        Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
        return CompletableFuture.allOf(partitions.stream()
                        .map(partition -> KafkaFutures.later(answers.partitionResult(partition))
                                .thenAccept(end -> ends.put(partition, end.offset()))
                                .exceptionally(untold -> null))
                        .toArray(CompletableFuture[]::new))
                .thenApply(done -> ends);
    }

    /** A transaction is open for a moment wherever publishers use any; one that is still open at the next look holds back. */
    private Map<TopicPartition, Long> heldBack(Map<TopicPartition, Stand> now) {
        Map<TopicPartition, Long> held = new HashMap<>();
        now.forEach((partition, stand) -> {
            Stand earlier = before.get(partition);
            boolean isSame = earlier != null && earlier.lastStable == stand.lastStable && earlier.isHeldBack();
            if (isSame && stand.isHeldBack()) {
                held.put(partition, stand.last - stand.lastStable);
            }
        });
        return held;
    }

    /**
     * What a question has brought.
     *
     * @param all partitions
     * @param stands of those partitions whose broker answers
     * @param owners the members that own them; null if we may not know
     */
    record Found(
            Set<TopicPartition> all,
            Map<TopicPartition, Stand> stands,
            @Nullable Map<TopicPartition, String> owners) {

        /**
         * The partitions that no worker reads.
         *
         * @param before how they stood at the last look
         * @param strangers those of members that are no workers
         * @param ours those of this lane, which knows better how it stands
         */
        List<TopicPartition> untended(
                Map<TopicPartition, Stand> before, Set<TopicPartition> strangers, Set<TopicPartition> ours) {
            Map<TopicPartition, String> known = owners;
            if (known == null) {
                return List.of();
            }
            Set<String> atWork = new HashSet<>();
            known.forEach((partition, owner) -> {
                if (hasMoved(before.get(partition), stands.get(partition))) {
                    atWork.add(owner);
                }
            });
            return all.stream()
                    .filter(partition -> {
                        String owner = known.get(partition);
                        boolean isStuck =
                                !atWork.contains(owner) && isBehind(before.get(partition), stands.get(partition));
                        return owner == null
                                || (!ours.contains(partition) && (strangers.contains(partition) || isStuck));
                    })
                    .toList();
        }

        /**
         * The partitions in which a member that is no worker has committed something, until a worker does. No tool can, while a
         * group has members.
         *
         * @param known up to now
         */
        Set<TopicPartition> strangers(Map<TopicPartition, Stand> before, Set<TopicPartition> known) {
            return stands.entrySet().stream()
                    .filter(each -> each.getValue().byTool
                            && (known.contains(each.getKey()) || hasMoved(before.get(each.getKey()), each.getValue())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }

        private static boolean hasMoved(@Nullable Stand before, @Nullable Stand now) {
            return before != null && now != null && before.answered != now.answered;
        }

        private static boolean isBehind(@Nullable Stand before, @Nullable Stand now) {
            return before != null && now != null && before.isBehind() && now.isBehind();
        }
    }

    /**
     * How a partition stands.
     *
     * @param answered what the group has committed; -1 if nothing
     * @param byTool whether something else than a worker has committed it
     * @param lastStable exclusive
     * @param last exclusive
     */
    record Stand(long answered, boolean byTool, long lastStable, long last) {
        boolean isBehind() {
            return lastStable > Math.max(0, answered);
        }

        boolean isHeldBack() {
            return last > lastStable;
        }
    }
}
