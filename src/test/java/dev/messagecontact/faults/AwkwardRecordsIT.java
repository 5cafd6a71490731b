package dev.messagecontact.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Records of a size or shape that nobody expects, each with a good command behind it: each has one answer, what is no command
 * is kept byte for byte, and audit, rebuild and replay find the same.
 */
class AwkwardRecordsIT {

    private static final long AFTER_ALL_DATES = 253_402_300_800_000L; // the year 10000
    private static final byte[] NOT_UTF8 = {(byte) 0xC3, 0x28, (byte) 0xFF, 0};
    private static final int LIMIT = 65_536;

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private TestStage stage;
    private int good;

    @BeforeEach
    void open() {
        stage = TestStage.with(1);
        stage.letPublishersDate();
        stage.configure(stage.commands(), Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"));
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void each_has_one_answer_and_the_ones_behind_it_go_on() {
        sizes();
        keysAndHeaders();
        times();
        stage.submit(records);
        RunningWorker worker = stage.startWorker();

        stage.answers(records.size());
        worker.stop();
        assertEquals(records.size(), positions().size(), "one answer each");
        assertEquals(
                records.size() / 2,
                stage.all(stage.events().results()).stream()
                        .filter(event -> new String(event.value(), UTF_8).contains("\"good-"))
                        .count(),
                "the good ones");
        stage.all(stage.events().deadLetters()).forEach(this::assertKept);
        assertEquals(
                stage.all(stage.events().errors()).stream()
                        .filter(event -> new String(event.value(), UTF_8).contains("\"Code\":\"InvalidCommand."))
                        .count(),
                stage.all(stage.events().deadLetters()).size());
        assertSucceeds("audit", "--quiet");
        List<String> rows = StoredState.rows(stage);
        String[] answers = {stage.events().results(), stage.events().errors()};
        List<String> events = StoredState.events(stage, false, answers);

        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");
        assertSucceeds("rebuild", "--yes", "--quiet");
        assertEquals(rows, StoredState.rows(stage));
        assertSucceeds("replay", "--yes", "--quiet");
        List<String> twice =
                Stream.concat(events.stream(), events.stream()).sorted().toList();
        StoredState.assertSame(twice, StoredState.events(stage, false, answers), "replayed");
        assertSucceeds("audit", "--quiet");
    }

    private void sizes() {
        add("rd-size-1", padded("size-1", LIMIT));
        add("rd-size-2", padded("size-2", LIMIT + 1));
        add("rd-size-3", new byte[LIMIT]);
        add("rd-size-4", new byte[LIMIT + 1]);
        add("rd-size-5", new byte[1_000_000]);
        add("rd-size-6", ("[".repeat(64) + "]".repeat(64)).getBytes(UTF_8));
        add("rd-size-7", ("[".repeat(30_000) + "]".repeat(30_000)).getBytes(UTF_8));
        add("d".repeat(64), command("i".repeat(64), "d".repeat(64)));
        add("d".repeat(65), command("i".repeat(65), "d".repeat(65)));
        add("rd-size-8", null);
        add("rd-size-9", new byte[0]);
    }

    private byte[] padded(String id, int bytes) {
        String command = new String(command(id, "rd-" + id), UTF_8);
        String open = command.replaceFirst("\\{", "{\"Extra\":\"\",");
        return open.replaceFirst("\"\"", "\"" + "x".repeat(bytes - open.length()) + "\"")
                .getBytes(UTF_8);
    }

    private void keysAndHeaders() {
        byte[] broken = "{".getBytes(UTF_8);
        for (byte[] key : Arrays.asList(null, new byte[0], NOT_UTF8, new byte[100_000])) {
            add(key, broken);
            add(key, null);
            add(key, "{}".getBytes(UTF_8));
        }
        List<Header> many = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            many.add(new RecordHeader("h" + i % 7, Integer.toString(i).getBytes(UTF_8)));
        }
        add("rd-many", broken, many.toArray(Header[]::new));
        add("rd-large", broken, header("x", new byte[900_000]));
        add("rd-null", null, header("", null), header("dl-x", NOT_UTF8), header("dl-reason", null));
        add("rd-names", broken, header("\u0000\uD83D\uDE00\u00E4", NOT_UTF8));
        for (String name : List.of("ce_id", "ce_subject", "ce_type", "ce_time", "ce_specversion", "content-type")) {
            add("rd-ce", broken, header(name, NOT_UTF8));
            add("rd-ce", broken, header(name, null));
            add("rd-ce", broken, header(name, new byte[20_000]));
        }
        add("rd-ce", broken, header("ce_time", "10000-01-01T00:00:00Z".getBytes(UTF_8)));
        for (byte[] value : List.of(NOT_UTF8, new byte[0], new byte[1_024], new byte[1_025], "00-x".getBytes(UTF_8))) {
            add(
                    "rd-trace",
                    broken,
                    header("traceparent", value),
                    header("tracestate", value),
                    header("correlationId", value));
        }
    }

    private void times() {
        for (long time : new long[] {0, 1, AFTER_ALL_DATES - 1, AFTER_ALL_DATES, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            records.add(
                    new ProducerRecord<>(stage.commands(), 0, time, "rd-time".getBytes(UTF_8), "{".getBytes(UTF_8)));
            records.add(new ProducerRecord<>(stage.commands(), 0, time, "rd-time".getBytes(UTF_8), good()));
        }
    }

    private void add(String key, byte[] value, Header... headers) {
        add(key.getBytes(UTF_8), value, headers);
    }

    private void add(byte[] key, byte[] value, Header... headers) {
        records.add(new ProducerRecord<>(stage.commands(), 0, null, key, value, List.of(headers)));
        records.add(new ProducerRecord<>(stage.commands(), 0, key, good()));
    }

    private byte[] good() {
        String id = "good-" + good++;
        return command(id, "rd-" + id);
    }

    private byte[] command(String requestId, String directoryId) {
        return Commands.adding(stage, directoryId, requestId, "tom").value();
    }

    private static Header header(String name, byte[] value) {
        return new RecordHeader(name, value);
    }

    private Map<String, Integer> positions() {
        Map<String, Integer> answers = new TreeMap<>();
        stage.all(stage.events().results(), stage.events().errors()).forEach(event -> {
            String id = EventReader.header(event, "ce_id");
            answers.merge(id.substring(id.lastIndexOf('.') + 1), 1, Integer::sum);
        });
        return answers;
    }

    private void assertKept(ConsumerRecord<byte[], byte[]> letter) {
        int offset = Integer.parseInt(EventReader.header(letter, "dl-offset"));
        ProducerRecord<byte[], byte[]> record = records.get(offset);
        if (letter.headers().lastHeader("dl-pointer") != null) {
            assertTrue(
                    record.value() != null && record.value().length + size(record) > 900_000, "pointer to " + offset);
            return;
        }
        assertArrayEquals(record.key(), letter.key());
        assertArrayEquals(record.value(), letter.value());
        assertEquals(others(record.headers().toArray()), others(letter.headers().toArray()));
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        return Stream.of(record.headers().toArray())
                .mapToInt(header -> header.value() == null ? 0 : header.value().length)
                .sum();
    }

    private static List<Header> others(Header[] headers) {
        return Stream.of(headers)
                .filter(header -> !header.key().startsWith("dl-"))
                .toList();
    }

    private void assertSucceeds(String... arguments) {
        CommandLineRun run = stage.run(arguments);
        assertEquals(0, run.exitCode(), () -> String.join(" ", arguments) + ": " + run);
    }
}
