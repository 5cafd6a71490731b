package dev.messagecontact.ops;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.ops.LaneStatus.Pause;
import dev.messagecontact.ops.LaneStatus.Running;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Rejected;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of itself at one moment, for a page that shows it: sums since its start, of the same meters as
 * {@code /metrics}, and how its lanes are doing.
 *
 * @param now the sums that a page shows over time
 * @param events published, by topic
 * @param oldestCommandAgeSeconds 0 if every command has its answer
 * @param rejections the latest, newest first
 */
public record WorkerState(
        String version,
        Health.Report ready,
        Sample now,
        Map<String, Long> events,
        double oldestCommandAgeSeconds,
        List<Lane> lanes,
        List<Rejection> rejections) {

    /**
     * The sums at one moment; rates and quantiles come from the difference of two samples.
     *
     * @param at milliseconds since 1970
     * @param commands answered, by outcome; what never happened is left out
     * @param stages by name
     * @param lag of all partitions whose lag is known, in offsets
     */
    public record Sample(long at, List<Commands> commands, Histogram latency, Map<String, Time> stages, long lag) {}

    /** So many commands got this answer. */
    public record Commands(String outcome, String code, String kind, long count) {}

    /** How often, and how much in all. */
    public record Time(long count, double sum) {}

    /**
     * How many took at most how long.
     *
     * @param millis upper bounds
     * @param counts of all up to the bound, and at last of all
     */
    public record Histogram(List<Double> millis, List<Long> counts) {}

    /**
     * A lane; {@code cause} and {@code pausedSeconds} say why it takes no commands, {@code stage} what it is in.
     *
     * @param batchLimit commands that a batch may have now; 0 before the first batch
     * @param unowned partitions that no member of the group owns, as the broker reported to this lane
     */
    public record Lane(
            int number,
            String state,
            @Nullable String cause,
            double pausedSeconds,
            @Nullable String stage,
            double stageSeconds,
            double sincePollSeconds,
            int waiting,
            int batchLimit,
            List<String> unowned,
            List<Partition> partitions) {

        static Lane of(LaneStatus lane, long now) {
            Pause pause = lane.pause();
            Running running = lane.running() == null ? lane.publishing() : lane.running();
            return new Lane(
                    lane.number(),
                    lane.state().label(),
                    pause == null ? null : pause.cause().label(),
                    pause == null ? 0 : (now - pause.since()) / 1e9,
                    running == null ? null : running.stage().label(),
                    running == null ? 0 : (now - running.since()) / 1e9,
                    lane.sincePoll(now).toNanos() / 1e9,
                    lane.waiting(),
                    lane.batchLimit(),
                    lane.unowned().stream().map(CommandPartition::toString).toList(),
                    lane.partitions().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(each -> Partition.of(each.getKey(), each.getValue()))
                            .toList());
        }
    }

    /**
     * A partition that a lane owns.
     *
     * @param name its number, with the topic unless that is the commands'
     * @param lag null until it is known
     * @param gap offsets that are missing; 0 unless it is stopped for that
     * @param stopped why nothing is taken from it; null if it is read
     * @param heldBack offsets that the open transaction of a publisher hides
     */
    public record Partition(
            String name,
            @Nullable Long lag,
            long gap,
            @Nullable String stopped,
            long heldBack) {
        static Partition of(CommandPartition id, PartitionStatus status) {
            Stop stop = status.stopped();
            return new Partition(
                    id.toString(),
                    status.lag(),
                    stop == null ? 0 : stop.missing(),
                    stop == null ? null : stop.reason(),
                    status.heldBack());
        }
    }

    /**
     * A command that was rejected: ids, position and code, nothing of the command's content.
     *
     * @param at the command record's timestamp, ISO 8601
     * @param deadLettered whether the record is kept as a dead letter too
     */
    public record Rejection(
            String at,
            int partition,
            long offset,
            String requestId,
            @Nullable String directoryId,
            String code,
            boolean deadLettered) {

        static Rejection of(Answer answer, Rejected rejected) {
            Envelope envelope = answer.envelope();
            return new Rejection(
                    Instant.ofEpochMilli(envelope.timestamp()).toString(),
                    envelope.record().partition(),
                    envelope.record().offset(),
                    envelope.requestId(),
                    envelope.directoryId(),
                    rejected.code().code(),
                    answer.isDeadLettered());
        }
    }
}
