package dev.messagecontact.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.demo.SampleCommands;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.support.Stage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RebuildIT {

    private static final int COMMANDS = 400;

    @Test
    void the_same_topic_into_two_empty_databases_gives_the_same_events_byte_for_byte() {
        try (Stage first = Stage.with(3);
                Stage second = first.twin()) {
            first.submit(SampleCommands.of(first.commands(), COMMANDS));

            first.startWorker();
            second.startWorker(Map.of("WORKER_BATCH_SIZE", "7"));
            first.answers(COMMANDS);
            second.answers(COMMANDS);

            List<String> events = events(first);
            assertTrue(events.size() > 2 * COMMANDS, "no verification requests among " + events.size());
            assertEquals(events, events(second));
        }
    }

    /** Every event of a stage, whole, in an order that does not depend on the run. */
    private static List<String> events(Stage stage) {
        EventTopics topics = stage.events();
        return Stream.of(
                        topics.results(),
                        topics.errors(),
                        topics.emailVerifications(),
                        topics.smsVerifications(),
                        topics.deadLetters())
                .flatMap(topic -> stage.all(topic).stream()
                        .map(event -> topic.substring(topic.lastIndexOf('-')) + " " + whole(event)))
                .sorted()
                .toList();
    }

    private static String whole(ConsumerRecord<byte[], byte[]> event) {
        String headers = Arrays.stream(event.headers().toArray())
                .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .collect(Collectors.joining(";"));
        return hex(event.key()) + " " + hex(event.value()) + " " + headers;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
