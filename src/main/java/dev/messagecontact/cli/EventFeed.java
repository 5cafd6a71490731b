package dev.messagecontact.cli;

import dev.messagecontact.kafka.OperatorClients;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The committed events of all event topics, from those that come after it was made or from the oldest. */
public final class EventFeed implements AutoCloseable {

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);

    /** How soon a partition that was added is noticed. */
    private static final int METADATA_MAX_AGE_IN_MS = 2_000;

    private final Consumer<byte[], byte[]> consumer;
    private final EventTopics topics;
    private long lastLook = System.nanoTime();

    /** The events that come from now on. */
    public EventFeed(KafkaSettings kafka, EventTopics topics) {
        this(kafka, topics, false);
    }

    public EventFeed(KafkaSettings kafka, EventTopics topics, boolean fromBeginning) {
        this.consumer = new OperatorClients(kafka).follower(METADATA_MAX_AGE_IN_MS);
        this.topics = topics;
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
    public List<PublishedEvent> next() {
        if (System.nanoTime() - lastLook
                > Duration.ofMillis(METADATA_MAX_AGE_IN_MS).toNanos()) {
            followAddedPartitions();
            lastLook = System.nanoTime();
        }
        List<PublishedEvent> next = new ArrayList<>();
        consumer.poll(LONGEST_POLL).forEach(record -> next.add(PublishedEvent.read(record, topics)));
        return next;
    }

    /** The events that are there by now. */
    public List<PublishedEvent> rest() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<PublishedEvent> rest = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            rest.addAll(next());
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
        for (String topic : topics.all()) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
