package dev.messagecontact.ops.http;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console of a worker that has answered some commands, over HTTP as a browser sees it. */
class ConsoleIT {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static TestStage stage;
    private static RunningWorker worker;
    private static Console console;
    private static OpsServer server;

    @BeforeAll
    static void answerSomeCommands() throws Exception {
        stage = TestStage.with(2);
        worker = stage.startWorker();
        console = new Console("test-1", worker.metrics(), worker.health(), stage.database());
        server = OpsServer.start("127.0.0.1", 0, worker.metrics(), worker.health(), console);
        stage.submit(List.of(
                adding(stage, "rd-one", "r-1", "tom"),
                adding(stage, "rd-one", "r-2", "tom"),
                adding(stage, "rd-two", "r-1", "tom"),
                adding(stage, "rd-one", "r-3", "tom@example.com")));
        stage.answers(4);
        await("all is published")
                .until(() ->
                        stateNow().path("worker").path("now").path("commands").size() == 3);
        await("the broker names the owner of each partition")
                .until(() -> stateNow().at("/worker/lanes/0/unowned").isEmpty());
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
        console.close();
        stage.close();
    }

    @Test
    void every_file_of_the_page_is_there_and_loads_nothing_from_elsewhere() throws Exception {
        String page = get("/").body();
        for (String file :
                List.of("/console/uPlot.css", "/console/console.css", "/console/console.js", "/console/icon.svg")) {
            assertTrue(page.contains("\"" + file + "\""), file);
            assertEquals(200, get(file).statusCode(), file);
        }
        assertEquals(200, get("/console/history.js").statusCode());
        assertEquals(200, get("/console/words.js").statusCode());
        assertEquals(200, get("/console/uPlot.js").statusCode());
        assertEquals(404, get("/console/nothing.js").statusCode());
        assertFalse(page.contains("http"), "a link to elsewhere");
        String policy = get("/").headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(
                "nosniff",
                get("/").headers().firstValue("X-Content-Type-Options").orElseThrow());
    }

    @Test
    void the_state_tells_what_the_metrics_tell_and_no_content_of_a_command() throws Exception {
        JsonNode state = stateNow();
        assertEquals("test-1", state.path("instance").asString());
        JsonNode told = state.path("worker");
        assertEquals("up", told.path("ready").path("status").asString());
        assertEquals(
                4,
                told.at("/now/latency/counts")
                        .path(told.at("/now/latency/millis").size())
                        .asLong());
        assertEquals(
                4,
                told.path("events").path("results").asLong()
                        + told.path("events").path("errors").asLong());
        assertEquals(4, told.path("lanes").path(0).path("partitions").size(), "of both topics");
        assertTrue(told.at("/lanes/0/batchLimit").asInt() > 0, "a batch limit");
        assertEquals(0, told.at("/lanes/0/unowned").size());
        assertEquals(2, told.path("rejections").size());
        assertEquals("r-3", told.path("rejections").path(0).path("requestId").asString());
        assertEquals(
                "InvalidParameter.Name",
                told.path("rejections").path(0).path("code").asString());
        assertEquals(
                "InvalidParameter.Name.AlreadyUsed",
                told.path("rejections").path(1).path("code").asString());
        assertFalse(state.toString().contains("tom"), "a name in the state");
        assertFalse(state.toString().contains("example"), "an address in the state");
    }

    @Test
    void what_was_before_the_page_was_opened_is_kept_by_the_worker() throws Exception {
        JsonNode history = json(get("/console/history"));
        assertTrue(history.size() >= 1, "no sample");
        JsonNode first = history.path(0);
        assertTrue(first.path("at").asLong() <= stateNow().at("/worker/now/at").asLong());
        assertTrue(first.has("commands") && first.has("latency") && first.has("stages") && first.has("lag"));
    }

    @Test
    void a_look_up_finds_every_rejection_that_the_page_lists() throws Exception {
        for (JsonNode listed : stateNow().at("/worker/rejections")) {
            JsonNode found = json(
                    get("/console/lookup?requestId=" + listed.path("requestId").asString()));
            assertEquals(List.of(listed), found.path("recent").valueStream().toList());
        }
        JsonNode listed = stateNow().at("/worker/rejections/0"); // by a field rule
        String position =
                listed.path("partition").asInt() + ":" + listed.path("offset").asLong();
        JsonNode found = json(get("/console/lookup?position=" + position));
        assertEquals(1, found.path("refusals").size());
        assertEquals(
                "[\"InvalidParameter.Name\",\"InvalidParameter.EmailAddress\"]",
                found.at("/refusals/0/codes").toString());
        assertEquals(listed.path("at"), found.at("/refusals/0/at"));
        assertEquals(1, found.path("recent").size());
        assertEquals(
                0,
                json(get("/console/lookup?requestId=r-3&directoryId=rd-two"))
                        .path("recent")
                        .size(),
                "another directory's");
        assertEquals(
                0,
                json(get("/console/lookup?position=1:999999")).path("refusals").size());
        assertEquals(400, get("/console/lookup?position=third").statusCode());
    }

    @Test
    void a_look_up_right_after_another_is_not_turned_away() throws Exception {
        try (LookupDesk desk = new LookupDesk(stage.database(), List::of)) {
            for (int i = 0; i < 1_000; i++) {
                assertEquals(200, desk.find("r-1", "rd-one", null).status());
            }
        }
    }

    @Test
    void a_look_up_finds_what_is_stored_of_a_request_in_one_directory_or_in_all() throws Exception {
        JsonNode one = json(get("/console/lookup?requestId=r-1&directoryId=rd-one"));
        assertEquals(1, one.path("contacts").size());
        assertEquals("Verifying", one.path("contacts").path(0).path("outcome").asString());
        assertTrue(one.path("contacts").path(0).path("contactId").asString().startsWith("c-"));
        assertEquals(
                2,
                json(get("/console/lookup?requestId=%20r-1%20"))
                        .path("contacts")
                        .size());

        JsonNode used = json(get("/console/lookup?requestId=r-2&directoryId=rd-one"));
        assertEquals(0, used.path("contacts").size());
        assertEquals(
                "InvalidParameter.Name.AlreadyUsed",
                used.path("rejections").path(0).path("outcome").asString());
        assertFalse(used.toString().contains("tom"), "a name in what was found");

        HttpResponse<String> nothing = get("/console/lookup?requestId=r-9&directoryId=rd-one");
        assertEquals(200, nothing.statusCode());
        assertEquals(0, json(nothing).path("contacts").size());
        assertEquals(400, get("/console/lookup").statusCode());
        assertEquals(400, get("/console/lookup?requestId=" + "r".repeat(300)).statusCode());
    }

    @Test
    void a_look_up_is_given_up_when_the_database_does_not_answer_and_the_next_ones_are_turned_away() throws Exception {
        try (Connection other = stage.databaseAddress().connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table message_contact");
            List<CompletableFuture<HttpResponse<String>>> both = List.of(lookUp(), lookUp());
            List<String> answers = new ArrayList<>();
            for (CompletableFuture<HttpResponse<String>> one : both) {
                HttpResponse<String> answer = one.get(5, TimeUnit.SECONDS);
                assertEquals(503, answer.statusCode());
                answers.add(json(answer).path("problem").asString());
            }
            assertEquals(
                    Set.of("the database does not answer", "another look-up is under way; try again in a moment"),
                    Set.copyOf(answers));
            assertEquals(200, get("/health/ready").statusCode());
            other.rollback();
        }
        await("it finds again")
                .until(() ->
                        get("/console/lookup?requestId=r-1&directoryId=rd-one").statusCode() == 200);
    }

    @Test
    void the_page_is_for_reading_and_not_for_a_page_of_somebody_else() throws Exception {
        assertEquals(
                405,
                send(request("/console/state").POST(BodyPublishers.ofString("x")))
                        .statusCode());
        assertTrue(rawStatus("evil.example").startsWith("HTTP/1.1 403"));
        for (String own : List.of("localhost:9404", "127.0.0.1", "[::1]:9404", "10.1.2.3:80")) {
            assertTrue(rawStatus(own).startsWith("HTTP/1.1 200"), own);
        }
    }

    /** Java's own client does not let one choose the host that it asks for. */
    private static String rawStatus(String host) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET /console/state HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readNBytes(12), UTF_8);
        }
    }

    private static CompletableFuture<HttpResponse<String>> lookUp() {
        return CLIENT.sendAsync(
                request("/console/lookup?requestId=r-1&directoryId=rd-one").build(), BodyHandlers.ofString());
    }

    private static JsonNode stateNow() throws Exception {
        return json(get("/console/state"));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
