package dev.messagecontact.durability;

import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.kafka.Retention;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * How long the command topic keeps commands. The broker is asked again now and then, and nobody waits for its answer: it is
 * told when it is next asked for. Any thread may call it.
 */
public final class CommandRetention implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final LongSupplier nanoTime;
    private final String topic;
    private final LastingAdmin admin;
    private @Nullable CompletableFuture<Retention> asked;
    private long nextQuestion;
    private double seconds = Double.NaN;
    private boolean closed;

    /**
     * Asks nothing yet, and connects to nobody.
     *
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public CommandRetention(WorkerSettings settings, LongSupplier nanoTime) {
        this.admin = new LastingAdmin(new KafkaClients(settings)::admin);
        this.nanoTime = nanoTime;
        this.topic = settings.topics().names().commands();
        this.nextQuestion = nanoTime.getAsLong();
    }

    /** The last answer, in seconds: infinite if commands are kept for ever, no number while it is not known. */
    public synchronized double seconds() {
        if (asked != null && asked.isDone()) {
            seconds = asked.isCompletedExceptionally() ? Double.NaN : seconds(asked.join());
            asked = null;
        }
        long now = nanoTime.getAsLong();
        if (!closed && asked == null && now - nextQuestion >= 0) {
            nextQuestion = now + INTERVAL.toNanos();
            asked = ask();
        }
        return seconds;
    }

    private static double seconds(Retention retention) {
        return retention.time() == null
                ? Double.POSITIVE_INFINITY
                : retention.time().toMillis() / 1000.0;
    }

    private @Nullable CompletableFuture<Retention> ask() {
        try {
            return admin.ask(client -> TopicConfiguration.ask(client, topic)).thenApply(TopicConfiguration::retention);
        } catch (KafkaException e) {
            return null; // such as a broker's name that nobody knows yet
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        admin.close();
    }
}
