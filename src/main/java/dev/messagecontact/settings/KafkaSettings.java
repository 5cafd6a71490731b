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

    /** For a consumer: the servers, what consumers know, and what no client knows. A new map, the caller's own. */
    public Map<String, Object> forConsumer() {
        return knownTo(ConsumerConfig.configNames());
    }

    /** For a producer: the servers, what producers know, and what no client knows. A new map, the caller's own. */
    public Map<String, Object> forProducer() {
        return knownTo(ProducerConfig.configNames());
    }

    /** For an admin client: the servers, what it knows, and what no client knows. A new map, the caller's own. */
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

    /** Not being able to read it now is no reason to give up: whoever rotates it may be at it. */
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
