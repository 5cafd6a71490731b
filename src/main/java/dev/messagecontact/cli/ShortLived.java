package dev.messagecontact.cli;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.SettingsException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka clients of a command that a person waits for: they give up soon and say so in one line. */
final class ShortLived {

    static final String PATIENCE_IN_MS = "15000";

    private ShortLived() {}

    /**
     * What the work returns.
     *
     * @throws OperatorException if no broker answers in time
     */
    static <T> T admin(KafkaSettings kafka, Function<Admin, T> work) {
        Map<String, Object> properties = kafka.forAdmin();
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_IN_MS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        // A name that cannot be resolved yet is a broker that does not answer yet.
        properties.putIfAbsent(AdminClientConfig.BOOTSTRAP_RESOLVE_TIMEOUT_MS_CONFIG, PATIENCE_IN_MS);
        return talk(kafka, () -> {
            try (Admin admin = Admin.create(properties)) {
                return work.apply(admin);
            }
        });
    }

    /**
     * Makes sure that topics are there, without making the broker create them.
     *
     * @throws OperatorException if one is missing or no broker answers in time
     */
    static void requireTopics(KafkaSettings kafka, Collection<String> topics) {
        admin(kafka, admin -> {
            admin.describeTopics(topics).topicNameValues().forEach((topic, description) -> {
                try {
                    description.get();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof UnknownTopicOrPartitionException
                            ? new OperatorException(
                                    "there is no topic %s; `contacts topics` creates it".formatted(topic))
                            : AccessDeniedException.naming(
                                    "topic " + topic, (KafkaException) requireNonNull(e.getCause()));
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                }
            });
            return topics;
        });
    }

    /** Says in our words what went wrong between a client and the brokers. */
    static <T> T talk(KafkaSettings kafka, Supplier<T> work) {
        try {
            return work.get();
        } catch (TimeoutException e) {
            throw new OperatorException("no answer in time from the brokers at " + kafka.bootstrapServers(), e);
        } catch (ConfigException e) {
            throw bad();
        } catch (KafkaException e) {
            if (e.getCause() instanceof ConfigException) {
                throw bad();
            }
            throw e;
        }
    }

    /** The client's own words may hold the value. */
    private static SettingsException bad() {
        return new SettingsException("KAFKA_ settings do not go together: the Kafka client does not accept them");
    }
}
