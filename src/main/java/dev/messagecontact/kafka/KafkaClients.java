package dev.messagecontact.kafka;

import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of a worker's lanes, set up so that the promises hold. */
public final class KafkaClients {

    private static final int MEBIBYTE = 1024 * 1024;

    /** The largest record that our producers take, in bytes; topics may take less. */
    public static final int LARGEST_RECORD = 24 * MEBIBYTE;

    private static final Map<String, Object> PATIENCE = Map.of(
            // A server that says nothing is given up before it has cost us our place in the group.
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
            KafkaSettings.REQUEST_TIMEOUT_IN_MS,
            CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            5_000,
            // A name that cannot be resolved now is an outage like any other.
            CommonClientConfigs.BOOTSTRAP_RESOLVE_TIMEOUT_MS_CONFIG,
            Duration.ofDays(365).toMillis());

    private final WorkerSettings settings;

    public KafkaClients(WorkerSettings settings) {
        this.settings = settings;
    }

    public Admin admin() {
        Map<String, Object> config = new HashMap<>(PATIENCE);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KafkaSettings.API_TIMEOUT_IN_MS);
        config.putAll(settings.kafka().forAdmin());
        return Admin.create(config);
    }

    /** @param budget bounds what its polls return */
    public Consumer<byte[], byte[]> consumer(int lane, PollBudget budget) {
        Map<String, Object> config = new HashMap<>(PATIENCE);
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        // Two large batches. Kafka's 50 MiB would lie in memory twice: as it comes in, and as commands.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * MEBIBYTE);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KafkaSettings.API_TIMEOUT_IN_MS);
        config.putAll(settings.kafka().forConsumer());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, name(lane));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchSize());
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                settings.maxPollInterval().toMillis());
        // Offsets are committed by the producer's transaction, and never guessed.
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, budget.keys(), budget.values());
    }

    public Producer<byte[], byte[]> producer(int lane) {
        Map<String, Object> config = new HashMap<>(PATIENCE);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, MEBIBYTE / 8);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, KafkaSettings.DELIVERY_TIMEOUT_IN_MS);
        // The broker turns a transaction away while it finishes the one before, some 10 ms: the default would wait 100.
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        config.putAll(settings.kafka().forProducer());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name(lane));
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.transactionalId(lane));
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                settings.transactionTimeout().toMillis());
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private String name(int lane) {
        return settings.instance() + "-" + lane;
    }
}
