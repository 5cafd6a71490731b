package dev.messagecontact.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadableRecordTest {

    private static final TopicPartition PARTITION = new TopicPartition("commands", 1);
    private static final TopicPartition OTHER = new TopicPartition("commands", 11);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION, OTHER));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 7L, OTHER, 0L));
        consumer.seek(PARTITION, 7);
        consumer.seek(OTHER, 0);
    }

    static Stream<Error> errors() {
        return Stream.of(new OutOfMemoryError("Java heap space"), new NoClassDefFoundError("com/github/luben/zstd"));
    }

    /** The consumer has moved past records that the failed poll never returned. */
    @ParameterizedTest
    @MethodSource("errors")
    void records_that_come_after_an_error_of_no_known_partition_are_not_returned(Error error) {
        consumer.schedulePollTask(() -> {
            throw error;
        });
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>("commands", 1, 8, new byte[0], new byte[0])));
        KafkaException failure = assertThrows(KafkaException.class, this::poll);
        assertSame(error, failure.getCause());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void a_failure_after_the_error_that_names_no_partition_is_of_all_partitions(Error error) {
        consumer.schedulePollTask(() -> {
            throw error;
        });
        consumer.schedulePollTask(() -> consumer.setPollException(new DisconnectException("gone for a moment")));
        KafkaException failure = assertThrows(KafkaException.class, this::poll);
        assertSame(error, failure.getCause());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void a_partition_that_the_poll_after_the_error_names_is_the_only_one_that_cannot_be_read(Error error) {
        consumer.schedulePollTask(() -> {
            throw error;
        });
        consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException(
                "Received exception when fetching the next record from commands-1. If needed, please seek")));
        UnreadableRecordException failure = assertThrows(UnreadableRecordException.class, this::poll);
        assertEquals(PARTITION, failure.partition());
        assertEquals(7, failure.offset());
    }

    @Test
    void records_are_returned_where_nothing_fails() {
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>("commands", 1, 7, new byte[0], new byte[0])));
        assertEquals(1, poll().count());
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        return UnreadableRecordException.poll(consumer, Duration.ofMillis(1));
    }
}
