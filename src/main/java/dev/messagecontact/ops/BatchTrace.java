package dev.messagecontact.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.registration.Stage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a lane's batches, named after OpenTelemetry's conventions for messaging: one for the batch, linked to the
 * traces that its commands belong to, and one for each stage. Without an SDK or agent they cost next to nothing, and
 * nothing per command. Only the lane's thread may call it.
 */
final class BatchTrace {

    /** The number that an SDK keeps by default. */
    private static final int MOST_LINKS = 128;

    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private String group = "";
    private Span batch = Span.getInvalid();
    private Context context = Context.root();
    private final Deque<Open> stages = new ArrayDeque<>();
    private @Nullable Publishing publishing;

    BatchTrace(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.messagecontact.worker");
    }

    void group(String groupId) {
        group = groupId;
    }

    /** A batch of these records begins; one that is still open was given up. No records are no batch. */
    void begin(List<ConsumerRecords<byte[], byte[]>> polled) {
        end();
        int count = polled.stream().mapToInt(ConsumerRecords::count).sum();
        if (count == 0) {
            return;
        }
        String topic = polled.stream()
                .flatMap(records -> records.partitions().stream())
                .findFirst()
                .orElseThrow()
                .topic();
        batch = tracer.spanBuilder("process " + topic)
                .setNoParent()
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.operation.name", "process")
                .setAttribute("messaging.destination.name", topic)
                .setAttribute("messaging.consumer.group.name", group)
                .setAttribute("messaging.batch.message_count", count)
                .startSpan();
        context = Context.root().with(batch);
        if (batch.isRecording()) {
            link(polled);
        }
    }

    private void link(List<ConsumerRecords<byte[], byte[]>> polled) {
        int links = 0;
        for (ConsumerRecords<byte[], byte[]> records : polled) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                SpanContext command = traceOf(record.headers());
                if (command.isValid()) {
                    batch.addLink(command);
                    links++;
                }
                if (links == MOST_LINKS) {
                    return;
                }
            }
        }
    }

    private static SpanContext traceOf(Headers headers) {
        Context extracted =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HeaderTexts.INSTANCE);
        return Span.fromContext(extracted).getSpanContext();
    }

    /** A stage begins, inside of the one that is under way, if any. */
    @SuppressWarnings("MustBeClosedChecker") // closed by leave, which follows each enter
    void enter(Stage stage) {
        if (batch.getSpanContext().isValid()) {
            Span span = tracer.spanBuilder(stage.label())
                    .setParent(stages.isEmpty() ? context : stages.peek().context())
                    .startSpan();
            Context inside = context.with(span);
            stages.push(new Open(span, inside, inside.makeCurrent()));
        }
    }

    /** The innermost stage is over. */
    void leave() {
        Open open = stages.poll();
        if (open != null) {
            open.scope().close();
            open.span().end();
        }
    }

    /** The stage that was entered last goes on in another thread, and another batch may begin. */
    void publishes() {
        Open open = stages.poll();
        if (open != null) {
            open.scope().close();
            publishing = new Publishing(batch, open.span(), Instant.now());
            batch = Span.getInvalid();
            end();
        }
    }

    /** The batch that {@link #publishes} was about is published; the lane may have been busy when it was. */
    void published(Duration took) {
        if (publishing != null) {
            Instant end = publishing.since().plus(took);
            publishing.stage().end(end);
            publishing.batch().end(end);
            publishing = null;
        }
    }

    private void end() {
        while (!stages.isEmpty()) {
            leave();
        }
        batch.end();
        batch = Span.getInvalid();
        context = Context.root();
    }

    /** The batch failed. */
    void fail(Throwable fault) {
        stages.forEach(open -> fail(open.span(), fault));
        fail(batch, fault);
        end();
        if (publishing != null) {
            fail(publishing.stage(), fault);
            fail(publishing.batch(), fault);
            published(Duration.between(publishing.since(), Instant.now()));
        }
    }

    /** Its kind only: a message may quote what was to be stored. */
    private static void fail(Span span, Throwable fault) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(ERROR_TYPE, fault.getClass().getName());
    }

    /** A stage under way. */
    private record Open(Span span, Context context, Scope scope) {}

    /** A batch that is being published. */
    private record Publishing(Span batch, Span stage, Instant since) {}

    /** A record's headers as texts. */
    private enum HeaderTexts implements TextMapGetter<Headers> {
        INSTANCE;

        @Override
        public @Nullable String get(@Nullable Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
        }
    }
}
