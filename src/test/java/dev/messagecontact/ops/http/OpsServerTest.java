package dev.messagecontact.ops.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.LaneMetrics;
import dev.messagecontact.ops.WorkerMetrics;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {

    private final WorkerMetrics worker = new WorkerMetrics("test");
    private final Health health = new Health(worker, Duration.ofSeconds(60), () -> null);
    private final OpsServer server = OpsServer.start("127.0.0.1", 0, worker, health, Pages.NONE);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void health_says_why_in_json_and_by_its_status() throws Exception {
        HttpResponse<String> live = get("/health/live");
        assertEquals(200, live.statusCode());
        assertEquals("{\"status\":\"up\",\"checks\":[]}", live.body());

        LaneMetrics lane = worker.lane(0);
        HttpResponse<String> ready = get("/health/ready");
        assertEquals(503, ready.statusCode());
        assertEquals(
                "application/json", ready.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("""
                {"status":"down","checks":[\
                {"name":"lanes","status":"down","reason":"lane 0 has not joined the group yet"},\
                {"name":"database","status":"up","reason":null},\
                {"name":"broker","status":"up","reason":null},\
                {"name":"intake","status":"up","reason":null},\
                {"name":"partitions","status":"up","reason":null},\
                {"name":"group","status":"up","reason":null},\
                {"name":"progress","status":"up","reason":null},\
                {"name":"topics","status":"up","reason":null}]}""", ready.body());

        lane.died(new IllegalStateException());
        assertEquals(503, get("/health/live").statusCode());
    }

    @Test
    void metrics_come_as_text_or_if_asked_for_as_open_metrics() throws Exception {
        HttpResponse<String> text = get("/metrics");
        assertEquals(200, text.statusCode());
        assertTrue(text.headers().firstValue("Content-Type").orElseThrow().startsWith("text/plain; version=0.0.4"));
        assertTrue(text.body().contains("\ncontacts_build_info{"));

        HttpResponse<String> open = send(request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2"));
        assertTrue(open.headers().firstValue("Content-Type").orElseThrow().startsWith("application/openmetrics-text"));
        assertTrue(open.body().endsWith("# EOF\n"));
    }

    @Test
    void only_reading_is_allowed_and_only_what_is_there() throws Exception {
        assertEquals(404, get("/").statusCode()); // pages for people are none of its own
        assertEquals(404, get("/metrics/more").statusCode());
        HttpResponse<String> post = send(request("/metrics").POST(BodyPublishers.ofString("x")));
        assertEquals(405, post.statusCode());
        assertEquals("GET, HEAD", post.headers().firstValue("Allow").orElseThrow());
        HttpResponse<String> head = send(request("/health/live").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals("27", head.headers().firstValue("Content-Length").orElseThrow());
    }

    @Test
    void clients_that_dawdle_hold_up_nobody_for_long() throws Exception {
        List<Socket> dawdlers = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket("127.0.0.1", server.port());
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: ".getBytes(UTF_8));
                dawdlers.add(socket);
            }
            assertEquals(200, get("/health/live").statusCode());
        } finally {
            for (Socket socket : dawdlers) {
                socket.close();
            }
        }
    }

    @Test
    void a_port_that_is_taken_is_named() {
        UncheckedIOException taken = assertThrows(
                UncheckedIOException.class,
                () -> OpsServer.start("127.0.0.1", server.port(), worker, health, Pages.NONE));
        assertEquals("port " + server.port() + " of 127.0.0.1 cannot be served", taken.getMessage());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }
}
