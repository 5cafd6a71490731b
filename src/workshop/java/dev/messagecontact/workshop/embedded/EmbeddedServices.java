package dev.messagecontact.workshop.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The broker and the database that the worker needs, started side by side.
 *
 * <p>Any thread may call it. What is not closed is closed when the JVM exits, see {@link AtExit}.
 */
public final class EmbeddedServices implements AutoCloseable {

    private final EmbeddedKafka kafka;
    private final EmbeddedDatabase database;

    private EmbeddedServices(EmbeddedKafka kafka, EmbeddedDatabase database) {
        this.kafka = kafka;
        this.database = database;
    }

    /**
     * Both, ready for clients.
     *
     * @param durable whether a commit of the database waits until it is on the disk
     * @throws IllegalStateException if one does not start; the other is then closed
     */
    public static EmbeddedServices start(boolean durable) {
        return start(durable, EmbeddedKafka::start);
    }

    /**
     * Both, ready for clients, with a broker that is not the usual one.
     *
     * @param durable whether a commit of the database waits until it is on the disk
     * @param broker starts it
     * @throws IllegalStateException if one does not start; the other is then closed
     */
    public static EmbeddedServices start(boolean durable, Supplier<EmbeddedKafka> broker) {
        CompletableFuture<EmbeddedKafka> kafka = onItsOwnThread(broker);
        CompletableFuture<EmbeddedDatabase> database = onItsOwnThread(() -> EmbeddedDatabase.start(durable));
        try {
            CompletableFuture.allOf(kafka, database).join();
            return new EmbeddedServices(kafka.join(), database.join());
        } catch (CompletionException e) {
            ifStarted(kafka, EmbeddedKafka::close);
            ifStarted(database, EmbeddedDatabase::close);
            throw new IllegalStateException("the embedded services did not start", e.getCause());
        }
    }

    public EmbeddedKafka kafka() {
        return kafka;
    }

    public EmbeddedDatabase database() {
        return database;
    }

    /** Stops both and removes their folders. */
    @Override
    public void close() {
        try {
            kafka.close();
        } finally {
            database.close();
        }
    }

    private static <T> CompletableFuture<T> onItsOwnThread(Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, task -> new Thread(task, "embedded-services").start());
    }

    private static <T> void ifStarted(CompletableFuture<T> starting, Consumer<T> close) {
        if (!starting.isCompletedExceptionally()) {
            close.accept(starting.join());
        }
    }
}
