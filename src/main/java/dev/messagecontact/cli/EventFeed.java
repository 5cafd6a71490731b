package dev.messagecontact.cli;

import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed events of all event topics, from those that come after it was made or from the oldest. */
public final class EventFeed implements AutoCloseable {

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);

    /** How soon a partition that was added is noticed. */
    private static final int METADATA_MAX_AGE_IN_MS = 2_000;

    private final Consumer<byte[], byte[]> consumer;
    private final List<String> topics;
    private long lastLook = System.nanoTime();

    /** The events that come from now on. */
    public EventFeed(KafkaSettings kafka, TopicNames topics) {
        this(kafka, topics, false);
    }

    public EventFeed(KafkaSettings kafka, TopicNames topics, boolean fromBeginning) {
        consumer = consumer(kafka);
        this.topics = topics.all().stream()
                .filter(topic -> !topic.equals(topics.commands()))
                .toList();
        Set<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position); // now, not at the first poll
    }

    /** What has come, perhaps nothing; waits a moment for it. */
    public Iterable<ConsumerRecord<byte[], byte[]>> next() {
        if (System.nanoTime() - lastLook
                > Duration.ofMillis(METADATA_MAX_AGE_IN_MS).toNanos()) {
            followAddedPartitions();
            lastLook = System.nanoTime();
        }
        return consumer.poll(LONGEST_POLL);
    }

    /** All that is there by now. */
    public List<ConsumerRecord<byte[], byte[]>> rest() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<ConsumerRecord<byte[], byte[]>> rest = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            next().forEach(rest::add);
        }
        return rest;
    }

    /** All that stands in a partition that was added has come after the feed was made. */
    private void followAddedPartitions() {
        Set<TopicPartition> added = partitions();
        added.removeAll(consumer.assignment());
        if (!added.isEmpty()) {
            Set<TopicPartition> all = new HashSet<>(consumer.assignment());
            all.addAll(added);
            consumer.assign(all); // the others keep their places
            consumer.seekToBeginning(added);
        }
    }

    /** Those that the client knows of, which asks the brokers again after each {@link #METADATA_MAX_AGE_IN_MS}. */
    private Set<TopicPartition> partitions() {
        Set<TopicPartition> partitions = new HashSet<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka) {
        Map<String, Object> properties = kafka.forConsumer();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_IN_MS);
        // In no group: it commits nothing and stands in nobody's way.
        properties.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ShortLived.PATIENCE_IN_MS);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
