package dev.messagecontact.ops;

import dev.messagecontact.fault.FaultCause;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.registration.Stage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a lane is doing, as it last said itself. The lane's thread writes it through {@link LaneMetrics}; any thread may
 * read it and never waits for the lane.
 */
public final class LaneStatus {

    /** No command is known to wait for an answer. */
    static final long NONE = Long.MAX_VALUE;

    /** What a lane does, in one word. */
    public enum State {
        /** It is not a member of the group yet. */
        JOINING,
        WORKING,
        /** A batch failed; it polls without taking commands and tries again. */
        PAUSED,
        /** It has stopped in good order. */
        ENDED,
        /** It has stopped of a bug. */
        DEAD;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final int number;
    private final DoubleSupplier throttle;
    private final long[] pausedNanos = new long[FaultCause.values().length];
    private volatile long polledAt;
    private volatile boolean joined;
    private volatile boolean ended;
    private volatile boolean dead;
    private volatile @Nullable Pause pause;
    private volatile @Nullable Running running;
    private volatile @Nullable Running publishing;
    private volatile @Nullable Long brokerSilentSince;
    private volatile Map<CommandPartition, PartitionStatus> partitions = Map.of();
    private volatile int batchLimit;
    private volatile List<CommandPartition> unowned = List.of();
    private volatile @Nullable Long unownedSince;
    private volatile boolean ownersKnown = true;
    private volatile long movedAt;
    /** Since when no command was answered of a partition in which some wait, by partition. */
    private volatile Map<CommandPartition, Long> standing = Map.of();

    private volatile int waiting;
    private volatile long oldestUnanswered = NONE;

    /** @param throttle how long the brokers let its clients wait by their quotas, in seconds; any thread may ask */
    LaneStatus(int number, long now, DoubleSupplier throttle) {
        this.number = number;
        this.throttle = throttle;
        this.polledAt = now;
        this.movedAt = now;
    }

    /** The lane's number, from 0. */
    public int number() {
        return number;
    }

    public State state() {
        if (dead) {
            return State.DEAD;
        } else if (ended) {
            return State.ENDED;
        } else if (pause != null) {
            return State.PAUSED;
        }
        return joined ? State.WORKING : State.JOINING;
    }

    /** The partitions that it owns. */
    public Map<CommandPartition, PartitionStatus> partitions() {
        return partitions;
    }

    /** How many commands wait for a directory that another transaction has locked. */
    public int waiting() {
        return waiting;
    }

    /** Why and since when it takes no commands, or null if it does. */
    @Nullable
    Pause pause() {
        return pause;
    }

    /** The stage under way but for publishing, or null between batches. */
    @Nullable
    Running running() {
        return running;
    }

    /** The stage of publishing, of the batch that is in it, or null if none is. */
    @Nullable
    Running publishing() {
        return publishing;
    }

    Duration sincePoll(long now) {
        return Duration.ofNanos(Math.max(0, now - polledAt));
    }

    /** How long the broker has not reported the end of the topic; null if it has. */
    @Nullable
    Duration brokerSilence(long now) {
        Long since = brokerSilentSince;
        return since == null ? null : Duration.ofNanos(now - since);
    }

    /** How long the brokers let it wait for an answer by their quotas: the longest of about the last minute. */
    Duration throttle() {
        return Duration.ofMillis(Math.round(throttle.getAsDouble() * 1_000));
    }

    long lag() {
        return partitions.values().stream().mapToLong(LaneStatus::lagOf).sum();
    }

    private static long lagOf(PartitionStatus partition) {
        Long lag = partition.lag();
        return lag == null ? 0 : lag;
    }

    private static boolean waits(PartitionStatus partition) {
        return partition.stopped() == null && lagOf(partition) > 0;
    }

    /** How many commands a batch may have now. */
    public int batchLimit() {
        return batchLimit;
    }

    /** Partitions of the topic that no member of the group owns. */
    public List<CommandPartition> unowned() {
        return unowned;
    }

    /** Whether the broker may tell. */
    boolean areOwnersKnown() {
        return ownersKnown;
    }

    /** How long the broker has reported that; null if every partition has an owner. */
    @Nullable
    Duration unownedFor(long now) {
        Long since = unownedSince;
        return since == null ? null : Duration.ofNanos(now - since);
    }

    /** How long commands have waited and none was answered; zero if none waits. */
    Duration standstill(long now) {
        return Duration.ofNanos(Math.max(0, now - movedAt));
    }

    /** A partition with commands that have waited for longer than this while none of it was answered; null if there is none. */
    @Nullable
    CommandPartition standing(Duration limit, long now) {
        return standing.entrySet().stream()
                .filter(each -> now - each.getValue() > limit.toNanos())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The timestamp of the oldest command without an answer, in milliseconds since 1970, or {@link #NONE}. */
    long oldestUnanswered() {
        return oldestUnanswered;
    }

    /** In one piece with {@link #pause(FaultCause, String, long)} and {@link #resume}: a sum must never seem to fall. */
    synchronized long pausedNanos(FaultCause cause, long now) {
        long past = pausedNanos[cause.ordinal()];
        return pause != null && pause.cause == cause ? past + (now - pause.counted) : past;
    }

    void poll(long now) {
        polledAt = now;
    }

    void join(boolean isMember, long now) {
        joined = isMember;
        if (partitions.values().stream().noneMatch(LaneStatus::waits)) {
            movedAt = now;
        }
    }

    void published(long now) {
        movedAt = now;
    }

    void batchLimit(int commands) {
        batchLimit = commands;
    }

    void unowned(List<CommandPartition> partitions, long now) {
        if (partitions.isEmpty()) {
            unownedSince = null;
        } else if (unownedSince == null) {
            unownedSince = now;
        }
        unowned = List.copyOf(partitions);
    }

    void ownersKnown(boolean known) {
        ownersKnown = known;
    }

    void end() {
        ended = true;
    }

    void die() {
        dead = true;
    }

    synchronized void pause(FaultCause cause, String description, long now) {
        long since = pause == null ? now : pause.since;
        resume(now);
        pause = new Pause(cause, description, since, now);
    }

    synchronized void resume(long now) {
        if (pause != null) {
            pausedNanos[pause.cause.ordinal()] += now - pause.counted;
            pause = null;
        }
    }

    void run(@Nullable Running stage) {
        running = stage;
    }

    void publish(@Nullable Running stage) {
        publishing = stage;
    }

    void brokerAnswers() {
        brokerSilentSince = null;
    }

    void brokerIsSilent(long now) {
        if (brokerSilentSince == null) {
            brokerSilentSince = now;
        }
    }

    void partitions(Map<CommandPartition, PartitionStatus> owned, long now) {
        Map<CommandPartition, Long> stands = new TreeMap<>();
        owned.forEach((id, partition) -> {
            if (waits(partition)) {
                PartitionStatus before = partitions.get(id);
                boolean isSame = before != null && Objects.equals(before.next(), partition.next());
                stands.put(id, isSame ? standing.getOrDefault(id, now) : now);
            }
        });
        standing = Collections.unmodifiableMap(stands);
        partitions = Collections.unmodifiableMap(new TreeMap<>(owned)); // the lowest is named first
    }

    void waiting(int commands) {
        waiting = commands;
    }

    void oldestUnanswered(long timestamp) {
        oldestUnanswered = timestamp;
    }

    /**
     * A time without intake.
     *
     * @param cause of the latest failure
     * @param description of it, in one line
     * @param since the first failure
     * @param counted up to when it is in the sums
     */
    record Pause(FaultCause cause, String description, long since, long counted) {}

    /** A stage under way. */
    record Running(Stage stage, long since) {}
}
