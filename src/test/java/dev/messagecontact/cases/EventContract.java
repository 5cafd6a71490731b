package dev.messagecontact.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.schemas.PublishedSchemas;
import dev.messagecontact.support.EventReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds events against the schemas that are published of them. Stateless. */
final class EventContract {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventContract() {}

    /** The schemas allow what comes later; what comes today they all name. */
    static void assertKept(Stream<ConsumerRecord<byte[], byte[]>> events) {
        List<String> faults = new ArrayList<>();
        Set<String> unnamed = new TreeSet<>();
        events.forEach(event -> {
            String schema = PublishedSchemas.ofEvent(header(event, "ce_type"));
            JsonNode value = JSON.readTree(event.value());
            String where = event.topic() + "@" + event.offset();
            PublishedSchemas.strictFaults(schema, value).forEach(fault -> faults.add(where + " value: " + fault));
            PublishedSchemas.strictFaults(PublishedSchemas.EVENT_HEADERS, headers(event))
                    .forEach(fault -> faults.add(where + " headers: " + fault));
            unnamed(PublishedSchemas.read(schema), value, schema, unnamed);
            unnamed(PublishedSchemas.read(PublishedSchemas.EVENT_HEADERS), headers(event), "headers", unnamed);
        });
        assertEquals(List.of(), faults);
        assertEquals(Set.of(), unnamed);
    }

    /** The same of the headers that a dead letter has beside those of its record. */
    static void assertDeadLettersKept(Collection<ConsumerRecord<byte[], byte[]>> deadLetters) {
        List<String> faults = new ArrayList<>();
        deadLetters.forEach(
                letter -> PublishedSchemas.strictFaults(PublishedSchemas.DEAD_LETTER_HEADERS, headers(letter))
                        .forEach(fault -> faults.add("dead letter " + letter.offset() + ": " + fault)));
        assertEquals(List.of(), faults);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventReader.header(record, name);
    }

    private static void unnamed(JsonNode schema, JsonNode value, String path, Set<String> unnamed) {
        value.properties().forEach(field -> {
            JsonNode named = schema.path("properties").path(field.getKey());
            String fieldPath = path + "/" + field.getKey();
            if (named.isMissingNode()) {
                unnamed.add(fieldPath);
            }
            unnamed(named, field.getValue(), fieldPath, unnamed);
            field.getValue().values().forEach(item -> unnamed(named.path("items"), item, fieldPath + "/*", unnamed));
        });
    }

    private static JsonNode headers(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode headers = JSON.createObjectNode();
        record.headers()
                .forEach(header ->
                        headers.put(header.key(), header.value() == null ? null : new String(header.value(), UTF_8)));
        return headers;
    }
}
