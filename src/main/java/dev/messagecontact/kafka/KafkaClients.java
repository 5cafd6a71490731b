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
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of lanes and of commands that do a lane's work, set up so that the promises hold. */
public final class KafkaClients {

    private static final int MEBIBYTE = 1024 * 1024;

    /** The largest record that our producers take, in bytes; topics may take less. */
    public static final int LARGEST_RECORD = 24 * MEBIBYTE;

    private static final Map<String, Object> PATIENCE = Map.of(
            // A server that does not answer is given up before the group removes this member.
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
        return new BoundedAdmin(config);
    }

    /** @param budget bounds what its polls return */
    public Consumer<byte[], byte[]> consumer(int lane, PollBudget budget) {
        Map<String, Object> config = new HashMap<>(PATIENCE);
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        // Two large batches. Kafka's 50 MiB would lie in memory twice: as it comes in, and as commands.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * MEBIBYTE);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KafkaSettings.API_TIMEOUT_IN_MS);
        config.putAll(settings.kafka().forConsumer());
        String protocol = String.valueOf(config.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
        if (protocol.trim().equalsIgnoreCase("consumer")) { // as the client reads it
            // Each topic in equal shares, and a directory's partition of both to one lane: the broker's default would
            // give all commands to one lane and all outcomes to another.
            config.putIfAbsent(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
        }
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, name(lane));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, budget.mostRecords(settings.batchSize()));
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                settings.maxPollInterval().toMillis());
        // Offsets are committed by the producer's transaction, and never guessed.
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, budget.keys(), budget.values());
    }

    /** Makes the transactional producer of a lane. */
    public Producer<byte[], byte[]> producer(int lane) {
        return transactional(name(lane), settings.transactionalId(lane), LARGEST_RECORD);
    }

    /**
     * Makes the transactional producer of a replay, with the settings of a lane's.
     *
     * @param task names it; a second producer of one task ends the transactions of the first
     */
    public Producer<byte[], byte[]> replayProducer(String task) {
        return transactional(task, transactionalId(task), LARGEST_RECORD);
    }

    /**
     * Makes the transactional producer of a task that sends again what publishers have sent, with the settings of a lane's but for
     * the largest record: only the command topic limits how large that is.
     */
    public Producer<byte[], byte[]> resendingProducer(String task) {
        return transactional(task, transactionalId(task), Integer.MAX_VALUE / 4);
    }

    /** The transactional id of a recovery command's task. */
    public String transactionalId(String task) {
        return "%s-%s-%s".formatted(settings.transactionalIdPrefix(), settings.groupId(), task);
    }

    private Producer<byte[], byte[]> transactional(String name, String transactionalId, int largestRecord) {
        return new KafkaProducer<>(
                transactionalConfig(name, transactionalId, largestRecord),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private Map<String, Object> transactionalConfig(String name, String transactionalId, int largestRecord) {
        Map<String, Object> config = new HashMap<>(PATIENCE);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, MEBIBYTE / 8);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, KafkaSettings.DELIVERY_TIMEOUT_IN_MS);
        // The broker turns a transaction away while it finishes the one before, some 10 ms: the default would wait 100.
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        config.putAll(settings.kafka().forProducer());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                settings.transactionTimeout().toMillis());
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestRecord);
        return config;
    }

    /** Returns what a transaction needs to commit offsets of a group that has no members, and only keeps offsets. */
    public ConsumerGroupMetadata groupWithoutMembers(String group) {
        Map<String, Object> config = settings.kafka().forConsumer();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.groupMetadata();
        }
    }

    private String name(int lane) {
        return settings.instance() + "-" + lane;
    }
}
