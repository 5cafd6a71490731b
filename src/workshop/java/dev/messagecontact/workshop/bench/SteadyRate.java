package dev.messagecontact.workshop.bench;

import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Measures answers to commands that come at a steady rate, after a backlog and some seconds of the rate. One thread uses it. */
public final class SteadyRate {

    /** The backlog before the rate. Without it, what two cold JVMs compile would be measured as the cost of a command. */
    public static final int WARM_UP_COMMANDS = 100_000;

    /** Between the start or stop of one worker and the next, which joins and takes its partitions meanwhile. */
    private static final int SECONDS_A_MOVE = 10;

    private static final long LONGEST_STANDSTILL = 60_000_000_000L;

    private final BenchSettings settings;
    private final Services services;
    private final Path logs;
    private final Consumer<String> progress;
    private final int perSecond;
    private final int warmUpSeconds;

    SteadyRate(
            BenchSettings settings,
            Services services,
            Path logs,
            Consumer<String> progress,
            int perSecond,
            int warmUpSeconds) {
        this.settings = settings;
        this.services = services;
        this.logs = logs;
        this.progress = progress;
        this.perSecond = perSecond;
        this.warmUpSeconds = warmUpSeconds;
    }

    /** How long answers take, and what they cost, over so many seconds. */
    public Latency latency(int seconds) {
        try (WorkerProcess worker = services.startWorker(0, settings.jvmOptions(), logs);
                AnswerTimes answers = AnswerTimes.of(services.settings());
                var producer = services.producer()) {
            if (!worker.awaitUp(Duration.ofSeconds(30))) {
                throw new IllegalStateException("the worker does not start; its log says why");
            }
            CommandMix mix = services.mix(settings);
            warmUp(producer, mix, answers);
            Map<String, Double> before = services.cpuSeconds(List.of(worker.pid()));
            long start = System.nanoTime();
            int sent = send(producer, mix, seconds, answers);
            double passed = (System.nanoTime() - start) / 1e9;
            Map<String, Double> used = Services.difference(before, services.cpuSeconds(List.of(worker.pid())));
            answers.readFor(2);
            worker.terminate();
            return answers.latency(perSecond, sent, passed, used);
        }
    }

    /**
     * The longest wait for an answer, in milliseconds, while one worker becomes as many as set, one after the other, and
     * one again. Commands of a partition that moves meanwhile wait for its next worker.
     */
    public long longestWaitInMoves() {
        List<WorkerProcess> workers = new ArrayList<>(List.of(services.startWorker(0, settings.jvmOptions(), logs)));
        try (AnswerTimes answers = AnswerTimes.of(services.settings());
                var producer = services.producer()) {
            CommandMix mix = services.mix(settings);
            warmUp(producer, mix, answers);
            int sent = 0;
            while (workers.size() < settings.workers()) {
                workers.add(services.startWorker(workers.size(), settings.jvmOptions(), logs));
                sent += send(producer, mix, SECONDS_A_MOVE, answers);
            }
            for (WorkerProcess leaving : workers.subList(1, workers.size())) {
                leaving.terminate();
                sent += send(producer, mix, SECONDS_A_MOVE, answers);
            }
            awaitAnswers(sent, answers);
            return answers.longest();
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }

    private void warmUp(KafkaProducer<byte[], byte[]> producer, CommandMix mix, AnswerTimes answers) {
        progress.accept("warming up");
        for (int sent = 0; sent < WARM_UP_COMMANDS; sent++) {
            Services.send(producer, mix.next());
        }
        awaitAnswers(WARM_UP_COMMANDS, answers);
        int more = send(producer, mix, warmUpSeconds, answers);
        awaitAnswers(WARM_UP_COMMANDS + more, answers);
        answers.clear();
    }

    /** Publishes at the rate for so many seconds and reads answers meanwhile. Returns how many commands it published. */
    private int send(KafkaProducer<byte[], byte[]> producer, CommandMix mix, int seconds, AnswerTimes answers) {
        long start = System.nanoTime();
        int all = perSecond * seconds;
        for (int sent = 0; sent < all; ) {
            long due = Math.min(all, (System.nanoTime() - start) * perSecond / 1_000_000_000L);
            for (; sent < due; sent++) {
                Services.send(producer, mix.next());
            }
            answers.read();
            if (sent % perSecond == 0) {
                progress.accept("%,d commands, %,d answers".formatted(sent, answers.count()));
            }
        }
        return all;
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
}
