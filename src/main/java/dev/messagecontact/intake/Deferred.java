package dev.messagecontact.intake;

import dev.messagecontact.registration.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/** Requests whose directory somebody else has locked, each with the time by which it must be answered all the same. */
final class Deferred {

    /** So many fit into the metadata of a committed offset with room to spare. */
    private static final int CROWDED = 300;

    private final long budgetNanos;
    private final LongSupplier nanoTime;
    private final List<Entry> entries = new ArrayList<>();

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
        long now = nanoTime.getAsLong();
        List<Request> requests = new ArrayList<>();
        for (Entry entry : entries) {
            requests.add(now - entry.deadline >= 0 ? entry.request.withoutWaiting() : entry.request);
        }
        return requests;
    }

    /** Replaces those that wait; one that waited already keeps its deadline. */
    void replace(List<Request> deferred) {
        Map<Object, Long> deadlines = new HashMap<>();
        entries.forEach(entry -> deadlines.put(entry.request.position(), entry.deadline));
        entries.clear();
        long deadline = nanoTime.getAsLong() + budgetNanos;
        for (Request request : deferred) {
            entries.add(new Entry(request, deadlines.getOrDefault(request.position(), deadline)));
        }
    }

    /** Forgets the requests of all other partitions: they are somebody else's now. */
    void keepOnly(Set<TopicPartition> partitions) {
        entries.removeIf(entry -> !partitions.contains(partitionOf(entry.request)));
    }

    void clear() {
        entries.clear();
    }

    /** The offsets of the requests of this partition. */
    List<Long> offsets(TopicPartition partition) {
        return entries.stream()
                .filter(entry -> partitionOf(entry.request).equals(partition))
                .map(entry -> entry.request.position().offset())
                .toList();
    }

    int size() {
        return entries.size();
    }

    /** The lowest of their timestamps; {@link Long#MAX_VALUE} if there is none. */
    long oldest() {
        return entries.stream()
                .mapToLong(entry -> entry.request.envelope().timestamp())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Whether no more may come before some are answered. */
    boolean isCrowded() {
        return entries.size() >= CROWDED;
    }

    private static TopicPartition partitionOf(Request request) {
        return new TopicPartition(
                request.envelope().record().topic(), request.position().partition());
    }

    /** @param deadline in the clock's nanoseconds */
    private record Entry(Request request, long deadline) {}
}
