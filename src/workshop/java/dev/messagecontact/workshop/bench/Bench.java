package dev.messagecontact.workshop.bench;

import dev.messagecontact.workshop.testkit.SampleIssuer;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures worker and bare loop on servers of their own. One thread runs it. What is not closed is closed when the JVM
 * exits.
 */
public final class Bench implements AutoCloseable {

    private static final String BARE_GROUP = "bare-loop";
    private static final Pattern STAGE = Pattern.compile("contacts_stage_seconds_sum\\{.*stage=\"(\\w+)\".*} (\\S+)");

    private final BenchSettings settings;
    private final Services services;
    private final Path logs;
    private final Consumer<String> progress;

    private Bench(BenchSettings settings, Services services, Path logs, Consumer<String> progress) {
        this.settings = settings;
        this.services = services;
        this.logs = logs;
        this.progress = progress;
    }

    /**
     * Starts the servers and stores what the database is to hold.
     *
     * @param logs a folder that gets what the processes write
     * @param progress gets a line about the progress from time to time
     */
    public static Bench prepare(BenchSettings settings, Path logs, Consumer<String> progress) {
        progress.accept("starting Kafka and PostgreSQL");
        Services services = Services.start(settings.worker(), logs.resolve("broker.log"));
        if (settings.stored() > 0) {
            progress.accept("storing %,d contacts".formatted(settings.stored()));
            services.store(settings.stored());
        }
        return new Bench(settings, services, logs, progress);
    }

    /** Publishes the commands of the drains. */
    public void load() {
        CommandMix mix = services.mix(settings);
        try (var producer = services.producer()) {
            for (int sent = 0; sent < settings.commands(); sent++) {
                Services.send(producer, mix.next());
                if (sent % 50_000 == 0) {
                    progress.accept("loading: %,d of %,d".formatted(sent, settings.commands()));
                }
            }
        }
        services.execute("checkpoint");
    }

    /** Publishes commands with their tokens instead, for directories that have the account they need. */
    public void load(SignedLoad signed) {
        services.makeDirectories(settings.directories(), SampleIssuer.ACCOUNT);
        progress.accept("loading");
        try (var producer = services.producer()) {
            signed.forEach(services.commandTopic(), command -> Services.send(producer, command));
        }
        services.execute("checkpoint");
    }

    /** How many contacts are stored now. */
    public long contacts() {
        return services.contacts();
    }

    /** Drains the commands with the worker. */
    public Drain worker() {
        List<WorkerProcess> workers = new ArrayList<>();
        long start = System.nanoTime();
        try {
            for (int i = 0; i < settings.workers(); i++) {
                workers.add(services.startWorker(i, settings.jvmOptions(), logs));
            }
            List<Long> pids = workers.stream().map(WorkerProcess::pid).toList();
            DrainWatch drained =
                    watch(pids, start).untilDone("worker", services.settings().groupId(), progress);
            Map<String, Double> stages = new TreeMap<>();
            workers.forEach(worker -> stages(worker).forEach((stage, sum) -> stages.merge(stage, sum, Double::sum)));
            return drained.result(stages);
        } finally {
            workers.forEach(WorkerProcess::terminate);
            workers.forEach(WorkerProcess::close);
            services.execute("checkpoint");
        }
    }

    /** Drains the same commands with the bare loop. */
    public Drain bareLoop() {
        long start = System.nanoTime();
        List<String> arguments = List.of(
                services.settings().kafka().bootstrapServers(),
                services.settings().database().url(),
                services.commandTopic(),
                BARE_GROUP,
                String.valueOf(services.settings().lanes()),
                String.valueOf(services.settings().batchSize()));
        try (JavaProcess bare =
                JavaProcess.start(BareLoop.class, settings.jvmOptions(), arguments, logs.resolve("bare-loop.log"))) {
            return watch(List.of(bare.pid()), start)
                    .untilDone("bare loop", BARE_GROUP, progress)
                    .result(Map.of());
        } finally {
            services.execute("checkpoint");
        }
    }

    private DrainWatch watch(List<Long> pids, long start) {
        return new DrainWatch(services, settings.commands(), pids, start);
    }

    /**
     * Answers at a steady rate instead, after a backlog and some seconds of the rate to warm up.
     *
     * @param perSecond commands
     */
    public SteadyRate steadyRate(int perSecond, int warmUpSeconds) {
        return new SteadyRate(settings, services, logs, progress, perSecond, warmUpSeconds);
    }

    private static Map<String, Double> stages(WorkerProcess worker) {
        Map<String, Double> sums = new TreeMap<>();
        Matcher stage = STAGE.matcher(get("http://127.0.0.1:" + worker.managementPort() + "/metrics"));
        while (stage.find()) {
            sums.put(stage.group(1), Double.parseDouble(stage.group(2)));
        }
        return sums;
    }

    private static String get(String address) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        services.close();
    }
}
