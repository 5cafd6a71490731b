package dev.messagecontact.intake;

import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.kafka.TopicConfiguration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * How large a dead letter may be. The lane's thread looks, while no batch is under way, and the thread that publishes a batch
 * reads: as with the publisher ({@link PublishingThread}), never both at once.
 */
final class DeadLetterTopic {

    private final LastingAdmin admin;
    private final String name;
    private int largestRecord = TopicConfiguration.USUAL_LARGEST_RECORD;

    DeadLetterTopic(LastingAdmin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    /**
     * Asks the broker anew: the limit may have been changed.
     *
     * @throws KafkaException if the broker does not answer
     */
    void look() {
        try {
            TopicConfiguration configuration =
                    TopicConfiguration.get(name, admin.ask(client -> TopicConfiguration.ask(client, name)));
            largestRecord = Math.min(configuration.largestRecord(), KafkaClients.LARGEST_RECORD);
        } catch (AuthorizationException e) {
            // We may not read the configuration: the last known limit holds.
        }
    }

    /** The largest record, in bytes, with all that a batch of one record adds. */
    int largestRecord() {
        return largestRecord;
    }
}
