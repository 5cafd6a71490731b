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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures worker and bare loop on servers of their own. One thread runs it. What is not closed is closed when the JVM
 * exits.
 */
public final class Bench implements AutoCloseable {

    /** So many as fast as they go, before a steady rate. */
    public static final int WARM_UP_COMMANDS = 100_000;

    /** Between one worker's coming or going and the next: it starts, joins and takes its partitions meanwhile. */
    private static final int SECONDS_A_MOVE = 10;

    private static final String BARE_GROUP = "bare-loop";
    private static final int COLD = 100_000;
    private static final long BETWEEN_LOOKS = 20_000_000L;
    private static final long LONGEST_STANDSTILL = 60_000_000_000L;
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
        CommandMix mix = mix();
        try (var producer = producer()) {
            for (int sent = 0; sent < settings.commands(); sent++) {
                send(producer, mix);
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
        try (var producer = producer()) {
            signed.forEach(commandTopic(), command -> send(producer, command));
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
                workers.add(startWorker(i));
            }
            List<Long> pids = workers.stream().map(WorkerProcess::pid).toList();
            Progress drained = drain("worker", services.settings().groupId(), start, pids);
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
                commandTopic(),
                BARE_GROUP,
                String.valueOf(services.settings().lanes()),
                String.valueOf(services.settings().batchSize()));
        try (JavaProcess bare =
                JavaProcess.start(BareLoop.class, settings.jvmOptions(), arguments, logs.resolve("bare-loop.log"))) {
            return drain("bare loop", BARE_GROUP, start, List.of(bare.pid())).result(Map.of());
        } finally {
            services.execute("checkpoint");
        }
    }

    /**
     * Keeps up a rate, after a backlog and some seconds of the rate to warm up.
     *
     * @param perSecond commands
     */
    public Latency latency(int perSecond, int warmUpSeconds, int seconds) {
        try (WorkerProcess worker = startWorker(0);
                AnswerTimes answers = AnswerTimes.of(services.settings());
                var producer = producer()) {
            if (!worker.awaitUp(Duration.ofSeconds(30))) {
                throw new IllegalStateException("the worker does not come up; its log says why");
            }
            CommandMix mix = mix();
            warmUp(producer, mix, perSecond, warmUpSeconds, answers);
            Map<String, Double> before = cpuSeconds(List.of(worker.pid()));
            long start = System.nanoTime();
            int sent = steadily(producer, mix, perSecond, seconds, answers);
            double passed = (System.nanoTime() - start) / 1e9;
            Map<String, Double> used = difference(before, cpuSeconds(List.of(worker.pid())));
            answers.readFor(2);
            worker.terminate();
            return answers.latency(perSecond, sent, passed, used);
        }
    }

    /**
     * Keeps up a rate while one worker becomes as many as set, one after the other, and one again: whoever's partition
     * moves meanwhile waits for its answer.
     *
     * @param perSecond commands
     * @return the longest wait, in milliseconds
     */
    public long moves(int perSecond, int warmUpSeconds) {
        List<WorkerProcess> workers = new ArrayList<>(List.of(startWorker(0)));
        try (AnswerTimes answers = AnswerTimes.of(services.settings());
                var producer = producer()) {
            CommandMix mix = mix();
            warmUp(producer, mix, perSecond, warmUpSeconds, answers);
            int sent = 0;
            while (workers.size() < settings.workers()) {
                workers.add(startWorker(workers.size()));
                sent += steadily(producer, mix, perSecond, SECONDS_A_MOVE, answers);
            }
            for (WorkerProcess leaving : workers.subList(1, workers.size())) {
                leaving.terminate();
                sent += steadily(producer, mix, perSecond, SECONDS_A_MOVE, answers);
            }
            awaitAnswers(sent, answers);
            return answers.longest();
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }

    private int steadily(
            KafkaProducer<byte[], byte[]> producer, CommandMix mix, int perSecond, int seconds, AnswerTimes answers) {
        long start = System.nanoTime();
        int all = perSecond * seconds;
        for (int sent = 0; sent < all; ) {
            long due = Math.min(all, (System.nanoTime() - start) * perSecond / 1_000_000_000L);
            for (; sent < due; sent++) {
                send(producer, mix);
            }
            answers.read();
            if (sent % perSecond == 0) {
                progress.accept("%,d commands, %,d answers".formatted(sent, answers.count()));
            }
        }
        return all;
    }

    /** A backlog, then the rate: what two cold JVMs compile would be measured as the cost of a command. */
    private void warmUp(
            KafkaProducer<byte[], byte[]> producer, CommandMix mix, int perSecond, int seconds, AnswerTimes answers) {
        progress.accept("warming up");
        for (int sent = 0; sent < WARM_UP_COMMANDS; sent++) {
            send(producer, mix);
        }
        awaitAnswers(WARM_UP_COMMANDS, answers);
        int more = steadily(producer, mix, perSecond, seconds, answers);
        awaitAnswers(WARM_UP_COMMANDS + more, answers);
        answers.clear();
    }

    private static void awaitAnswers(int commands, AnswerTimes answers) {
        long start = System.nanoTime();
        while (answers.count() < commands) {
            answers.read();
            if (System.nanoTime() - start > LONGEST_STANDSTILL) {
                throw new IllegalStateException("the worker cannot keep up; its log may say why");
            }
        }
    }

    private WorkerProcess startWorker(int number) {
        Map<String, String> environment = new HashMap<>(services.environment());
        environment.put("WORKER_INSTANCE", "bench-" + number);
        return WorkerProcess.start(settings.jvmOptions(), environment, logs.resolve("worker-" + number + ".log"));
    }

    private CommandMix mix() {
        return new CommandMix(commandTopic(), settings.seed(), settings.directories());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                services.settings().kafka().forProducer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, CommandMix mix) {
        send(producer, mix.next());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a command that got lost would be missed by the drain
    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> command) {
        producer.send(command);
    }

    private String commandTopic() {
        return services.settings().topics().names().commands();
    }

    private Progress drain(String who, String group, long start, List<Long> pids) {
        Progress drained = new Progress(start, settings.commands(), pids);
        long lastChange = start;
        while (!drained.isDone()) {
            LockSupport.parkNanos(BETWEEN_LOOKS);
            long now = System.nanoTime();
            if (drained.note(now, committed(group))) {
                lastChange = now;
                progress.accept("%s: %,d of %,d".formatted(who, drained.commands, settings.commands()));
            } else if (now - lastChange > LONGEST_STANDSTILL) {
                throw new IllegalStateException(who + " stands still; its log says why");
            }
        }
        return drained;
    }

    private long committed(String group) {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = services.admin()
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.values().stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset())
                    .sum();
        } catch (ExecutionException notYet) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
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

    private Map<String, Double> cpuSeconds(List<Long> pids) {
        Map<String, Double> used = services.cpuSeconds();
        used.put("worker", pids.stream().mapToDouble(ProcessUsage::cpuSeconds).sum());
        return used;
    }

    private static Map<String, Double> difference(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> difference = new TreeMap<>();
        after.forEach((process, seconds) -> difference.put(process, seconds - before.getOrDefault(process, 0.0)));
        return difference;
    }

    @Override
    public void close() {
        services.close();
    }

    /** How far a drain is, and when it was where. */
    private final class Progress {
        private final long start;
        private final int all;
        private final int cold;
        private final List<Long> pids;
        private Map<String, Double> usedCold = Map.of();
        private long commands;
        private long firstAt;
        private long coldAt;
        private long coldCommands;
        private long lastAt;

        Progress(long start, int all, List<Long> pids) {
            this.start = start;
            this.all = all;
            this.cold = Math.min(COLD, all / 2);
            this.pids = pids;
        }

        boolean isDone() {
            return commands >= all;
        }

        /** @return whether it is further than before */
        boolean note(long now, long committed) {
            if (committed <= commands) {
                return false;
            }
            firstAt = commands == 0 ? now : firstAt;
            if (coldAt == 0 && committed >= cold) {
                coldAt = now;
                coldCommands = committed;
                usedCold = cpuSeconds(pids);
            }
            commands = committed;
            lastAt = now;
            return true;
        }

        Drain result(Map<String, Double> stages) {
            Map<String, Double> used = difference(usedCold, cpuSeconds(pids));
            double seconds = Math.max(1, lastAt - coldAt) / 1e9;
            double busy = used.values().stream().mapToDouble(each -> each).sum()
                    / (seconds * Runtime.getRuntime().availableProcessors());
            used.replaceAll((process, cpu) -> cpu * 100_000 / Math.max(1, commands - coldCommands));
            long peak =
                    pids.stream().mapToLong(ProcessUsage::peakMebibytes).max().orElse(0);
            return new Drain(
                    (commands - coldCommands) / seconds,
                    coldCommands * 1e9 / (coldAt - start),
                    (coldAt - start) / 1e9,
                    (firstAt - start) / 1e9,
                    used,
                    busy,
                    stages,
                    peak);
        }
    }
}
