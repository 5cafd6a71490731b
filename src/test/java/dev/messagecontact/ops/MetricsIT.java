package dev.messagecontact.ops;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.ops.http.OpsServer;
import dev.messagecontact.ops.http.Pages;
import dev.messagecontact.registration.Stage;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a working worker tells, over HTTP. */
class MetricsIT {

    private static final Pattern ROW = Pattern.compile("\\| `([a-z_0-9]+)` \\| (\\w+) \\|([^|]*)\\|.*");

    private TestStage stage;
    private RunningWorker worker;
    private OpsServer server;

    @BeforeEach
    void open() throws Exception {
        stage = TestStage.with(2);
        worker = stage.startWorker(Map.of("WORKER_LANES", "2"));
        server = OpsServer.start("127.0.0.1", 0, worker.metrics(), worker.health(), Pages.NONE);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        stage.close();
    }

    @Test
    void each_metric_is_described_and_each_description_is_of_a_metric() throws Exception {
        stage.submit(commands(0, 10));
        stage.answers(10);
        await("it is ready").until(() -> worker.health().ready().up());
        System.gc(); // collections have a series from the first one on
        await("it is counted").until(() -> get("/metrics").text().contains("\njvm_gc_pause_seconds_count{"));

        await("the broker has told, from one scrape to the next").until(() -> retention() == 7 * 24 * 3600);

        Map<String, String> described = get("/metrics").described();
        // Of collectors with threads of their own; a worker's collector has none.
        described.keySet().removeIf(name -> name.startsWith("jvm_gc_concurrent_phase_time_seconds"));
        assertEquals(documented(), described);
    }

    @Test
    void the_numbers_agree_with_what_is_in_the_topics() throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(commands(0, 50));
        records.addAll(commands(0, 5)); // again: duplicates
        records.add(stage.record("rd-0".getBytes(UTF_8), "no command".getBytes(UTF_8)));
        records.add(adding(stage, "rd-0", "r-wrong", "w1ong"));
        ProducerRecord<byte[], byte[]> misrouted = adding(stage, "rd-0", "r-astray", "astray");
        records.add(stage.record("rd-other".getBytes(UTF_8), misrouted.value()));
        stage.submit(records);
        stage.answers(58);
        await("they are counted").until(() -> Scrape.of(worker.metrics()).sum("contacts_commands_total") >= 58);

        Scrape scrape = get("/metrics");

        assertEquals(58, scrape.sum("contacts_commands_total"));
        assertEquals(51, scrape.sum("contacts_commands_total", "kind=\"new\"", "outcome=\"added\"", "code=\"none\""));
        assertEquals(5, scrape.sum("contacts_commands_total", "kind=\"duplicate\"", "outcome=\"added\""));
        assertEquals(1, scrape.sum("contacts_commands_total", "code=\"InvalidParameter.Name\""));
        assertEquals(1, scrape.sum("contacts_dead_letters_total", "reason=\"InvalidCommand.Json\""));
        assertEquals(1, scrape.sum("contacts_misrouted_commands_total"));
        assertEquals(58, scrape.sum("contacts_command_latency_seconds_count"));
        assertEquals(58, scrape.sum("contacts_batch_commands_sum"));
        assertEquals(2, scrape.sum("contacts_assigned_partitions"));
        assertEquals(2, scrape.sum("contacts_lanes", "state=\"working\""));
        assertEvents("results", stage.events().results(), scrape);
        assertEvents("errors", stage.events().errors(), scrape);
        assertEvents("email_verifications", stage.events().emailVerifications(), scrape);
        assertEvents("sms_verifications", stage.events().smsVerifications(), scrape);
        assertEvents("dead_letters", stage.events().deadLetters(), scrape);
        for (var each : EnumSet.complementOf(EnumSet.of(Stage.ASK, Stage.AUTHORIZE))) {
            assertTrue(scrape.sum("contacts_stage_seconds_sum", "stage=\"" + each.label() + "\"") > 0, each.label());
        }
    }

    @Test
    void lag_comes_down_to_zero_behind_aborted_transactions_and_goes_with_its_partition() throws Exception {
        await("it is ready").until(() -> worker.health().ready().up());
        try (var producer = stage.transactionalProducer(stage.group() + "-upstream")) {
            for (int i = 0; i < 10; i++) {
                producer.beginTransaction();
                commands(i * 10, i * 10 + 10).forEach(producer::send);
                if (i % 2 == 0) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
            stage.answers(50);
            await("the lag is 0").until(() -> lagIs(0));

            producer.beginTransaction();
            commands(100, 110).forEach(producer::send);
            producer.flush();
            assertTrue(lagIs(0), "an open transaction is no lag");
            producer.abortTransaction();
            await("the lag is 0").until(() -> lagIs(0));
        }
        assertFalse(get("/metrics").text().contains("NaN"));
        assertEquals(0, get("/metrics").sum("contacts_oldest_command_age_seconds"));

        worker.stop();
        assertFalse(get("/metrics").text().contains("contacts_partition_lag_offsets{"));
    }

    private boolean lagIs(long lag) {
        Scrape scrape = Scrape.of(worker.metrics());
        return scrape.has("contacts_partition_lag_offsets{partition=\"0\"}")
                && scrape.has("contacts_partition_lag_offsets{partition=\"1\"}")
                && scrape.sum("contacts_partition_lag_offsets") == lag;
    }

    private void assertEvents(String kind, String topic, Scrape scrape) {
        assertEquals(
                stage.all(topic).size(), scrape.sum("contacts_events_total", "topic=\"" + kind + "\""), "of " + kind);
    }

    private List<ProducerRecord<byte[], byte[]>> commands(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> adding(stage, "rd-" + i / 10, "r-" + i, "tom" + letters(i)))
                .toList();
    }

    /** As the test services keep records, and Kafka by itself. */
    private double retention() {
        return worker.metric("contacts_command_retention_seconds");
    }

    private Scrape get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return new Scrape(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
    }

    private static Map<String, String> documented() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("ops/metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String labels = row.group(3).replaceAll("[` ]", "");
                documented.put(row.group(1), row.group(2) + " " + labels);
            }
        }
        return documented;
    }
}
