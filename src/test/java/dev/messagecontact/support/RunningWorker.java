package dev.messagecontact.support;

import dev.messagecontact.directory.Database;
import dev.messagecontact.intake.Worker;
import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.WorkerMetrics;
import dev.messagecontact.settings.WorkerSettings;
import java.util.concurrent.CompletableFuture;

/** A worker on a thread of its own. */
public final class RunningWorker {

    private final Worker worker;
    private final WorkerMetrics metrics;
    private final Health health;
    private final CompletableFuture<Void> end;

    private RunningWorker(WorkerSettings settings, Database database) {
        metrics = new WorkerMetrics("test");
        if (database.pool().getMetricsTrackerFactory() == null) { // workers of one stage share its pool
            metrics.watch(database.pool());
        }
        health = new Health(metrics, settings.maxPollInterval());
        worker = new Worker(settings, database.dsl(), metrics::lane, "test");
        end = CompletableFuture.runAsync(worker::run, task -> new Thread(task, "worker").start());
    }

    static RunningWorker start(WorkerSettings settings, Database database) {
        return new RunningWorker(settings, database);
    }

    /** Its numbers. */
    public WorkerMetrics metrics() {
        return metrics;
    }

    /** Whether it lives and can work. */
    public Health health() {
        return health;
    }

    /** Stops it in good order and waits for its end; fails if it died. Twice is once. */
    public void stop() {
        worker.stop();
        end.join();
    }

    /** Whether it has died by now. */
    public boolean isDead() {
        return end.isCompletedExceptionally();
    }

    /** Waits for its end by itself, and gives why it died; null if it stopped in good order. */
    public Throwable death() {
        return end.handle((ended, cause) -> cause == null ? null : cause.getCause())
                .join();
    }
}
