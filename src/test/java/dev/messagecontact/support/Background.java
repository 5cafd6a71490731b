package dev.messagecontact.support;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What goes on beside a test: each on a thread of its own, as a pool may be full of those that wait for other tests. */
public final class Background {

    private Background() {}

    /** Begins it, and gives what it will give. */
    public static <T> CompletableFuture<T> of(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, Background::onItsOwn);
    }

    /** Begins it. */
    public static CompletableFuture<Void> run(Runnable what) {
        return CompletableFuture.runAsync(what, Background::onItsOwn);
    }

    private static void onItsOwn(Runnable task) {
        new Thread(task, "background").start();
    }
}
