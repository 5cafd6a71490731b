package dev.messagecontact.kafka;

import dev.messagecontact.fault.AccessDeniedException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for what an admin client was asked, or a producer was given to send. */
public final class KafkaFutures {

    private KafkaFutures() {}

    /** The answer when it comes, for callers that do not wait; it fails with the reason why there is none. */
    public static <T> CompletableFuture<T> later(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture();
    }

    /**
     * Puts each answer into a map when it comes, by what it is about.
     *
     * @return is done when all have come, and fails if one has; the others are in the map all the same
     */
    public static <T> KafkaFuture<Void> collect(Map<String, KafkaFuture<T>> answers, Map<String, T> into) {
        return KafkaFuture.allOf(answers.entrySet().stream()
                .map(answer -> answer.getValue().thenApply(told -> into.put(answer.getKey(), told)))
                .toArray(KafkaFuture[]::new));
    }

    /** The same of topics; the names of those that do not exist are put into a set. */
    public static <T> KafkaFuture<Void> collect(
            Map<String, KafkaFuture<T>> answers, Map<String, T> into, Set<String> unknown) {
        answers.forEach((topic, answer) -> answer.whenComplete((told, failure) -> {
            if (failure instanceof UnknownTopicOrPartitionException) {
                unknown.add(topic);
            }
        }));
        return collect(answers, into);
    }

    /** Why there is no answer, where {@link #later} or what follows it has failed. */
    public static KafkaException reason(Throwable failure) {
        Throwable reason = failure instanceof CompletionException ? failure.getCause() : failure;
        return reason instanceof KafkaException known ? known : new KafkaException(reason);
    }

    /**
     * Waits for the answer.
     *
     * @param resource what is asked for or written to, named if the brokers refuse it
     * @throws KafkaException the reason why there is none, and not an exception around it
     */
    public static <T> T get(String resource, Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause
                    ? AccessDeniedException.naming(resource, cause)
                    : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e); // interrupts the thread again
        }
    }

    /**
     * Waits for an answer that {@link #later} or what follows it gives.
     *
     * @throws KafkaException the reason why there is none
     */
    public static <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw reason(e);
        }
    }
}
