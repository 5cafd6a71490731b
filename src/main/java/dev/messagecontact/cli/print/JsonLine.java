package dev.messagecontact.cli.print;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.recovery.Tally;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code --json} prints: one object a line, names in lower camel case. */
public final class JsonLine {

    private static final JsonMapper JSON = JsonMapper.shared();

    private JsonLine() {}

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public static void print(PrintWriter out, ObjectNode object) {
        out.println(JSON.writeValueAsString(object));
    }

    /** Adds where a record stands. */
    public static ObjectNode place(ObjectNode object, InTopic place) {
        return object.put("topic", place.topic())
                .put("partition", place.partition())
                .put("offset", place.offset());
    }

    /** Adds parts of partitions, in the order of the partitions; {@code to} is exclusive. */
    public static void parts(ArrayNode array, Map<TopicPartition, List<Span>> parts) {
        parts.entrySet().stream()
                .sorted(Comparator.comparing(part -> part.getKey().partition()))
                .forEach(part -> part.getValue()
                        .forEach(span -> array.addObject()
                                .put("topic", part.getKey().topic())
                                .put("partition", part.getKey().partition())
                                .put("from", span.from())
                                .put("to", span.to())));
    }

    /** Adds the notes of skipped commands, with how many each is about. */
    public static void skipped(ArrayNode array, Map<Skip, Long> skipped) {
        skipped.forEach((skip, count) -> array.addObject()
                .put("commands", count)
                .put("by", skip.by())
                .put("at", skip.at().toString())
                .put("reason", skip.reason()));
    }

    /** Adds how many answers there were, in all and with each code. */
    public static ObjectNode tally(ObjectNode object, Tally tally) {
        object.put("answers", tally.answers());
        tally.byCode().forEach(object.putObject("byCode")::put);
        return object;
    }
}
