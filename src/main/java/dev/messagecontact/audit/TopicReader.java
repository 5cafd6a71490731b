package dev.messagecontact.audit;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads parts of topics from end to end, committed records only. It is in no group and moves nobody's offsets. */
final class TopicReader {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final Duration LONGEST_POLL = Duration.ofMillis(500);

    private final KafkaSettings kafka;
    private final Duration patience;

    /** @param patience how long nothing may come although more must */
    TopicReader(KafkaSettings kafka, Duration patience) {
        this.kafka = kafka;
        this.patience = patience;
    }

    /**
     * Gives every committed record, in the order of each partition.
     *
     * @param progress hears how many offsets are behind us
     * @throws AuditFailedException if a transaction stays open before the end, or records are deleted before we read them
     */
    void read(
            Map<TopicPartition, Offsets> parts,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each,
            LongConsumer progress) {
        Map<TopicPartition, Offsets> open = new HashMap<>(parts);
        open.values().removeIf(offsets -> offsets.size() <= 0);
        if (open.isEmpty()) {
            return;
        }
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(open.keySet());
            open.forEach((partition, offsets) -> consumer.seek(partition, offsets.begin()));
            read(consumer, open, each, progress);
        } catch (OffsetOutOfRangeException e) {
            throw new AuditFailedException(
                    "records of %s were deleted before they could be read; try again".formatted(topics(parts)), e);
        }
    }

    private void read(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Offsets> open,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each,
            LongConsumer progress) {
        long finished = 0;
        long last = 0;
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(LONGEST_POLL);
            for (TopicPartition partition : records.partitions()) {
                give(records.records(partition), requireNonNull(open.get(partition)), each);
            }
            finished += close(consumer, open);
            long done = finished + passed(consumer, open);
            progress.accept(done);
            if (done > last) {
                last = done;
                deadline = System.nanoTime() + patience.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new AuditFailedException(
                        "%s cannot be read to the end: for %d s nothing came, as if a transaction were left open"
                                .formatted(topics(open), patience.toSeconds()));
            }
        }
    }

    private static void give(
            List<ConsumerRecord<byte[], byte[]>> records,
            Offsets part,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() < part.end()) {
                each.accept(record);
            }
        }
    }

    /** Ends the partitions that are read to their end, and returns how many offsets they had. */
    private static long close(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Offsets> open) {
        Map<TopicPartition, Offsets> read = new HashMap<>(open);
        read.entrySet()
                .removeIf(part ->
                        consumer.position(part.getKey()) < part.getValue().end());
        if (!read.isEmpty()) {
            open.keySet().removeAll(read.keySet());
            consumer.assign(open.keySet());
        }
        return read.values().stream().mapToLong(Offsets::size).sum();
    }

    private static long passed(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Offsets> open) {
        return open.entrySet().stream()
                .mapToLong(part ->
                        consumer.position(part.getKey()) - part.getValue().begin())
                .sum();
    }

    private Consumer<byte[], byte[]> consumer() {
        Map<String, Object> config = kafka.forConsumer();
        config.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_PROTOCOL_CONFIG));
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * MEBIBYTE);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 * MEBIBYTE);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50); // a consumer's end waits for its last fetch
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String topics(Map<TopicPartition, Offsets> parts) {
        return String.join(
                ", ",
                parts.keySet().stream()
                        .map(TopicPartition::topic)
                        .distinct()
                        .sorted()
                        .toList());
    }
}
