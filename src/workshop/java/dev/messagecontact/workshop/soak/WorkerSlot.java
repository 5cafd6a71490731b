package dev.messagecontact.workshop.soak;

import dev.messagecontact.workshop.testkit.FaultyProxy;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A worker's place in a soak: one process after the other holds it, under the same name and behind the same proxies. One
 * fault at a time may be caused to the process; any thread may call it.
 */
final class WorkerSlot implements AutoCloseable {

    /** What the worker may take to end in good order, and Java to follow. */
    private static final Duration LONGEST_END = Duration.ofSeconds(45);

    final FaultyProxy toDatabase;
    final FaultyProxy toBroker;
    private final Path log;
    private final Consumer<String> complaints;
    private Map<String, String> settings = Map.of();
    private WorkerProcess worker;
    private int processes;

    /**
     * Makes a slot without a worker.
     *
     * @param log gets what its processes write
     * @param complaints gets a line for each thing that a worker must not do
     */
    @SuppressWarnings("NullAway.Init") // startFirst comes first
    WorkerSlot(FaultyProxy toDatabase, FaultyProxy toBroker, Path log, Consumer<String> complaints) {
        this.toDatabase = toDatabase;
        this.toBroker = toBroker;
        this.log = log;
        this.complaints = complaints;
    }

    /** Starts its first worker. */
    synchronized void startFirst(Map<String, String> settings) {
        this.settings = new HashMap<>(settings);
        start();
    }

    synchronized void kill(Runnable pause) {
        requireAlive();
        worker.kill();
        pause.run();
        start();
    }

    synchronized void freeze(Runnable pause) {
        requireAlive();
        worker.freeze();
        pause.run();
        worker.thaw();
    }

    synchronized void terminate(Runnable pause) {
        end();
        pause.run();
        start();
    }

    /** Asks the worker to end, which it must do in good order. */
    synchronized void end() {
        requireAlive();
        if (!worker.awaitUp(LONGEST_END)) {
            complaints.accept("a worker did not start, see " + log);
        }
        worker.terminate();
        try {
            int exitCode = worker.awaitEnd(LONGEST_END);
            if (exitCode != 0) {
                complaints.accept("a worker ended with " + exitCode + " after SIGTERM, see " + log);
            }
        } catch (IllegalStateException e) {
            complaints.accept("a worker did not end after SIGTERM, see " + log);
            worker.kill();
        }
    }

    /** Complains of a worker that ended by itself, and starts another. */
    synchronized void requireAlive() {
        if (!worker.isAlive()) {
            complaints.accept(
                    "a worker ended by itself with " + worker.awaitEnd(Duration.ofSeconds(1)) + ", see " + log);
            start();
        }
    }

    /** How many processes have held it. */
    synchronized int processes() {
        return processes;
    }

    @Override
    public void close() {
        worker.close(); // without waiting for the fault that may be under way
        toDatabase.close();
        toBroker.close();
    }

    private void start() {
        worker = WorkerProcess.start(settings, log);
        processes++;
    }
}
