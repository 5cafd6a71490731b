package dev.messagecontact.ops;

import dev.messagecontact.command.Origin;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The numbers that all lanes of a worker make together, and the lowest or highest of them. Any thread may call it. */
final class LaneGauges {

    private final Supplier<List<LaneStatus>> lanes;
    private final Clock clock;

    /** Registers them. */
    LaneGauges(MeterRegistry registry, Supplier<List<LaneStatus>> lanes, Clock clock) {
        this.lanes = lanes;
        this.clock = clock;
        register(registry);
    }

    private void register(MeterRegistry registry) {
        for (LaneStatus.State state : LaneStatus.State.values()) {
            gauge(
                    registry,
                    "contacts_lanes",
                    "Lanes by what they do",
                    Tags.of("state", state.label()),
                    () -> sum(lane -> lane.state() == state ? 1 : 0));
        }
        gauge(
                registry,
                "contacts_assigned_partitions",
                "Partitions of the command topic that the lanes own",
                Tags.empty(),
                () -> sum(lane -> lane.partitions().keySet().stream()
                        .filter(id -> id.origin() == Origin.UPSTREAM)
                        .count()));
        gauge(
                registry,
                "contacts_unowned_partitions",
                "Partitions that no worker of the group reads",
                Tags.empty(),
                this::unownedPartitions);
        gauge(
                registry,
                "contacts_waiting_commands",
                "Commands that wait for a locked directory",
                Tags.empty(),
                () -> sum(LaneStatus::waiting));
        gauge(
                registry,
                "contacts_oldest_command_age_seconds",
                "Age of the oldest command without an answer",
                Tags.empty(),
                () -> oldestCommandAge());
    }

    private double unownedPartitions() {
        return lanes.get().stream()
                .mapToDouble(lane -> lane.areOwnersKnown() ? lane.unowned().size() : Double.NaN)
                .max()
                .orElse(0);
    }

    /** In seconds; 0 if every command has its answer. */
    double oldestCommandAge() {
        long oldest = lanes.get().stream()
                .mapToLong(LaneStatus::oldestUnanswered)
                .min()
                .orElse(LaneStatus.NONE);
        return oldest == LaneStatus.NONE ? 0 : Math.max(0, clock.wallTime() - oldest) / 1000.0;
    }

    /** Over all lanes. */
    double sum(ToDoubleFunction<LaneStatus> number) {
        return lanes.get().stream().mapToDouble(number).sum();
    }

    private static void gauge(
            MeterRegistry registry, String name, String description, Tags tags, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }
}
