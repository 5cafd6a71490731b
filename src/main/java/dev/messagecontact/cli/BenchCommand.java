package dev.messagecontact.cli;

import dev.messagecontact.bench.Bench;
import dev.messagecontact.bench.BenchSettings;
import dev.messagecontact.bench.Drain;
import dev.messagecontact.bench.Latency;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code contacts bench}. */
@Command(
        name = "bench",
        description =
                "Measure the worker on this machine: a broker and a database in processes of their own, durable as in "
                        + "production, are loaded with commands, which the worker drains, and after it the bare loop: the least that "
                        + "any worker of this design has to do. With --rate: how long answers take at a steady rate.",
        exitCodeList = {
            "0:every target is met",
            "1:a target is missed, or the measurement failed",
            "2:the command line is wrong; one line on standard error names it"
        })
public final class BenchCommand implements Callable<Integer> {

    /** Set by the launcher: what it gives to a worker's JVM, by commas. */
    private static final String WORKER_JVM = "contacts.worker.jvm";

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    @Option(
            names = "--commands",
            paramLabel = "N",
            defaultValue = "300000",
            description = "Commands of a drain (default: 300000).")
    private int commands;

    @Option(
            names = "--directories",
            paramLabel = "N",
            description = "Directories that they are for; 1 raises its limit (default: one for ten commands).")
    private @Nullable Integer directories;

    @Option(
            names = "--stored",
            paramLabel = "N",
            defaultValue = "0",
            description = "Contacts that the database holds before, in other directories (default: 0).")
    private int stored;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Worker processes that drain together (default: 1).")
    private int workers;

    @Option(names = "--rate", paramLabel = "R", description = "Measure answers at R commands per second instead.")
    private @Nullable Integer rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long the rate is kept up (default: 20).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "90",
            description = "How long the rate is kept up before that: two cold JVMs compile for a minute (default: 90).")
    private int warmUp;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs, each on new servers; the summary has their medians (default: 1).")
    private int runs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "What the commands are drawn from (default: 1).")
    private long seed;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the worker, for experiments.")
    private Map<String, String> worker = new TreeMap<>();

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "One more option of the worker's and the bare loop's JVM.")
    private List<String> jvm = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
    private @Nullable Path json;

    @Option(names = "--logs", paramLabel = "FOLDER", description = "Keep what the processes write, there.")
    private @Nullable Path logs;

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final List<Drain> drains = new ArrayList<>();
    private final List<Drain> bareDrains = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();
    private final Map<String, Boolean> targets = new LinkedHashMap<>();
    private long lastLine = System.nanoTime() - BETWEEN_LINES.toNanos();

    @Override
    public Integer call() throws IOException {
        requireSense();
        Path folder = logs == null ? Files.createTempDirectory("bench-") : Files.createDirectories(logs);
        Logging.appendTo(folder.resolve("bench.log"));
        try {
            for (int run = 1; run <= runs; run++) {
                measure(run, folder);
            }
        } catch (NoClassDefFoundError e) {
            throw new FailedException("the embedded services are no part of this installation", e);
        }
        if (rate == null) {
            judgeDrains();
        } else {
            judgeLatencies(rate);
        }
        if (json != null) {
            Map<String, Object> figures = Map.of(
                    "worker", drains, "bareLoop", bareDrains, "latency", latencies, "targets", targets, "seed", seed);
            Files.writeString(
                    json,
                    JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsString(figures));
        }
        return targets.containsValue(false) ? ExitCodes.FAILED : ExitCodes.DONE;
    }

    private void requireSense() {
        boolean sense = commands > 1
                && (directories == null || directories > 0)
                && stored >= 0
                && workers > 0
                && runs > 0
                && seconds > 0
                && warmUp >= 0
                && (rate == null || rate > 0);
        if (!sense) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--commands must be 2 or more, --stored and --warm-up 0 or more, and all other numbers positive");
        }
    }

    private BenchSettings settings() {
        int all = rate == null ? commands : Bench.WARM_UP_COMMANDS + rate * (warmUp + seconds);
        int spread = directories != null ? directories : Math.max(1, all / 10);
        if (spread * 20L < all) {
            worker.putIfAbsent("CONTACTS_LIMIT_PER_DIRECTORY", "1000000");
        }
        List<String> options = new ArrayList<>();
        for (String option : System.getProperty(WORKER_JVM, "").split(",")) {
            if (!option.isEmpty()) {
                options.add(option);
            }
        }
        options.addAll(jvm);
        return new BenchSettings(seed, commands, spread, stored, workers, options, worker);
    }

    private void measure(int run, Path folder) {
        try (Bench bench = Bench.prepare(settings(), folder, line -> progress("run " + run + ": " + line))) {
            if (rate != null) {
                Latency latency = bench.latency(rate, warmUp, seconds);
                latencies.add(latency);
                print(run, latency);
            } else {
                bench.load();
                Drain bare = bench.bareLoop();
                Drain drain = bench.worker();
                drains.add(drain);
                bareDrains.add(bare);
                print(run, drain, bare);
            }
        }
    }

    private void print(int run, Drain drain, Drain bare) {
        say(
                "run %d: worker %,.0f commands/s, bare loop %,.0f, ratio %.2f; first 100,000 cold %,.0f/s (bare %,.0f); first answer after %.1f s (bare %.1f); peak memory %d MiB (bare %d)",
                run,
                drain.commandsPerSecond(),
                bare.commandsPerSecond(),
                ratio(drain, bare),
                drain.coldCommandsPerSecond(),
                bare.coldCommandsPerSecond(),
                drain.secondsToFirstAnswer(),
                bare.secondsToFirstAnswer(),
                drain.peakMebibytes(),
                bare.peakMebibytes());
        say(
                "       CPU s per 100,000: worker run %s; bare run %s",
                figures(drain.cpuSeconds()), figures(bare.cpuSeconds()));
        say("       time by stage, s of all lanes: %s", figures(drain.stageSeconds()));
    }

    private void print(int run, Latency latency) {
        say(
                "run %d: at %,d/s p50 %d ms, p99 %d ms, p99.9 %d ms (%,d answers); %.0f %% of the machine; CPU ms per command: %s",
                run,
                latency.rate(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.answers(),
                latency.busy() * 100,
                figures(latency.cpuMillis()));
    }

    private void judgeDrains() {
        double ratio = median(run -> ratio(drains.get(run), bareDrains.get(run)));
        judge("drain at 0.9 of the bare loop or more", ratio >= 0.9, "%.2f".formatted(ratio));
        double cold = median(run -> drains.get(run).coldCommandsPerSecond());
        judge("24,000/s over the first 100,000, cold", cold >= 24_000, "%,.0f/s".formatted(cold));
        double first = median(run -> drains.get(run).secondsToFirstAnswer());
        judge("first answer within 3 s of the start", first <= 3, "%.1f s".formatted(first));
        double peak = median(run -> drains.get(run).peakMebibytes());
        judge("400 MiB of memory or less", peak <= 400, "%.0f MiB".formatted(peak));
    }

    private void judgeLatencies(int perSecond) {
        double p50 = median(run -> latencies.get(run).p50());
        judge("p50 within 15 ms", p50 <= 15, "%.0f ms".formatted(p50));
        double p99 = median(run -> latencies.get(run).p99());
        judge("p99 within 60 ms", p99 <= 60, "%.0f ms".formatted(p99));
        if (perSecond <= 500) {
            double busy = median(run -> latencies.get(run).busy());
            judge("less than 40 % of the machine", busy < 0.4, "%.0f %%".formatted(busy * 100));
        }
    }

    private void judge(String target, boolean met, String figure) {
        targets.put(target, met);
        say("%s: %s (%s)", met ? "met" : "MISSED", target, figure);
    }

    /** @param figure of a run, by its number from 0 */
    private double median(IntToDoubleFunction figure) {
        List<Double> sorted = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            sorted.add(figure.applyAsDouble(run));
        }
        sorted.sort(null);
        return (sorted.get((runs - 1) / 2) + sorted.get(runs / 2)) / 2;
    }

    private static double ratio(Drain drain, Drain bare) {
        return drain.commandsPerSecond() / bare.commandsPerSecond();
    }

    private static String figures(Map<String, Double> values) {
        return values.entrySet().stream()
                .map(each -> "%s %.2f".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }

    /** In place for a person, a line now and then for a log. */
    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        if (quiet) {
            return;
        }
        if (Terminal.hasStandardError()) {
            err.printf("\r\u001b[K%s", line);
            err.flush();
        } else if (System.nanoTime() - lastLine >= BETWEEN_LINES.toNanos()) {
            lastLine = System.nanoTime();
            err.println(line);
            err.flush();
        }
    }
}
