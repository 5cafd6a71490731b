package dev.messagecontact.cli;

import dev.messagecontact.settings.TopicNames;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.json.JsonMapper;

/** Events counted by kind and code, with one masked example of each. */
public final class OutcomeTally {

    private static final JsonMapper JSON = new JsonMapper();

    private final TopicNames topics;
    private final EventLine lines;
    private final Map<String, Row> rows = new TreeMap<>();
    private final Set<String> contactIds = new HashSet<>();
    private long answers;
    private long repeats;

    public OutcomeTally(TopicNames topics) {
        this.topics = topics;
        this.lines = new EventLine(topics);
    }

    public void count(ConsumerRecord<byte[], byte[]> event) {
        boolean isError = event.topic().equals(topics.errors());
        if (isError || event.topic().equals(topics.results())) {
            answers++;
        }
        if (event.topic().equals(topics.results())
                && !contactIds.add(
                        JSON.readTree(event.value()).at("/Contact/ContactId").asString())) {
            repeats++;
        }
        String kind = lines.kind(event.topic());
        String code = isError ? JSON.readTree(event.value()).path("Code").asString() : "";
        int place = topics.all().indexOf(event.topic());
        rows.computeIfAbsent(place + code, key -> new Row(kind, code, lines.content(event))).count++;
    }

    /** How many commands were answered. */
    public long answers() {
        return answers;
    }

    /** How many results say the same as an earlier one. */
    public long repeats() {
        return repeats;
    }

    /** Kind, code, count and example, in the order of the topics. */
    public List<List<String>> rows() {
        return rows.values().stream()
                .map(row -> List.of(row.kind, row.code, Long.toString(row.count), row.example))
                .toList();
    }

    private static final class Row {
        private final String kind;
        private final String code;
        private final String example;
        private long count;

        Row(String kind, String code, String example) {
            this.kind = kind;
            this.code = code;
            this.example = example;
        }
    }
}
