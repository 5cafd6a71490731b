package dev.messagecontact.cli;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Answers;
import dev.messagecontact.kafka.CommandClients;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.SettingsException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Says in one line what went wrong between a command that a person waits for and the brokers. */
final class ShortLived {

    private ShortLived() {}

    /**
     * What the work returns.
     *
     * @throws OperatorException if no broker answers in time
     */
    static <T> T admin(KafkaSettings kafka, Function<Admin, T> work) {
        return talk(kafka, () -> {
            try (Admin admin = new CommandClients(kafka).admin()) {
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
                    Answers.get("topic " + topic, description);
                } catch (UnknownTopicOrPartitionException e) {
                    throw new OperatorException("there is no topic %s; `contacts topics` creates it".formatted(topic));
                }
            });
            return topics;
        });
    }

    /** Says in our words what went wrong between a client and the brokers. */
    static <T> T talk(KafkaSettings kafka, Supplier<T> work) {
        try {
            return work.get();
        } catch (TimeoutException | BootstrapResolutionException e) {
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
