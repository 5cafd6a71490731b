package dev.messagecontact.support;

import dev.messagecontact.database.Database;
import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.Health.Check;
import dev.messagecontact.ops.Scrape;
import dev.messagecontact.ops.WorkerMetrics;
import dev.messagecontact.runtime.WorkerRuntime;
import dev.messagecontact.settings.WorkerSettings;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A worker on a thread of its own. */
public final class RunningWorker {

    private final WorkerRuntime runtime;
    private final CompletableFuture<Void> end;

    private RunningWorker(WorkerRuntime runtime) {
        this.runtime = runtime;
        this.end = CompletableFuture.runAsync(runtime::run, task -> new Thread(task, "worker").start());
    }

    static RunningWorker start(WorkerSettings settings, Database database) {
        return new RunningWorker(WorkerRuntime.on(database, settings, "test"));
    }

    /** Its numbers. */
    public WorkerMetrics metrics() {
        return runtime.metrics();
    }

    /** Whether it lives and can work. */
    public Health health() {
        return runtime.health();
    }

    /** Why it is not ready, a line for each check that is down; empty if it is ready. */
    public String reasons() {
        return runtime.health().ready().checks().stream()
                .map(Check::reason)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n"));
    }

    /** The sum of its series of this name whose labels hold all of these texts. */
    public double metric(String name, String... labels) {
        return Scrape.of(runtime.metrics()).sum(name, labels);
    }

    /** Stops it in good order and waits for its end; fails if it died. Once stopped, it does nothing. */
    public void stop() {
        runtime.stop();
        try {
            end.join();
        } finally {
            runtime.close();
        }
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
