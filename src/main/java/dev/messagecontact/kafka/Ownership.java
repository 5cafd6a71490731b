package dev.messagecontact.kafka;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * Calls of a consumer about partitions that it may own no more. The client drops partitions in the background, when it loses its
 * place in the group, and says so in the next poll; until then its methods fail with an exception that is none of Kafka's.
 */
public final class Ownership {

    private Ownership() {}

    /**
     * What the call returns.
     *
     * @throws RebalanceInProgressException if the partition was taken away
     */
    public static <T> T whileOurs(Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalStateException e) {
            throw new RebalanceInProgressException("a partition was taken away: " + e.getMessage(), e);
        }
    }

    /** The same for a call that returns nothing. */
    public static void whileOurs(Runnable call) {
        whileOurs(() -> {
            call.run();
            return true;
        });
    }
}
