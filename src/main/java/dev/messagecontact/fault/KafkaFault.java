package dev.messagecontact.fault;

import java.util.List;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a failure of a Kafka client means for a lane. But for the hopeless ones the answer is always the same: throw the
 * producer away, go back to the committed offsets, wait, try again. The table in {@code ops/faults.md} says the same to
 * operators.
 */
public enum KafkaFault {
    /** Neither the cluster nor our settings will ever allow it: the worker stops. */
    HOPELESS(
            UnsupportedVersionException.class,
            UnsupportedForMessageFormatException.class,
            UnsupportedCompressionTypeException.class,
            UnsupportedAssignorException.class,
            InconsistentGroupProtocolException.class,
            InvalidGroupIdException.class,
            InvalidTopicException.class),
    /** Another process uses the same transactional id, or the broker has aborted a transaction that took too long. */
    FENCED(ProducerFencedException.class, InvalidProducerEpochException.class),
    /** The group has given our partitions to others, who answer what we could not. */
    MOVED(
            CommitFailedException.class,
            RebalanceInProgressException.class,
            IllegalGenerationException.class,
            UnknownMemberIdException.class,
            FencedMemberEpochException.class,
            StaleMemberEpochException.class,
            FencedInstanceIdException.class),
    /** The broker denies access or refuses a record; the worker continues when an operator has acted. */
    REFUSED(
            AuthenticationException.class,
            AuthorizationException.class,
            RecordTooLargeException.class,
            InvalidRecordException.class,
            InvalidTimestampException.class,
            PolicyViolationException.class),
    /** All else: the broker or the way to it is gone or slow, or the producer is beyond use. */
    OUTAGE;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<Class<? extends KafkaException>> kinds;

    @SafeVarargs
    KafkaFault(Class<? extends KafkaException>... kinds) {
        this.kinds = List.of(kinds);
    }

    /** What this failure means: the outermost cause that is in the table decides. */
    public static KafkaFault of(KafkaException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (KafkaFault fault : values()) {
                if (fault.covers(cause)) {
                    return fault;
                }
            }
        }
        return OUTAGE;
    }

    /** The exceptions of this kind; their subclasses count too. */
    List<Class<? extends KafkaException>> kinds() {
        return kinds;
    }

    /** A JVM does not try again to load a class that it could not load, such as one of a compression that needs a native library. */
    private boolean covers(Throwable cause) {
        return (this == HOPELESS && cause instanceof LinkageError)
                || kinds.stream().anyMatch(kind -> kind.isInstance(cause));
    }
}
