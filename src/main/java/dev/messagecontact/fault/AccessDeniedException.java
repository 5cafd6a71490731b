package dev.messagecontact.fault;

import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The brokers refuse a right. The message names the topic, group or id, which their own words often leave out. */
@NullMarked
public final class AccessDeniedException extends AuthorizationException {

    private static final long serialVersionUID = 1L;
    private static final String ACCESS_DENIED = "access denied: ";

    private AccessDeniedException(String resource, Throwable cause) {
        super(ACCESS_DENIED + resource, cause);
    }

    /**
     * The failure as it is or, if it is a refused right, as one that names the resource.
     *
     * @param resource such as {@code topic message-contact.commands}
     */
    public static KafkaException naming(String resource, KafkaException failure) {
        return failure instanceof AuthorizationException ? new AccessDeniedException(resource, failure) : failure;
    }

    /** What was refused, in one line; empty if neither this failure nor a cause of it is a refused right. */
    public static Optional<String> in(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException refused) {
                return Optional.of(line(refused));
            }
        }
        return Optional.empty();
    }

    private static String line(AuthorizationException refused) {
        if (refused instanceof AccessDeniedException named) {
            return String.valueOf(named.getMessage());
        }
        if (refused instanceof TopicAuthorizationException topics
                && !topics.unauthorizedTopics().isEmpty()) {
            return ACCESS_DENIED + "topic " + String.join(", ", new TreeSet<>(topics.unauthorizedTopics()));
        }
        if (refused instanceof GroupAuthorizationException group && group.groupId() != null) {
            return ACCESS_DENIED + "group " + group.groupId();
        }
        return ACCESS_DENIED + refused.getClass().getSimpleName();
    }
}
