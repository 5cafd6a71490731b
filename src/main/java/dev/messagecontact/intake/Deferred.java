package dev.messagecontact.intake;

import dev.messagecontact.command.RecordId;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Requests whose directory somebody else has locked, each with the time by which it must be answered all the same. Their
 * number is bounded before they are taken: their offsets must fit into a committed offset. Not thread-safe.
 */
final class Deferred {

    static final int MOST = CommittedOffset.MOST_OPEN;

    private static final int DEADLINES_KEPT = 10 * MOST;

    private final long budgetNanos;

    /** Most locks are held for moments: no request is rejected for lack of room before this is over. */
    private final long patienceNanos;

    private final LongSupplier nanoTime;
    private final List<Request> requests = new ArrayList<>();

    /**
     * The deadlines of those that waited last, the first in front. They are kept over a fault, after which the same requests
     * come again, one partition's perhaps later than another's: a fault does not extend them.
     */
    private final Map<RecordId, Long> deadlines = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordId, Long> eldest) {
            return size() > DEADLINES_KEPT;
        }
    };

    private @Nullable Long noRoomSince;
    private boolean leftOut;

    /**
     * @param budget how long a request may wait
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    Deferred(Duration budget, LongSupplier nanoTime) {
        this.budgetNanos = budget.toNanos();
        this.patienceNanos = budget.dividedBy(5).toNanos();
        this.nanoTime = nanoTime;
    }

    /** What to settle now, in order; a request whose time is over can wait no longer. */
    List<Request> requests() {
        return leftOut ? List.of() : requests.stream().map(this::inTime).toList();
    }

    /** Those that wait are no part of the batch at hand; they come with the next one. */
    void leaveOut() {
        leftOut = true;
    }

    /** All that wait after a batch that has deferred these. */
    List<Request> with(List<Request> deferred) {
        if (!leftOut) {
            return deferred;
        }
        List<Request> all = new ArrayList<>(requests);
        all.addAll(deferred);
        return all;
    }

    /** The request as it is to be settled now: without waiting, if it has waited for long enough. */
    Request inTime(Request request) {
        Long deadline = deadlines.isEmpty() ? null : deadlines.get(request.position());
        boolean isOver = deadline != null && nanoTime.getAsLong() - deadline >= 0;
        return isOver ? request.withoutWaiting() : request;
    }

    /** What the next batch has for those that must wait. */
    Room room() {
        boolean turnsAway = noRoomSince != null && nanoTime.getAsLong() - noRoomSince >= patienceNanos;
        return new Room(leftOut ? MOST - requests.size() : MOST, turnsAway);
    }

    /** More had to wait than there was room for. */
    void foundNoRoom() {
        if (noRoomSince == null) {
            noRoomSince = nanoTime.getAsLong();
        }
    }

    /** A batch has deferred these; one that waited already keeps its deadline. */
    void replace(List<Request> deferred) {
        List<Request> all = with(deferred);
        leftOut = false;
        noRoomSince = all.size() < MOST ? null : noRoomSince;
        requests.clear();
        requests.addAll(all);
        if (!deferred.isEmpty()) {
            long deadline = nanoTime.getAsLong() + budgetNanos;
            deferred.forEach(request -> deadlines.putIfAbsent(request.position(), deadline));
        }
    }

    /**
     * Forgets the requests of all other partitions: they are somebody else's now.
     *
     * @return whether there were any
     */
    boolean keepOnly(Set<TopicPartition> partitions) {
        return requests.removeIf(request -> !partitions.contains(request.topicPartition()));
    }

    /** Forgets the requests, which come again, but not how long they have waited. */
    void forget() {
        leftOut = false;
        requests.clear();
    }
}
