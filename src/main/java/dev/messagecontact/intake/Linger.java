package dev.messagecontact.intake;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How long a lane lets commands gather before it polls again. Each batch costs two transactions however small it is: at
 * some hundred commands per second a lane that never waits is busy with nothing else. The command that comes after a
 * pause, and a backlog, do not wait. Not thread-safe.
 */
final class Linger {

    private static final long LONGEST = Duration.ofMillis(8).toNanos();

    /** From here on the commands cost more than the transactions around them. */
    private static final int ENOUGH = 200;

    private final LongSupplier nanoTime;
    private long until;
    private int lastPoll;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    Linger(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.until = nanoTime.getAsLong();
    }

    /** A poll returned so many commands. */
    void took(int commands) {
        lastPoll = commands;
    }

    /** The batch's transactions are over. */
    void published() {
        until = nanoTime.getAsLong() + (isEnough() ? 0 : LONGEST);
    }

    /**
     * Waits as long as it takes to gather.
     *
     * @return false if the linger time had already passed
     */
    boolean await() {
        long nanos = until - nanoTime.getAsLong();
        LockSupport.parkNanos(nanos);
        return nanos > 0;
    }

    /** Whether the last poll alone is worth a batch. */
    boolean isEnough() {
        return lastPoll >= ENOUGH;
    }
}
