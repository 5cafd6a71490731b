package dev.messagecontact.support;

import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long, and how often, a test looks for a state that must come. */
public final class Waiting {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration BETWEEN_FIRST_LOOKS = Duration.ofMillis(10);
    private static final Duration BETWEEN_LATER_LOOKS = Duration.ofMillis(100);

    private Waiting() {}

    /**
     * Awaitility with the limits of these tests. It looks at once, and on the thread of the test: a Kafka consumer may be
     * used by one thread only.
     */
    public static ConditionFactory await(String state) {
        return Awaitility.await(state)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(iterative(Waiting::longer, BETWEEN_FIRST_LOOKS))
                .atMost(LIMIT);
    }

    /** What comes soon is seen soon; to look often at what takes seconds slows it down. */
    private static Duration longer(Duration last) {
        Duration next = last.multipliedBy(3).dividedBy(2);
        return next.compareTo(BETWEEN_LATER_LOOKS) < 0 ? next : BETWEEN_LATER_LOOKS;
    }
}
