package dev.messagecontact.intake;

import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.fault.OperatorException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a lane waits after a failure, what it says of it, and when it gives up. Only the lane's thread may call it. */
final class Recovery {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final Backoff backoff;
    private final FencingGuard fencingGuard;
    private final LaneListener listener;

    Recovery(Backoff backoff, FencingGuard fencingGuard, LaneListener listener) {
        this.backoff = backoff;
        this.fencingGuard = fencingGuard;
        this.listener = listener;
    }

    /**
     * The wait before the next attempt.
     *
     * @throws OperatorException if no attempt will ever succeed
     */
    Duration failed(RuntimeException fault) {
        requireHope(fault);
        Duration wait = backoff.next();
        log.warn(
                "attempt {} failed, next one in {} ms: {}", backoff.failures(), wait.toMillis(), Fault.describe(fault));
        return wait;
    }

    private void requireHope(RuntimeException fault) {
        if (fault instanceof KafkaException failure) {
            KafkaFault kind = KafkaFault.of(failure);
            if (kind == KafkaFault.HOPELESS) {
                throw new OperatorException(
                        "the brokers lack something that the worker needs: " + Fault.describe(failure), failure);
            }
            if (kind == KafkaFault.FENCED) {
                fencingGuard.fenced();
            }
        }
    }

    /** How many attempts have failed in a row. */
    int failures() {
        return backoff.failures();
    }

    /**
     * There is evidence that the lane is well: commands were answered, or it is a member with partitions, or with a
     * reason to have none, and no command waits.
     */
    void succeeded() {
        if (backoff.failures() > 0) {
            log.info("recovered after {} failed attempts", backoff.failures());
            backoff.reset();
            listener.recovered();
        }
    }
}
