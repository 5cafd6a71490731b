package dev.messagecontact.cli;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.CommandClients;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.SettingsException;
import dev.messagecontact.settings.WorkerSettings;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.TimeoutException;

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

    /** Makes sure that all topics of a worker are there; see {@link #requireTopics(KafkaSettings, Collection)}. */
    static void requireTopics(WorkerSettings settings) {
        requireTopics(settings.kafka(), settings.topics().names().all());
    }

    /**
     * Makes sure that topics are there, without making the brokers create them.
     *
     * @throws OperatorException if one is missing or no broker answers in time
     */
    static void requireTopics(KafkaSettings kafka, Collection<String> topics) {
        admin(kafka, admin -> {
            Broker.requireTopics(admin, topics);
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
