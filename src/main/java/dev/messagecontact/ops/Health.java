package dev.messagecontact.ops;

import dev.messagecontact.fault.FaultCause;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.ops.LaneStatus.Pause;
import dev.messagecontact.ops.LaneStatus.Running;
import dev.messagecontact.registration.Stage;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the worker lives, and whether it can do its work. It goes by what the lanes last said and never touches
 * database or broker, so it answers at once, also if they do not. Any thread may call it.
 */
public final class Health {

    /** A stage that takes longer waits for a server that does not answer. */
    private static final Duration LONGEST_STAGE = Duration.ofSeconds(5);
    /** A broker may be that long without a leader for some partition. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);
    /** While partitions move, they have no owner for a moment. */
    private static final Duration LONGEST_WITHOUT_OWNER = Duration.ofSeconds(15);
    /** A batch that takes longer than its time-outs allow fails; after this time, something else hangs. */
    private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(60);

    /** While other partitions of the lane move: each has its turn, and with a large backlog in many that takes a while. */
    private static final Duration LONGEST_STANDSTILL_OF_ONE = Duration.ofMinutes(10);

    private final WorkerMetrics worker;
    private final Duration longestWithoutPoll;
    private final Supplier<@Nullable String> topics;

    /**
     * Judges a worker, and shows the verdicts as metrics too; once for each worker.
     *
     * @param longestWithoutPoll after which a lane that does not poll counts as dead: the group takes it for dead then too
     * @param topics tells how a topic stands that may cost commands or answers; null if none does
     */
    public Health(WorkerMetrics worker, Duration longestWithoutPoll, Supplier<@Nullable String> topics) {
        this.worker = worker;
        this.longestWithoutPoll = longestWithoutPoll;
        this.topics = topics;
        for (Condition condition : Condition.values()) {
            Gauge.builder("contacts_ready", () -> check(condition).isUp() ? 1 : 0)
                    .description("Whether what the worker needs for its work is there")
                    .tags("check", condition.label())
                    .register(worker.registry());
        }
    }

    /** Whether the process should go on: down only if nothing but a restart can help. */
    public Report live() {
        List<Check> checks = new ArrayList<>();
        for (LaneStatus lane : worker.lanes()) {
            checks.add(Check.of("lane-" + lane.number(), death(lane)));
        }
        return Report.of(checks);
    }

    /** Whether commands are answered now, and if not, why. */
    public Report ready() {
        List<Check> checks = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            checks.add(check(condition));
        }
        return Report.of(checks);
    }

    /**
     * What was found.
     *
     * @param status {@code up} if all checks are
     */
    public record Report(String status, List<Check> checks) {
        static Report of(List<Check> checks) {
            return new Report(Check.word(checks.stream().allMatch(Check::isUp)), List.copyOf(checks));
        }

        /** A method named otherwise would be written into the JSON. */
        public boolean up() {
            return status.equals("up");
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param status {@code up} or {@code down}
     * @param reason why it is down, else null
     */
    public record Check(
            String name, String status, @Nullable String reason) {
        static Check of(String name, @Nullable String reason) {
            return new Check(name, word(reason == null), reason);
        }

        static String word(boolean up) {
            return up ? "up" : "down";
        }

        boolean isUp() {
            return reason == null;
        }
    }

    /** What must hold for work. */
    private enum Condition {
        LANES,
        DATABASE,
        BROKER,
        INTAKE,
        PARTITIONS,
        GROUP,
        PROGRESS,
        TOPICS;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Check check(Condition condition) {
        return Check.of(
                condition.label(),
                switch (condition) {
                    case LANES -> lanesReason();
                    case DATABASE -> firstReason(this::databaseReason);
                    case BROKER -> firstReason(this::brokerReason);
                    case INTAKE -> firstReason(this::intakeReason);
                    case PARTITIONS -> firstReason(Health::partitionReason);
                    case GROUP -> firstReason(this::groupReason);
                    case PROGRESS -> firstReason(this::progressReason);
                    case TOPICS -> topics.get();
                });
    }

    private @Nullable String lanesReason() {
        return worker.lanes().isEmpty() ? "starting: no lane runs yet" : firstReason(this::laneReason);
    }

    private @Nullable String firstReason(Function<LaneStatus, @Nullable String> reasons) {
        for (LaneStatus lane : worker.lanes()) {
            String reason = reasons.apply(lane);
            if (reason != null) {
                return "lane " + lane.number() + " " + reason;
            }
        }
        return null;
    }

    private @Nullable String death(LaneStatus lane) {
        if (lane.state() == LaneStatus.State.DEAD) {
            return "died of a bug; see the log";
        }
        Duration sincePoll = lane.sincePoll(now());
        boolean isLate = lane.state() != LaneStatus.State.ENDED && sincePoll.compareTo(longestWithoutPoll) > 0;
        return isLate ? "has not polled for " + seconds(sincePoll) : null;
    }

    private @Nullable String laneReason(LaneStatus lane) {
        return switch (lane.state()) {
            case JOINING -> "has not joined the group yet";
            case ENDED -> "has stopped";
            case DEAD, PAUSED, WORKING -> death(lane);
        };
    }

    private @Nullable String databaseReason(LaneStatus lane) {
        Pause pause = lane.pause();
        if (pause != null && pause.cause().isOfDatabase()) {
            return "cannot store its batches in the database: " + why(pause);
        }
        Running running = lane.running();
        return running != null && (running.stage() == Stage.PERSIST || running.stage() == Stage.ASK)
                ? stuckIn(running, "waits for the database", LONGEST_STAGE)
                : null;
    }

    private @Nullable String brokerReason(LaneStatus lane) {
        Pause pause = lane.pause();
        if (pause != null && pause.cause() == FaultCause.KAFKA) {
            return "cannot publish its batches to the broker: " + why(pause);
        }
        Duration throttle = lane.throttle(); // a broker with quotas lets answers wait on purpose
        Duration silence = lane.brokerSilence(now());
        if (silence != null && silence.compareTo(LONGEST_SILENCE.plus(throttle)) > 0) {
            return "has had no answer from the broker for " + seconds(silence);
        }
        Running publishing = lane.publishing();
        return publishing == null ? null : stuckIn(publishing, "waits for the broker", LONGEST_STAGE.plus(throttle));
    }

    private @Nullable String intakeReason(LaneStatus lane) {
        Pause pause = lane.pause();
        return pause == null ? null : "takes no commands: " + why(pause);
    }

    private static @Nullable String partitionReason(LaneStatus lane) {
        for (Map.Entry<CommandPartition, PartitionStatus> owned :
                lane.partitions().entrySet()) {
            PartitionStatus partition = owned.getValue();
            Stop stop = partition.stopped();
            if (stop != null) {
                return "has stopped partition %s at offset %d: %s"
                        .formatted(owned.getKey(), stop.offset(), stop.reason());
            } else if (partition.heldBack() > 0) {
                return "cannot read %d offsets of partition %s: an open transaction of a publisher hides them"
                        .formatted(partition.heldBack(), owned.getKey());
            } else if (partition.lag() == null) {
                return "does not know the start offset of partition %s yet".formatted(owned.getKey());
            }
        }
        return null;
    }

    private @Nullable String groupReason(LaneStatus lane) {
        Duration time = lane.unownedFor(now());
        boolean isLong = time != null && time.compareTo(LONGEST_WITHOUT_OWNER) > 0;
        return isLong ? "reports that no worker of the group reads partitions " + lane.unowned() : null;
    }

    private @Nullable String progressReason(LaneStatus lane) {
        Duration time = lane.standstill(now());
        if (time.compareTo(LONGEST_STANDSTILL) > 0) {
            return "has commands waiting and has answered none for " + seconds(time);
        }
        CommandPartition standing = lane.standing(LONGEST_STANDSTILL_OF_ONE, now());
        return standing == null
                ? null
                : "has answered no command of partition %s for more than %s, although some wait"
                        .formatted(standing, seconds(LONGEST_STANDSTILL_OF_ONE));
    }

    private @Nullable String stuckIn(Running stage, String words, Duration limit) {
        Duration time = Duration.ofNanos(now() - stage.since());
        return time.compareTo(limit) > 0 ? words + ", for " + seconds(time) + " so far" : null;
    }

    private String why(Pause pause) {
        return "%s, for %s: %s"
                .formatted(
                        pause.cause().label(), seconds(Duration.ofNanos(now() - pause.since())), pause.description());
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }

    private long now() {
        return worker.clock().monotonicTime();
    }
}
