package dev.messagecontact.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** The settings of the three Kafka clients, and those that an operator may not set. */
final class KafkaKeys {

    private static final String PROMISE = "the worker's promises depend on it";
    private static final String OWN_CODE = "the worker reads and writes bytes";

    /** Why a key cannot be set. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("group.id", "set WORKER_GROUP_ID instead"),
            Map.entry("group.instance.id", "several lanes would share it"),
            Map.entry("max.poll.records", "set WORKER_BATCH_SIZE instead"),
            Map.entry("max.poll.interval.ms", "set WORKER_MAX_POLL_INTERVAL instead"),
            Map.entry("transaction.timeout.ms", "set WORKER_TRANSACTION_TIMEOUT instead"),
            Map.entry("transactional.id", "set WORKER_TRANSACTIONAL_ID_PREFIX and WORKER_INSTANCE instead"),
            Map.entry("transaction.two.phase.commit.enable", PROMISE),
            Map.entry("auto.offset.reset", "set OFFSETS_GAP instead"),
            Map.entry("enable.auto.commit", PROMISE),
            Map.entry("isolation.level", PROMISE),
            Map.entry("acks", PROMISE),
            Map.entry("max.request.size", "the topics' max.message.bytes decides"),
            Map.entry("enable.idempotence", PROMISE),
            Map.entry("partitioner.ignore.keys", PROMISE),
            Map.entry("key.serializer", OWN_CODE),
            Map.entry("value.serializer", OWN_CODE),
            Map.entry("key.deserializer", OWN_CODE),
            Map.entry("value.deserializer", OWN_CODE));

    /** Lists of classes. The clients check those of one class by themselves, and these only when they are made. */
    private static final Set<String> CLASSES = Set.of(
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    private static final Map<String, ConfigKey> KNOWN = known();

    private KafkaKeys() {}

    static boolean isKnown(String key) {
        return KNOWN.containsKey(key);
    }

    static Set<String> all() {
        return new TreeSet<>(KNOWN.keySet());
    }

    /** Why this key cannot be set; null if it can. */
    static @Nullable String refusal(String key) {
        return REFUSED.get(key);
    }

    /** Whether a client accepts this value; a value from a configuration provider cannot be checked. */
    static boolean isAcceptable(String key, String value) {
        ConfigKey known = KNOWN.get(key);
        if (known == null || value.contains("${")) {
            return true;
        }
        try {
            Object parsed = ConfigDef.parseType(key, value, known.type);
            if (known.validator != null) {
                known.validator.ensureValid(key, parsed);
            }
            return !CLASSES.contains(key) || ((List<?>) parsed).stream().allMatch(KafkaKeys::isClass);
        } catch (ConfigException e) {
            return false;
        }
    }

    private static boolean isClass(Object name) {
        try {
            Class.forName(String.valueOf(name), false, Utils.getContextOrKafkaClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** The value, or a mask where it is a secret or could be one. */
    static String printable(String key, String value) {
        ConfigKey known = KNOWN.get(key);
        return known == null || known.type == ConfigDef.Type.PASSWORD ? Secret.MASK : value;
    }

    private static Map<String, ConfigKey> known() {
        Map<String, ConfigKey> keys = new HashMap<>();
        keys.putAll(ConsumerConfig.configDef().configKeys());
        keys.putAll(ProducerConfig.configDef().configKeys());
        keys.putAll(AdminClientConfig.configDef().configKeys());
        return Map.copyOf(keys);
    }
}
