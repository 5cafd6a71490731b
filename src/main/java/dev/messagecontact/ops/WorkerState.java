package dev.messagecontact.ops;

import dev.messagecontact.intake.PartitionStatus;
import dev.messagecontact.intake.PartitionStatus.Stop;
import dev.messagecontact.ops.LaneStatus.Pause;
import dev.messagecontact.ops.LaneStatus.Running;
import dev.messagecontact.ops.RecentRejections.Rejection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of itself at one moment, for a page that shows it: sums since its start, of the same meters as
 * {@code /metrics}, and how its lanes are doing.
 *
 * @param at milliseconds since 1970
 * @param commands answered, by outcome; what never happened is left out
 * @param events published, by topic
 * @param stages by name
 * @param oldestCommandAgeSeconds 0 if every command has its answer
 * @param rejections the latest, newest first
 */
public record WorkerState(
        String version,
        long at,
        Health.Report ready,
        List<Commands> commands,
        Map<String, Long> events,
        Histogram latency,
        Map<String, Time> stages,
        Time batches,
        double oldestCommandAgeSeconds,
        List<Lane> lanes,
        List<Rejection> rejections) {

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

    /** A lane; {@code cause} and {@code pausedSeconds} say why it takes no commands, {@code stage} what it is in. */
    public record Lane(
            int number,
            String state,
            @Nullable String cause,
            double pausedSeconds,
            @Nullable String stage,
            double stageSeconds,
            double sincePollSeconds,
            int waiting,
            List<Partition> partitions) {

        static Lane of(LaneStatus lane, long now) {
            Pause pause = lane.pause();
            Running running = lane.running();
            return new Lane(
                    lane.number(),
                    lane.state().label(),
                    pause == null ? null : pause.cause().label(),
                    pause == null ? 0 : (now - pause.since()) / 1e9,
                    running == null ? null : running.stage().label(),
                    running == null ? 0 : (now - running.since()) / 1e9,
                    lane.sincePoll(now).toNanos() / 1e9,
                    lane.waiting(),
                    lane.partitions().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(each -> Partition.of(each.getKey(), each.getValue()))
                            .toList());
        }
    }

    /**
     * A partition that a lane owns.
     *
     * @param lag null until it is known
     * @param gap offsets that are missing; 0 unless it is stopped for that
     * @param stopped why nothing is taken from it; null if it is read
     * @param heldBack offsets that the open transaction of a publisher hides
     */
    public record Partition(
            int number,
            @Nullable Long lag,
            long gap,
            @Nullable String stopped,
            long heldBack) {
        static Partition of(int number, PartitionStatus status) {
            Stop stop = status.stopped();
            return new Partition(
                    number,
                    status.lag(),
                    stop == null ? 0 : stop.missing(),
                    stop == null ? null : stop.reason(),
                    status.heldBack());
        }
    }
}
