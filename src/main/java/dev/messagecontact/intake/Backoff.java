package dev.messagecontact.intake;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling up to a cap, with jitter so that workers do not come back at once. */
public final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration CAP = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private int failures;

    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after one more failure: between half of the step and all of it. */
    public Duration next() {
        long step = Math.min(FIRST.toMillis() << Math.min(failures++, 10), CAP.toMillis());
        return Duration.ofMillis(step / 2 + random.nextLong(step / 2 + 1));
    }

    /** Starts from the first step again. */
    public void reset() {
        failures = 0;
    }

    /** How many have failed in a row. */
    public int failures() {
        return failures;
    }
}
