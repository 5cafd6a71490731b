package dev.messagecontact.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long, and how often, a test looks for a state that must come. */
public final class Waiting {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Waiting() {}

    /**
     * Awaitility with the limits of these tests. It looks at once, and on the thread of the test: a Kafka consumer may be
     * used by one thread only.
     */
    public static ConditionFactory await(String state) {
        return Awaitility.await(state)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .atMost(LIMIT);
    }
}
