package dev.messagecontact.ops;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.TestStage;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The spans that somebody sees who has attached an exporter. */
class TracesIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String COMMAND_SPAN = "00f067aa0ba902b7";

    private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
    private static TestStage stage;

    @BeforeAll
    static void attach() throws Exception {
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                        .build())
                .build());
        stage = TestStage.with(1);
        stage.startWorker();
    }

    @AfterAll
    static void detach() throws Exception {
        stage.close();
        GlobalOpenTelemetry.resetForTest();
    }

    @Test
    void a_batch_is_a_span_with_its_stages_below_it_and_links_to_the_traces_of_its_commands() throws Exception {
        ProducerRecord<byte[], byte[]> traced = adding(stage, "rd-one", "r-1", "tom");
        traced.headers().add("traceparent", ("00-" + TRACE + "-" + COMMAND_SPAN + "-01").getBytes(UTF_8));
        ProducerRecord<byte[], byte[]> broken = adding(stage, "rd-one", "r-2", "tim");
        broken.headers().add("traceparent", "tom@example.com".getBytes(UTF_8)).add("traceparent", null);
        stage.submit(List.of(traced, broken));
        stage.answers(2);
        await("the batch is over").until(() -> linkedTo(COMMAND_SPAN).size() == 1);

        SpanData batch = linkedTo(COMMAND_SPAN).get(0);
        assertEquals("process " + stage.commands(), batch.getName());
        assertEquals(SpanKind.CONSUMER, batch.getKind());
        assertEquals(stage.group(), batch.getAttributes().get(AttributeKey.stringKey("messaging.consumer.group.name")));
        assertEquals(1, batch.getLinks().size());
        assertEquals(TRACE, batch.getLinks().get(0).getSpanContext().getTraceId());
        assertEquals(COMMAND_SPAN, batch.getLinks().get(0).getSpanContext().getSpanId());
        assertFalse(batch.getTraceId().equals(TRACE), "a batch is no part of one command's trace");

        assertEquals(Set.of("decode", "validate", "persist", "publish"), names(childrenOf(batch)));
        SpanData persist = childrenOf(batch).stream()
                .filter(span -> span.getName().equals("persist"))
                .findFirst()
                .orElseThrow();
        assertEquals(Set.of("decide"), names(childrenOf(persist)));
        assertFalse(SPANS.getFinishedSpanItems().toString().contains("tom@"), "personal data in a span");
        assertTrue(childrenOf(batch).stream().allMatch(span -> span.getEndEpochNanos() <= batch.getEndEpochNanos()));
    }

    @Test
    void a_long_batch_has_no_more_links_than_an_sdk_keeps() throws Exception {
        List<ProducerRecord<byte[], byte[]>> many = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ProducerRecord<byte[], byte[]> command = adding(stage, "rd-" + i / 10, "many-" + i, "tom" + letters(i));
            command.headers()
                    .add("traceparent", "00-%s-%016x-01".formatted(TRACE, i + 1).getBytes(UTF_8));
            many.add(command);
        }
        stage.submit(many);
        stage.answers(500);
        assertTrue(
                batches().stream().allMatch(span -> span.getTotalRecordedLinks() <= 128),
                "more links than an SDK keeps");
    }

    private static List<SpanData> linkedTo(String spanId) {
        return batches().stream()
                .filter(span -> span.getLinks().stream()
                        .anyMatch(link -> link.getSpanContext().getSpanId().equals(spanId)))
                .toList();
    }

    private static List<SpanData> batches() {
        return SPANS.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith("process "))
                .toList();
    }

    private static List<SpanData> childrenOf(SpanData parent) {
        return SPANS.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
                .toList();
    }

    private static Set<String> names(List<SpanData> spans) {
        return spans.stream().map(SpanData::getName).collect(Collectors.toSet());
    }
}
