package dev.messagecontact.workshop.bench;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads answers as a partner does, in read_committed, and notes how old their commands are. Not thread-safe. */
final class AnswerTimes implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EventTopics topics;
    private final List<Long> millis = new ArrayList<>();

    private AnswerTimes(KafkaConsumer<byte[], byte[]> consumer, EventTopics topics) {
        this.topics = topics;
        this.consumer = consumer;
    }

    static AnswerTimes of(WorkerSettings settings) {
        Map<String, Object> config = settings.kafka().forConsumer();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < settings.topics().partitions(); i++) {
            partitions.add(new TopicPartition(settings.topics().names().results(), i));
            partitions.add(new TopicPartition(settings.topics().names().errors(), i));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // now, not when the first answer is there
        return new AnswerTimes(consumer, settings.topics().names().events());
    }

    /** Takes what there is, waiting for no more than two milliseconds. */
    void read() {
        for (ConsumerRecord<byte[], byte[]> answer : consumer.poll(TICK)) {
            Instant command = Instant.parse(
                    requireNonNull(PublishedEvent.read(answer, topics).time()));
            millis.add(System.currentTimeMillis() - command.toEpochMilli());
        }
    }

    void readFor(int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            read();
        }
    }

    int count() {
        return millis.size();
    }

    /** In milliseconds; -1 if none was read. */
    long longest() {
        return millis.stream().mapToLong(Long::longValue).max().orElse(-1);
    }

    /** Forgets what was read. */
    void clear() {
        millis.clear();
    }

    /** @param cpuSeconds of the processes, for the commands that were sent in these seconds */
    Latency latency(int perSecond, int sent, double seconds, Map<String, Double> cpuSeconds) {
        Collections.sort(millis);
        double busy =
                cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum()
                        / (seconds * Runtime.getRuntime().availableProcessors());
        cpuSeconds.replaceAll((process, used) -> used * 1000 / sent);
        return new Latency(perSecond, count(), quantile(0.5), quantile(0.99), quantile(0.999), cpuSeconds, busy);
    }

    private long quantile(double share) {
        return millis.isEmpty() ? -1 : millis.get((int) Math.min(millis.size() - 1, Math.floor(share * millis.size())));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
