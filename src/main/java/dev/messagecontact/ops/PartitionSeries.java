package dev.messagecontact.ops;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** The numbers of the partitions that are owned now; those of one that was revoked are gone with it. */
final class PartitionSeries implements MultiCollector {

    private static final String LAG = "contacts_partition_lag_offsets";
    private static final String GAP = "contacts_partition_gap_offsets";

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
                .help("Offsets to the next command that is still there, of a partition that is stopped for it");
        for (LaneStatus lane : worker.lanes()) {
            lane.partitions().forEach((number, partition) -> {
                Labels labels = Labels.of("partition", Integer.toString(number));
                gap.dataPoint(point(labels, partition.gap()));
                if (partition.lag() != null) {
                    lag.dataPoint(point(labels, partition.lag()));
                }
            });
        }
        return MetricSnapshots.of(lag.build(), gap.build());
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(LAG, GAP);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
