package dev.messagecontact.ops;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.ops.http.OpsServer;
import dev.messagecontact.ops.http.Pages;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the management port says while servers go away, hang and come back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthIT {

    /** Of the median: on a busy machine a single answer can be later for reasons of the machine. */
    private static final long BOUND_MILLIS = 100;
    /** Of every single one; far below any time-out of the database. */
    private static final long LATEST_MILLIS = 2_000;

    /** How long a connection is waited for before the database counts as away; short, as each look at it waits so long. */
    private static final Map<String, String> IMPATIENT = Map.of("DATABASE_CONNECT_TIMEOUT", "PT1S");

    private final List<Long> times = new ArrayList<>();

    private final HttpClient client = HttpClient.newHttpClient();
    private EmbeddedServices services;
    private TestStage stage;
    private RunningWorker worker;
    private OpsServer server;

    @BeforeAll
    void startServers() {
        services = EmbeddedServices.start(false);
    }

    @AfterAll
    void stopServers() {
        services.close();
    }

    @BeforeEach
    void open() throws Exception {
        stage = TestStage.on(services, 2);
        worker = stage.startWorkerOnItsOwn(IMPATIENT);
        server = OpsServer.start("127.0.0.1", 0, worker.metrics(), worker.health(), Pages.NONE);
        await("it is ready").until(() -> worker.health().ready().up());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        stage.close();
    }

    @Test
    void an_idle_worker_notices_that_the_database_is_gone_and_that_it_is_back() throws Exception {
        services.database().stop();
        try {
            await("the database is down").until(() -> isDown("database"));
            assertEquals(503, get("/health/ready").statusCode());
            assertEquals(200, get("/health/live").statusCode());
        } finally {
            services.database().restart();
        }
        await("it is ready").until(() -> worker.health().ready().up());
        assertEquals(200, get("/health/ready").statusCode());
        assertTrue(Scrape.of(worker.metrics()).sum("contacts_faults_total", "cause=\"database\"") > 0);
        assertTrue(Scrape.of(worker.metrics()).sum("contacts_paused_seconds_total", "cause=\"database\"") > 0);
    }

    @Test
    void an_idle_worker_notices_that_the_broker_is_gone_and_that_it_is_back_with_the_same_series() throws Exception {
        stage.submit(commands(0, 10));
        stage.answers(10);
        Set<String> before = ownSeries();

        services.kafka().stop();
        try {
            await("the broker is down").until(() -> isDown("broker"));
            assertEquals(200, get("/health/live").statusCode());
        } finally {
            services.kafka().restart();
        }
        stage.submit(commands(10, 20));
        stage.answers(20);
        await("it is ready").until(() -> worker.health().ready().up());
        await("the series are as before").until(() -> ownSeries().equals(before));
    }

    /** Without the JVM's: each cause of a garbage collection gets a series when it comes first. */
    private Set<String> ownSeries() {
        return Scrape.of(worker.metrics()).series().stream()
                .filter(series -> series.startsWith("contacts_"))
                .collect(Collectors.toSet());
    }

    @Test
    void health_answers_at_once_while_the_database_hangs_and_says_so() throws Exception {
        stage.submit(commands(0, 10));
        stage.answers(10);
        get("/health/ready"); // the first request loads classes
        get("/metrics");
        // So long that the server is stopped while it stores the batch, and not before the lane has taken it.
        stage.database()
                .execute("create function slow() returns trigger language plpgsql"
                        + " as 'begin perform pg_sleep(8); return null; end'");
        stage.database().execute("create trigger slow before insert on message_contact execute function slow()");
        stage.submit(commands(10, 20));
        await("the batch is being stored").until(this::isSlow);
        List<Long> server = server();
        signal("STOP", server);
        try {
            await("the database is down").until(() -> isDown("database"));
            for (int i = 0; i < 20; i++) {
                assertEquals(200, inTime("/health/live").statusCode());
                assertEquals(503, inTime("/health/ready").statusCode());
            }
            assertTrue(inTime("/health/ready").body().contains("waits for the database"), "not told what it waits for");
            inTime("/metrics");
            long median = times.stream().sorted().toList().get(times.size() / 2);
            assertTrue(median < BOUND_MILLIS, "half of the answers took " + median + " ms or more");
            assertTrue(Scrape.of(worker.metrics()).sum("contacts_oldest_command_age_seconds") > 4);
        } finally {
            signal("CONT", server);
        }
        stage.answers(20);
        await("it is ready").until(() -> worker.health().ready().up());
    }

    @Test
    void an_idle_worker_notices_that_the_database_hangs() throws Exception {
        List<Long> server = server();
        signal("STOP", server);
        try {
            await("the database is down").until(() -> isDown("database"));
        } finally {
            signal("CONT", server);
        }
        await("it is ready").until(() -> worker.health().ready().up());
    }

    private HttpResponse<String> inTime(String path) throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> response = get(path);
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertTrue(millis < LATEST_MILLIS, path + " took " + millis + " ms");
        times.add(millis);
        return response;
    }

    private boolean isDown(String check) {
        return worker.health().ready().checks().stream()
                .anyMatch(each -> each.name().equals(check) && !each.isUp());
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private boolean isSlow() {
        return stage.database().fetchExists(DSL.table("pg_stat_activity"), DSL.condition("wait_event = 'PgSleep'"));
    }

    /** The server's processes that serve the worker, and the one that takes its new connections. */
    private List<Long> server() throws Exception {
        List<Long> pids = new ArrayList<>(List.of(services.database().pid()));
        try (Connection connection = stage.databaseAddress().connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("select pid from pg_stat_activity"
                                + " where datname = current_database() and pid <> pg_backend_pid()")) {
            while (rows.next()) {
                pids.add(rows.getLong(1));
            }
        }
        return pids;
    }

    private static void signal(String name, List<Long> pids) throws Exception {
        String arguments = pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -" + name + " " + arguments)
                        .start()
                        .waitFor());
    }

    private List<ProducerRecord<byte[], byte[]>> commands(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> adding(stage, "rd-" + i / 10, "r-" + i, "tom" + letters(i)))
                .toList();
    }
}
