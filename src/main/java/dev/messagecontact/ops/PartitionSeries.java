package dev.messagecontact.ops;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** The numbers of the partitions that are owned now; those of one that was revoked are gone with it. */
final class PartitionSeries implements MultiCollector {

    private static final String LAG = "contacts_partition_lag_offsets";
    private static final String GAP = "contacts_partition_gap_offsets";
    private static final String STOPPED = "contacts_partition_stopped";
    private static final String HELD_BACK = "contacts_partition_held_back_offsets";

    private final WorkerMetrics worker;

    PartitionSeries(WorkerMetrics worker) {
        this.worker = worker;
    }

    @Override
    public MetricSnapshots collect() {
        GaugeSnapshot.Builder lag = GaugeSnapshot.builder()
                .name(LAG)
                .help("Offsets from the first command without an answer to the last stable offset");
        GaugeSnapshot.Builder gap = GaugeSnapshot.builder()
                .name(GAP)
                .help("Missing offsets of a partition that is stopped because of them");
        GaugeSnapshot.Builder stopped =
                GaugeSnapshot.builder().name(STOPPED).help("1 while the partition is stopped until a person acts");
        GaugeSnapshot.Builder heldBack =
                GaugeSnapshot.builder().name(HELD_BACK).help("Offsets that the open transaction of a publisher hides");
        owned().forEach((id, owned) -> {
            Labels labels = labels(id);
            PartitionStatus partition = owned.status;
            Stop stop = partition.stopped();
            gap.dataPoint(point(labels, stop == null ? 0 : stop.missing()));
            stopped.dataPoint(point(labels, stop == null ? 0 : 1));
            heldBack.dataPoint(point(labels, partition.heldBack()));
            Long behind = partition.lag();
            if (behind != null) {
                lag.dataPoint(point(labels, behind));
            }
        });
        return MetricSnapshots.of(lag.build(), gap.build(), stopped.build(), heldBack.build());
    }

    /** Two series with the same labels would cost the whole answer, and a lane that hangs does not know what it has lost. */
    private Map<CommandPartition, Owned> owned() {
        Map<CommandPartition, Owned> owned = new HashMap<>();
        long now = worker.clock().monotonicTime();
        for (LaneStatus lane : worker.lanes()) {
            Duration sincePoll = lane.sincePoll(now);
            lane.partitions()
                    .forEach((id, status) -> owned.merge(
                            id,
                            new Owned(sincePoll, status),
                            BinaryOperator.minBy(Comparator.comparing(Owned::sincePoll))));
        }
        return owned;
    }

    /** A partition as a lane has it that has polled so long ago. */
    private record Owned(Duration sincePoll, PartitionStatus status) {}

    /** Those of the command topic have had no label for it since the first release. */
    private static Labels labels(CommandPartition id) {
        Labels partition = Labels.of("partition", Integer.toString(id.number()));
        return id.origin() == Origin.SENDERS ? partition.add("topic", "verification_outcomes") : partition;
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(LAG, GAP, STOPPED, HELD_BACK);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
