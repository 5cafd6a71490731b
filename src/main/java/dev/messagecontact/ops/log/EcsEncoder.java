package dev.messagecontact.ops.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a log line as one JSON object with the field names of the Elastic Common Schema, which log stores know. Any thread
 * may call it.
 */
public final class EcsEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NONE = {};
    /** The names under which an OpenTelemetry agent puts the ids of the current span, and their names in ECS. */
    private static final Map<String, String> SPAN = Map.of("trace_id", "trace.id", "span_id", "span.id");

    private final String instance;
    private final JsonMapper json = JsonMapper.builder().build();

    /** @param instance the worker's name, on each line */
    public EcsEncoder(String instance) {
        this.instance = instance;
    }

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("@timestamp", event.getInstant().toString());
        line.put("log.level", event.getLevel().toString());
        line.put("message", event.getFormattedMessage());
        line.put("ecs.version", "8.11.0");
        line.put("service.name", "message-contact-worker");
        line.put("service.node.name", instance);
        line.put("log.logger", event.getLoggerName());
        line.put("process.thread.name", event.getThreadName());
        event.getMDCPropertyMap().forEach((name, value) -> line.put(SPAN.getOrDefault(name, "labels." + name), value));
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("error.type", thrown.getClassName());
            line.put("error.message", thrown.getMessage());
            line.put("error.stack_trace", ThrowableProxyUtil.asString(thrown));
        }
        return (json.writeValueAsString(line) + "\n").getBytes(UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }
}
