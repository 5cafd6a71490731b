package dev.messagecontact.workshop.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts answers as a partner sees them, in read_committed, on a thread of its own. */
final class AnswerCount implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong count = new AtomicLong();
    private final Thread thread = new Thread(this::read, "answers");

    private AnswerCount(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    static AnswerCount start(String bootstrapServers, List<String> topics) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        topics.forEach(topic -> consumer.partitionsFor(topic)
                .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition()))));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        AnswerCount answers = new AnswerCount(consumer);
        answers.thread.setDaemon(true);
        answers.thread.start();
        return answers;
    }

    long count() {
        return count.get();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (consumer) {
            while (!Thread.currentThread().isInterrupted()) {
                count.addAndGet(consumer.poll(Duration.ofSeconds(1)).count());
            }
        } catch (WakeupException closed) {
            // the end
        }
    }
}
