package dev.messagecontact.intake;

import dev.messagecontact.command.RecordId;
import dev.messagecontact.registration.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Requests whose directory somebody else has locked, each with the time by which it must be answered all the same. Their
 * number is bounded before they are taken: their offsets must fit into the metadata of a committed offset, of which brokers
 * take 4,096 bytes ({@code offset.metadata.max.bytes}). Not thread-safe.
 */
final class Deferred {

    /** Each takes at most 12 bytes of the metadata: a comma and a distance of up to 11 digits. */
    static final int MOST = 300;

    private final long budgetNanos;
    private final LongSupplier nanoTime;
    private final List<Request> requests = new ArrayList<>();

    /** Kept over a fault, after which the same requests come again: a fault gives nobody more time. */
    private final Map<RecordId, Long> deadlines = new HashMap<>();

    /**
     * Nobody waits yet.
     *
     * @param budget how long a request may wait
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    Deferred(Duration budget, LongSupplier nanoTime) {
        this.budgetNanos = budget.toNanos();
        this.nanoTime = nanoTime;
    }

    /** What to settle now, in order; a request whose time is over can wait no longer. */
    List<Request> requests() {
        return requests.stream().map(this::inTime).toList();
    }

    /** The request as it is to be settled now: without waiting, if it has waited for long enough. */
    Request inTime(Request request) {
        Long deadline = deadlines.isEmpty() ? null : deadlines.get(request.position());
        boolean isOver = deadline != null && nanoTime.getAsLong() - deadline >= 0;
        return isOver ? request.withoutWaiting() : request;
    }

    /** Replaces those that wait; one that waited already keeps its deadline. */
    void replace(List<Request> deferred) {
        requests.clear();
        requests.addAll(deferred);
        if (deferred.isEmpty() && deadlines.isEmpty()) {
            return;
        }
        Map<RecordId, Long> before = Map.copyOf(deadlines);
        long deadline = nanoTime.getAsLong() + budgetNanos;
        deadlines.clear();
        deferred.forEach(
                request -> deadlines.put(request.position(), before.getOrDefault(request.position(), deadline)));
    }

    /** Forgets the requests of all other partitions: they are somebody else's now. */
    void keepOnly(Set<TopicPartition> partitions) {
        requests.removeIf(request -> !partitions.contains(partitionOf(request)));
    }

    /** Forgets the requests, which come again, but not how long they have waited. */
    void forget() {
        requests.clear();
    }

    /** Of these requests, the offsets of those of this partition. */
    static List<Long> offsets(List<Request> requests, TopicPartition partition) {
        return requests.stream()
                .filter(request -> partitionOf(request).equals(partition))
                .map(request -> request.position().offset())
                .toList();
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Whether no more may come before some are answered. */
    boolean isFull() {
        return requests.size() >= MOST;
    }

    private static TopicPartition partitionOf(Request request) {
        return new TopicPartition(
                request.envelope().record().topic(), request.position().partition());
    }
}
