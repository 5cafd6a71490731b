package dev.messagecontact.cli;

import dev.messagecontact.kafka.CommandClients;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

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
        this.consumer = new CommandClients(kafka).follower();
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

    @Override
    public void close() {
        consumer.close();
    }
}
