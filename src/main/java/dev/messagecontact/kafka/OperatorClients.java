package dev.messagecontact.kafka;

import dev.messagecontact.settings.KafkaSettings;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Makes the Kafka clients of a command that a person waits for: they give up after 15 seconds unless the settings say
 * otherwise. Their consumers are in no group, so they commit nothing and take no partition from a worker.
 */
public final class OperatorClients {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int PATIENCE_MILLIS = 15_000;

    /** The most records that one poll of a {@link #reader} gives. */
    static final int MOST_RECORDS = 2_000;

    private final KafkaSettings kafka;

    /** Clients of the brokers in these settings. */
    public OperatorClients(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** Makes an admin client. */
    public Admin admin() {
        Map<String, Object> config = kafka.forAdmin();
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        // A name that cannot be resolved yet is a broker that does not answer yet.
        config.putIfAbsent(AdminClientConfig.BOOTSTRAP_RESOLVE_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return new BoundedAdmin(config);
    }

    /**
     * Makes a consumer that follows topics; where records are deleted before it reads them, it skips them.
     *
     * @param metadataMaxAgeMillis how soon it notices a partition that was added
     */
    public Consumer<byte[], byte[]> follower(int metadataMaxAgeMillis) {
        Map<String, Object> config = kafka.forConsumer();
        config.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, metadataMaxAgeMillis);
        return consumer(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Makes a consumer that reads topics from end to end in large fetches; where records are deleted before it reads
     * them, it fails. An hour of reading should survive a broker's restart, so it has Kafka's own, longer patience.
     *
     * @param budget bounds what its polls return
     */
    Consumer<byte[], byte[]> reader(PollBudget budget) {
        Map<String, Object> config = kafka.forConsumer();
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * MEBIBYTE);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 * MEBIBYTE);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50); // a consumer's end waits for its last fetch
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return consumer(config, budget.keys(), budget.values());
    }

    private static Consumer<byte[], byte[]> consumer(
            Map<String, Object> config, Deserializer<byte[]> keys, Deserializer<byte[]> values) {
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, keys, values);
    }

    /**
     * Makes a producer whose records are all acknowledged by every in-sync replica.
     *
     * @param largestRecord in bytes
     */
    public Producer<byte[], byte[]> producer(int largestRecord) {
        Map<String, Object> config = kafka.forProducer();
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestRecord);
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
