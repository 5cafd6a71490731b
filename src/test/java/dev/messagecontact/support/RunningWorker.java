package dev.messagecontact.support;

import dev.messagecontact.intake.Worker;
import java.util.concurrent.CompletableFuture;

/** A worker on a thread of its own. */
public final class RunningWorker {

    private final Worker worker;
    private final CompletableFuture<Void> end;

    private RunningWorker(Worker worker, CompletableFuture<Void> end) {
        this.worker = worker;
        this.end = end;
    }

    static RunningWorker start(Worker worker) {
        return new RunningWorker(
                worker, CompletableFuture.runAsync(worker::run, task -> new Thread(task, "worker").start()));
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
