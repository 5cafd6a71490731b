package dev.messagecontact.workshop.cli;

import dev.messagecontact.authorization.token.Algorithms;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.workshop.bench.Bench;
import dev.messagecontact.workshop.bench.BenchSettings;
import dev.messagecontact.workshop.bench.Drain;
import dev.messagecontact.workshop.bench.SignedLoad;
import dev.messagecontact.workshop.bench.SteadyRate;
import dev.messagecontact.workshop.testkit.SampleIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts bench}. */
@Command(
        name = "bench",
        description = "Measure the worker on this machine. A broker and a database run in processes of their own, "
                + "durable as in production. The worker drains commands from them; then the bare loop does the "
                + "same: the least that any worker of this design must do. With --rate it measures how long "
                + "answers take at a steady rate; with --moves, how long partitions wait while workers start and "
                + "stop; with --signed, what permissions cost.",
        exitCodeList = {
            "0:every target is met",
            "1:a target is missed, or the measurement failed",
            "2:the command line is wrong; one line on standard error names it"
        })
public final class BenchCommand implements Callable<Integer> {

    /** Set by the launcher: what it gives to a worker's JVM, one a line. */
    private static final String WORKER_JVM = "contacts.worker.jvm";

    @Option(
            names = "--commands",
            paramLabel = "N",
            description = "Commands of a drain (default: 300000; with --signed 200000, because signing takes a minute "
                    + "for 100,000 or more).")
    private @Nullable Integer commands;

    @Option(
            names = "--directories",
            paramLabel = "N",
            description = "Directories that they are for; 1 raises its limit (default: three for ten commands).")
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
            description = "Worker processes that drain together (default: 1), or with --moves: at most (default: 4).")
    private @Nullable Integer workers;

    @Option(names = "--rate", paramLabel = "R", description = "Measure answers at R commands per second instead.")
    private @Nullable Integer rate;

    @Option(
            names = "--moves",
            description =
                    "Measure the longest wait for an answer, at a steady rate (default: 200) over 8 partitions, while "
                            + "one worker becomes several, one after the other, and one again.")
    private boolean moves;

    @Option(
            names = "--signed",
            paramLabel = "ALGORITHM",
            description = "Measure what permissions cost: the worker drains commands that carry signed tokens (RS256, "
                    + "PS256, ES256 or EdDSA), with permissions off and on in turn, each time on new servers.")
    private @Nullable String signed;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long the rate is kept, in seconds (default: 20).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "90",
            description = "How long the rate is kept before the measurement, in seconds: two cold JVMs compile for a "
                    + "minute (default: 90).")
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
            description = "The seed of the random commands (default: 1).")
    private long seed;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the worker, for experiments.")
    private Map<String, String> worker = new TreeMap<>();

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "One more option of the worker's and the bare loop's JVM.")
    private List<String> jvm = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "A file to write the figures to as well.")
    private @Nullable Path json;

    @Option(names = "--logs", paramLabel = "FOLDER", description = "A folder to keep the logs of the processes.")
    private @Nullable Path logs;

    @Mixin
    private final ProgressLine progress = new ProgressLine(Duration.ofSeconds(5));

    @Mixin
    private final Invocation invocation = new Invocation();

    @Override
    public Integer call() throws IOException {
        requireUsableNumbers();
        Path folder = logs == null ? Files.createTempDirectory("bench-") : Files.createDirectories(logs);
        LogFile.appendTo(folder.resolve("bench.log"));
        BenchReport report = new BenchReport(invocation.out(), seed);
        if (signed == null) {
            for (int run = 1; run <= runs; run++) {
                measure(run, folder, report);
            }
        } else {
            measureSigned(signed, folder, report);
        }
        boolean met = report.judge();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return met ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private void requireUsableNumbers() {
        boolean usable = (commands == null || commands > 1)
                && (directories == null || directories > 0)
                && stored >= 0
                && (workers == null || workers > 0)
                && runs > 0
                && seconds > 0
                && warmUp >= 0
                && (rate == null || rate > 0);
        if (!usable) {
            throw invocation.badUsage(
                    "--commands must be 2 or more, --stored and --warm-up 0 or more, and all other numbers positive");
        }
        if (signed != null && !Algorithms.ALL.contains(signed)) {
            throw invocation.badUsage("--signed must be one of " + String.join(", ", Algorithms.ALL));
        }
        if (signed != null && !isDrain()) {
            throw invocation.badUsage("--signed goes with neither --rate nor --moves");
        }
    }

    private int commands() {
        int unlessSet = signed == null ? 300_000 : 200_000;
        return commands == null ? unlessSet : commands;
    }

    private BenchSettings settings() {
        int all = isDrain() ? commands() : SteadyRate.WARM_UP_COMMANDS + perSecond() * (warmUp + seconds);
        int spread = directories != null ? directories : (int) Math.max(1, all * 3L / 10);
        if (spread * 20L < all) {
            worker.putIfAbsent("CONTACTS_LIMIT_PER_DIRECTORY", "1000000");
        }
        if (moves) {
            worker.putIfAbsent("TOPICS_PARTITIONS", "8");
        }
        List<String> options = new ArrayList<>();
        System.getProperty(WORKER_JVM, "")
                .lines()
                .filter(line -> !line.isEmpty())
                .forEach(options::add);
        options.addAll(jvm);
        int processes = workers != null ? workers : moves ? 4 : 1;
        return new BenchSettings(seed, commands(), spread, stored, processes, options, worker);
    }

    private boolean isDrain() {
        return rate == null && !moves;
    }

    private int perSecond() {
        return rate == null ? 200 : rate;
    }

    private void measure(int run, Path folder, BenchReport report) {
        try (Bench bench = Bench.prepare(settings(), folder, line -> progress.show("run " + run + ": " + line))) {
            if (moves) {
                report.moves(bench.steadyRate(perSecond(), warmUp).longestWaitInMoves());
            } else if (isDrain()) {
                bench.load();
                Drain bare = bench.bareLoop();
                report.drain(bench.worker(), bare);
            } else {
                report.latency(bench.steadyRate(perSecond(), warmUp).latency(seconds));
            }
        }
    }

    /** The next run begins with the other of the two: a machine may become faster or slower with time. */
    private void measureSigned(String algorithm, Path folder, BenchReport report) {
        SampleIssuer issuer = SampleIssuer.in(folder, algorithm);
        SignedLoad load = SignedLoad.of(settings(), issuer, progress::show);
        for (int run = 1; run <= runs; run++) {
            boolean onFirst = run % 2 == 0;
            SignedDrain first = drain(run, onFirst, load, folder);
            SignedDrain second = drain(run, !onFirst, load, folder);
            if (first.contacts != second.contacts) {
                throw new IllegalStateException("with permissions, other contacts were stored than without: %d and %d"
                        .formatted(first.contacts, second.contacts));
            }
            report.signed(algorithm, onFirst ? second.drain : first.drain, onFirst ? first.drain : second.drain);
        }
    }

    private SignedDrain drain(int run, boolean permissions, SignedLoad load, Path folder) {
        String name = "run %d, permissions %s: ".formatted(run, permissions ? "on" : "off");
        try (Bench bench = Bench.prepare(load.settings(permissions), folder, line -> progress.show(name + line))) {
            bench.load(load);
            return new SignedDrain(bench.worker(), bench.contacts());
        }
    }

    /** A drain and how many contacts there were after it: a worker that denies is faster than one that adds. */
    private record SignedDrain(Drain drain, long contacts) {}
}
