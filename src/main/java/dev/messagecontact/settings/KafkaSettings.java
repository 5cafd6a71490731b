package dev.messagecontact.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;

/**
 * The brokers and what an operator wants the Kafka clients to know.
 *
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param kafkaProperties everything else that was set under {@code kafka.}, without that prefix; may hold secrets
 * @param files the files that some of these came from, by key; they are read again for each new client
 */
public record KafkaSettings(
        String bootstrapServers, Map<String, String> kafkaProperties, Map<String, SecretFile> files) {

    /** How long the worker's clients wait for one answer, unless set. */
    public static final int REQUEST_TIMEOUT_IN_MS = 10_000;

    /** How long the worker's producers try to deliver a record, unless set. */
    public static final int DELIVERY_TIMEOUT_IN_MS = 15_000;

    /** How long a call to the worker's clients may take, unless set. */
    public static final int API_TIMEOUT_IN_MS = 10_000;

    public KafkaSettings {
        kafkaProperties = Map.copyOf(kafkaProperties);
        files = Map.copyOf(files);
    }

    /** The properties for a consumer: the servers, keys that consumers know, and keys that no client knows. Returns a new map. */
    public Map<String, Object> forConsumer() {
        return knownTo(ConsumerConfig.configNames());
    }

    /** The properties for a producer: the servers, keys that producers know, and keys that no client knows. Returns a new map. */
    public Map<String, Object> forProducer() {
        return knownTo(ProducerConfig.configNames());
    }

    /** The properties for an admin client: the servers, keys that it knows, and keys that no client knows. Returns a new map. */
    public Map<String, Object> forAdmin() {
        return knownTo(AdminClientConfig.configNames());
    }

    /** What no client knows may be meant for a plug-in of any of them. */
    private Map<String, Object> knownTo(Set<String> clientKeys) {
        Map<String, Object> properties = new HashMap<>(kafkaProperties);
        files.forEach((key, file) -> properties.put(key, current(file)));
        properties.keySet().removeIf(key -> KafkaKeys.isKnown(key) && !clientKeys.contains(key));
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    /**
     * A file that cannot be read now counts as a fault of Kafka, after which the worker tries again: it may be about to
     * be replaced.
     */
    private static String current(SecretFile file) {
        try {
            return file.content();
        } catch (SettingsException e) {
            throw new KafkaException(e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        Map<String, String> printable = new TreeMap<>();
        kafkaProperties.forEach((key, value) -> printable.put(key, KafkaKeys.printable(key, value)));
        return "KafkaSettings[bootstrapServers=%s, kafkaProperties=%s]".formatted(bootstrapServers, printable);
    }
}
