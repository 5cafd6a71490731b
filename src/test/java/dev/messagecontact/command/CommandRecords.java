package dev.messagecontact.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records of a command topic, all of partition 3, offset 42. */
public final class CommandRecords {

    public static final int PARTITION = 3;
    public static final long OFFSET = 42;

    private CommandRecords() {}

    public static ConsumerRecord<byte[], byte[]> of(
            byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        return new ConsumerRecord<>(
                "message-contact.commands",
                PARTITION,
                OFFSET,
                1_700_000_000_000L,
                TimestampType.LOG_APPEND_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(headers),
                Optional.empty());
    }

    static ConsumerRecord<byte[], byte[]> of(byte[] value) {
        return of("rd-key".getBytes(UTF_8), value, List.of());
    }

    static ConsumerRecord<byte[], byte[]> of(String value) {
        return of(value.getBytes(UTF_8));
    }

    static ConsumerRecord<byte[], byte[]> of(@Nullable String key, String value, Map<String, String> headers) {
        return of(
                key == null ? null : key.getBytes(UTF_8),
                value.getBytes(UTF_8),
                headers.entrySet().stream()
                        .<Header>map(header -> new RecordHeader(
                                header.getKey(), header.getValue().getBytes(UTF_8)))
                        .toList());
    }
}
