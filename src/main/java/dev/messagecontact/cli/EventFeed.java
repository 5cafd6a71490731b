package dev.messagecontact.cli;

import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed events of all event topics, from those that come after it was made or from the oldest. */
public final class EventFeed implements AutoCloseable {

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);

    private final EventTopics topics;
    private final Consumer<byte[], byte[]> consumer;

    /** The events that come from now on. */
    public EventFeed(KafkaSettings kafka, EventTopics topics) {
        this(kafka, topics, false);
    }

    public EventFeed(KafkaSettings kafka, EventTopics topics, boolean fromBeginning) {
        this.topics = topics;
        this.consumer = consumer(kafka);
        List<TopicPartition> partitions = new ArrayList<>();
        topics.all()
                .forEach(topic -> consumer.partitionsFor(topic)
                        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position); // now, not at the first poll
    }

    /** What has come, perhaps nothing; waits a moment for it. */
    public List<PublishedEvent> next() {
        List<PublishedEvent> next = new ArrayList<>();
        consumer.poll(LONGEST_POLL).forEach(record -> next.add(PublishedEvent.read(record, topics)));
        return next;
    }

    /** All that is there by now. */
    public List<PublishedEvent> rest() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<PublishedEvent> rest = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            rest.addAll(next());
        }
        return rest;
    }

    private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka) {
        Map<String, Object> properties = kafka.forConsumer();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
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
