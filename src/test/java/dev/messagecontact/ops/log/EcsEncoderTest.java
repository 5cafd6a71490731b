package dev.messagecontact.ops.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EcsEncoderTest {

    private final LoggerContext context = new LoggerContext();

    @Test
    void a_line_has_the_names_of_ecs_and_the_workers_name() {
        JsonNode line = line(null, Map.of());
        assertEquals(JsonMapper.shared().readTree("""
                        {"@timestamp":"2026-11-25T14:21:20.123Z","log.level":"WARN","message":"partition 3\\nstopped",
                        "ecs.version":"8.11.0","service.name":"message-contact-worker","service.node.name":"worker-0",
                        "log.logger":"a.Lane","process.thread.name":"lane-0"}"""), line);
    }

    @Test
    void a_cause_and_the_span_at_hand_have_fields_of_their_own() {
        JsonNode line = line(new IllegalStateException("broken"), Map.of("trace_id", "4bf9", "partition", "3"));
        assertEquals("java.lang.IllegalStateException", line.path("error.type").asString());
        assertEquals("broken", line.path("error.message").asString());
        assertTrue(line.path("error.stack_trace").asString().contains("at " + EcsEncoderTest.class.getName()));
        assertEquals("4bf9", line.path("trace.id").asString());
        assertEquals("3", line.path("labels.partition").asString());
    }

    private JsonNode line(@Nullable Throwable cause, Map<String, String> context) {
        LoggingEvent event = new LoggingEvent(
                "", this.context.getLogger("a.Lane"), Level.WARN, "partition {}\nstopped", cause, new Object[] {3});
        event.setInstant(Instant.parse("2026-11-25T14:21:20.123Z"));
        event.setThreadName("lane-0");
        event.setMDCPropertyMap(context);
        String text = new String(new EcsEncoder("worker-0").encode(event), UTF_8);
        assertEquals(text.length() - 1, text.indexOf('\n'), "one line");
        return JsonMapper.shared().readTree(text);
    }
}
