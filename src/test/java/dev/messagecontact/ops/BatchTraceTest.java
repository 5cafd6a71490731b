package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.registration.Stage;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Two batches of a lane whose spans overlap. */
class BatchTraceTest {

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final BatchTrace trace = new BatchTrace(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());

    @Test
    void a_batch_ends_when_it_is_published_whatever_the_lane_does_meanwhile() {
        publishFirst();
        trace.begin(records());
        trace.enter(Stage.PERSIST);
        assertEquals(List.of(), spans.getFinishedSpanItems());

        trace.published(Duration.ofMillis(20));
        assertEquals(List.of("publish", "process commands"), names());
        SpanData publish = spans.getFinishedSpanItems().get(0);
        SpanData batch = spans.getFinishedSpanItems().get(1);
        assertEquals(batch.getSpanId(), publish.getParentSpanId());
        assertEquals(batch.getEndEpochNanos(), publish.getEndEpochNanos());

        spans.reset();
        trace.leave();
        trace.enter(Stage.PUBLISH);
        trace.publishes();
        trace.published(Duration.ofMillis(20));
        assertEquals(List.of("persist", "publish", "process commands"), names());
        assertEquals(
                1,
                spans.getFinishedSpanItems().stream()
                        .map(SpanData::getTraceId)
                        .distinct()
                        .count());
    }

    @Test
    void a_fault_ends_both() {
        publishFirst();
        trace.begin(records());
        trace.enter(Stage.PERSIST);
        trace.fail(new IllegalStateException("tom@example.com"));

        assertEquals(List.of("persist", "process commands", "publish", "process commands"), names());
        spans.getFinishedSpanItems()
                .forEach(span -> assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode(), span.getName()));
    }

    private void publishFirst() {
        trace.begin(records());
        trace.enter(Stage.PUBLISH);
        trace.publishes();
    }

    private List<String> names() {
        return spans.getFinishedSpanItems().stream().map(SpanData::getName).toList();
    }

    private static List<ConsumerRecords<byte[], byte[]>> records() {
        TopicPartition partition = new TopicPartition("commands", 0);
        return List.of(new ConsumerRecords<>(
                Map.of(partition, List.of(new ConsumerRecord<>("commands", 0, 0, new byte[0], new byte[0]))),
                Map.of()));
    }
}
