package dev.messagecontact.workshop.cli;

import dev.messagecontact.workshop.bench.Drain;
import dev.messagecontact.workshop.bench.Latency;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The figures of a bench's runs, as lines while it runs, and whether their medians meet the targets. Not thread-safe. */
final class BenchReport {

    private final PrintWriter out;
    private final long seed;
    private final List<Drains> drains = new ArrayList<>();
    private final List<SignedDrains> signedDrains = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();
    private final List<Long> longestWaits = new ArrayList<>();
    private final Map<String, Boolean> targets = new LinkedHashMap<>();

    BenchReport(PrintWriter out, long seed) {
        this.out = out;
        this.seed = seed;
    }

    /** A run drained the same commands with both. */
    void drain(Drain worker, Drain bare) {
        Drains both = new Drains(worker, bare);
        drains.add(both);
        say(
                "run %d: worker %,.0f commands/s, bare loop %,.0f, ratio %.2f; %.0f %% of the machine (bare %.0f %%); first "
                        + "100,000 after %.1f s (bare %.1f); first answer after %.1f s (bare %.1f); peak memory %d MiB (bare %d)",
                drains.size(),
                worker.commandsPerSecond(),
                bare.commandsPerSecond(),
                both.ratio(),
                worker.busy() * 100,
                bare.busy() * 100,
                worker.secondsToCold(),
                bare.secondsToCold(),
                worker.secondsToFirstAnswer(),
                bare.secondsToFirstAnswer(),
                worker.peakMebibytes(),
                bare.peakMebibytes());
        say(
                "       CPU s per 100,000: worker run %s; bare run %s",
                figures(worker.cpuSeconds()), figures(bare.cpuSeconds()));
        say("       time by stage, s of all lanes: %s", figures(worker.stageSeconds()));
    }

    /** A run drained the same signed commands with permissions off and on. */
    void signed(String algorithm, Drain off, Drain on) {
        SignedDrains both = new SignedDrains(algorithm, off, on);
        signedDrains.add(both);
        say(
                "run %d: with %s %,.0f commands/s, permissions off %,.0f, ratio %.2f; first ones cold %,.0f/s (off %,.0f); "
                        + "peak memory %d MiB (off %d)",
                signedDrains.size(),
                algorithm,
                on.commandsPerSecond(),
                off.commandsPerSecond(),
                both.ratio(),
                on.coldCommandsPerSecond(),
                off.coldCommandsPerSecond(),
                on.peakMebibytes(),
                off.peakMebibytes());
        say("       CPU s per 100,000: on %s; off %s", figures(on.cpuSeconds()), figures(off.cpuSeconds()));
        say(
                "       time by stage, s of all lanes: on %s; off %s",
                figures(on.stageSeconds()), figures(off.stageSeconds()));
    }

    /** A run kept up a rate. */
    void latency(Latency latency) {
        latencies.add(latency);
        say(
                "run %d: at %,d/s p50 %d ms, p99 %d ms, p99.9 %d ms (%,d answers); %.0f %% of the machine; "
                        + "CPU ms per command: %s",
                latencies.size(),
                latency.rate(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.answers(),
                latency.busy() * 100,
                figures(latency.cpuMillis()));
    }

    /** In a run partitions moved, and this was the longest wait, in milliseconds. */
    void moves(long longestWait) {
        longestWaits.add(longestWait);
        say("run %d: longest wait for an answer %,d ms", longestWaits.size(), longestWait);
    }

    /**
     * Says of each target of what was measured whether it was met.
     *
     * @return whether all were
     */
    boolean judge() {
        if (!drains.isEmpty()) {
            judgeDrains();
        }
        if (!signedDrains.isEmpty()) {
            String target =
                    "with %s on, a drain keeps 0.8 of its rate or more".formatted(signedDrains.get(0).algorithm);
            judge(target, signedDrains, SignedDrains::ratio, "%.2f", ratio -> ratio >= 0.8);
        }
        if (!latencies.isEmpty()) {
            judgeLatencies();
        }
        if (!longestWaits.isEmpty()) {
            judge(
                    "no partition stands still for more than 3 s",
                    longestWaits,
                    Long::doubleValue,
                    "%,.0f ms",
                    millis -> millis <= 3000);
        }
        return !targets.containsValue(false);
    }

    private void judgeDrains() {
        say("of %d runs, median (least to most):", drains.size());
        say("       worker %s commands/s", spread(drains, "%,.0f", run -> run.worker.commandsPerSecond()));
        judge("drain at 0.95 of the bare loop or more", drains, Drains::ratio, "%.2f", ratio -> ratio >= 0.95);
        judge("95 % of the machine or more", drains, run -> run.worker.busy(), "%.2f", busy -> busy >= 0.95);
        judge(
                "first 100,000 within 7 s of the start",
                drains,
                run -> run.worker.secondsToCold(),
                "%.1f s",
                seconds -> seconds <= 7);
        judge(
                "first answer within 3 s of the start",
                drains,
                run -> run.worker.secondsToFirstAnswer(),
                "%.1f s",
                seconds -> seconds <= 3);
        judge("400 MiB of memory or less", drains, run -> run.worker.peakMebibytes(), "%.0f MiB", peak -> peak <= 400);
    }

    private void judgeLatencies() {
        judge("p50 within 10 ms", latencies, Latency::p50, "%.0f ms", p50 -> p50 <= 10);
        judge("p99 within 30 ms", latencies, Latency::p99, "%.0f ms", p99 -> p99 <= 30);
        double most = latencies.get(0).rate() < 500 ? 10 : 0.9;
        judge(
                "%.1f ms of CPU a command or less, of all three".formatted(most),
                latencies,
                BenchReport::cpuMillis,
                "%.2f ms",
                cpu -> cpu <= most);
    }

    /** By the median of the runs. */
    private <T> void judge(
            String target, List<T> runs, ToDoubleFunction<T> figure, String format, DoublePredicate isMet) {
        boolean met = isMet.test(median(runs, figure));
        targets.put(target, met);
        say("%s: %s (%s)", met ? "met" : "MISSED", target, spread(runs, format, figure));
    }

    private static double cpuMillis(Latency latency) {
        return latency.cpuMillis().values().stream().mapToDouble(each -> each).sum();
    }

    /** What is noise can be seen by how far the runs are apart. */
    private static <T> String spread(List<T> runs, String format, ToDoubleFunction<T> figure) {
        String middle = String.format(Locale.ROOT, format, median(runs, figure));
        double least = runs.stream().mapToDouble(figure).min().orElseThrow();
        double most = runs.stream().mapToDouble(figure).max().orElseThrow();
        return runs.size() == 1
                ? middle
                : String.format(Locale.ROOT, "%s; " + format + " to " + format, middle, least, most);
    }

    private static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String figures(Map<String, Double> values) {
        return values.entrySet().stream()
                .map(each -> "%s %.2f".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void say(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }

    /** All figures, and the targets once they are judged. */
    String json() {
        Map<String, Object> figures = Map.of(
                "worker", drains.stream().map(Drains::worker).toList(),
                "bareLoop", drains.stream().map(Drains::bare).toList(),
                "signed", signedDrains,
                "latency", latencies,
                "longestWaitMillis", longestWaits,
                "targets", targets,
                "seed", seed);
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(figures);
    }

    /** What one run drained twice. */
    private record Drains(Drain worker, Drain bare) {
        double ratio() {
            return worker.commandsPerSecond() / bare.commandsPerSecond();
        }
    }

    /** What one run drained with permissions off and on. */
    private record SignedDrains(String algorithm, Drain off, Drain on) {
        double ratio() {
            return on.commandsPerSecond() / off.commandsPerSecond();
        }
    }
}
