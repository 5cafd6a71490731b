package dev.messagecontact.ops.http;

import dev.messagecontact.ops.WorkerState.Sample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the samples of the last ten minutes, so that a page that is opened or reloaded shows them at once. Any thread may
 * call it.
 */
final class SampleHistory implements AutoCloseable {

    /** A page takes rates over ten seconds. */
    static final Duration EVERY = Duration.ofSeconds(5);
    /** Ten minutes, and the sample before them. */
    static final int KEPT = 121;

    private final Supplier<Sample> source;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final ScheduledExecutorService timer;

    /** Takes a sample from this source now and every five seconds. */
    SampleHistory(Supplier<Sample> source) {
        this.source = source;
        take();
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "console-history");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleAtFixedRate(this::take, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Oldest first. */
    synchronized List<Sample> list() {
        return List.copyOf(samples);
    }

    synchronized void take() {
        samples.addLast(source.get());
        if (samples.size() > KEPT) {
            samples.removeFirst();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
