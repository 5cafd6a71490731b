package dev.messagecontact.intake;

import dev.messagecontact.kafka.Answers;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.LastingAdmin;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * How large a dead letter may be. The lane's thread looks, while no batch is under way, and the thread that publishes a batch
 * reads: as with the publisher ({@link PublishingThread}), never both at once.
 */
final class DeadLetterTopic {

    /** What brokers allow if nobody says otherwise. */
    private static final int USUAL_LIMIT = 1024 * 1024 + 12;

    private final LastingAdmin admin;
    private final String name;
    private int largestRecord = USUAL_LIMIT;

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
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            Map<ConfigResource, Config> configs = Answers.get(
                    "configuration of topic " + name,
                    admin.ask(client -> client.describeConfigs(List.of(topic)).all()));
            Config config = configs.get(topic);
            ConfigEntry limit = config == null ? null : config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            if (limit != null && limit.value() != null) {
                largestRecord = Math.min(Integer.parseInt(limit.value()), KafkaClients.LARGEST_RECORD);
            }
        } catch (AuthorizationException e) {
            // It is not ours to know.
        }
    }

    /** In bytes, with all that a batch of one record adds. */
    int largestRecord() {
        return largestRecord;
    }
}
