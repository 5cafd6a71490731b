package dev.messagecontact.intake;

import dev.messagecontact.fault.OperatorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Notices when two lanes use one transactional id and take it from each other in turn. A broker that ends a transaction
 * which took too long looks the same once, but not again and again. Only the lane's thread may call it.
 */
final class FencingGuard {

    private static final int TOO_OFTEN = 5;
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final String transactionalId;
    private final LongSupplier nanoTime;
    private final Deque<Long> fenced = new ArrayDeque<>();

    /** @param nanoTime a clock as {@link System#nanoTime} */
    FencingGuard(String transactionalId, LongSupplier nanoTime) {
        this.transactionalId = transactionalId;
        this.nanoTime = nanoTime;
    }

    /**
     * Notes that the id was taken from us. The rival goes on when we stop: who is fenced so often first gives way.
     *
     * @throws OperatorException if it was the fifth time within a minute
     */
    void fenced() {
        long now = nanoTime.getAsLong();
        fenced.addLast(now);
        while (now - fenced.getFirst() > WITHIN.toNanos()) {
            fenced.removeFirst();
        }
        if (fenced.size() >= TOO_OFTEN) {
            throw new OperatorException(
                    ("another process uses the transactional id %s and fenced this one %d times within a minute; "
                                    + "give each process a WORKER_INSTANCE of its own, and each environment a "
                                    + "WORKER_TRANSACTIONAL_ID_PREFIX of its own")
                            .formatted(transactionalId, fenced.size()));
        }
    }
}
