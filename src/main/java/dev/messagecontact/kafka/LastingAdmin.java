package dev.messagecontact.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An admin client that is replaced by a fresh one when it is dead. An Error ends its thread for good: memory may run out, as
 * when a server that is not Kafka answers, and the client takes its first four bytes for the length of a reply. From then on it
 * refuses every question. Any thread may call it.
 */
public final class LastingAdmin implements AutoCloseable {

    private final Supplier<Admin> admins;
    private @Nullable Admin current;
    private boolean closed;

    /**
     * Without a client, until somebody asks.
     *
     * @param admins makes clients
     */
    public LastingAdmin(Supplier<Admin> admins) {
        this.admins = admins;
    }

    /** The answer when it comes, for callers that do not wait; it fails with the reason why there is none. */
    public <T> CompletableFuture<T> ask(Function<Admin, KafkaFuture<T>> question) {
        Admin asked = now();
        CompletableFuture<T> answer = KafkaFutures.later(question.apply(asked));
        if (!isRefused(answer)) {
            return answer;
        }
        discard(asked);
        return KafkaFutures.later(question.apply(now()));
    }

    /** The client of now, for questions that may fail. */
    public synchronized Admin now() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        Admin admin = current == null ? admins.get() : current;
        current = admin;
        return admin;
    }

    /** A client whose thread lives asks the broker: it cannot find at once that the time is over. */
    private static boolean isRefused(CompletableFuture<?> answer) {
        return answer.isCompletedExceptionally()
                && answer.handle((none, failure) -> KafkaFutures.reason(failure) instanceof TimeoutException)
                        .join();
    }

    private void discard(Admin dead) {
        synchronized (this) {
            current = current == dead ? null : current;
        }
        end(dead);
    }

    /** Not under the lock: it waits for the client's thread, which may be about to ask the next question. */
    private static void end(Admin admin) {
        admin.close(Duration.ZERO);
    }

    @Override
    public void close() {
        Admin last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        if (last != null) {
            end(last);
        }
    }
}
