package dev.messagecontact.ops.http;

import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.WorkerMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The console: its files, the worker's state and its last ten minutes as JSON, and look-ups. Any thread may call it. */
public final class Console implements Pages, AutoCloseable {

    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/"; // as in pom.xml

    private static final Map<String, File> FILES = Map.of(
            "/", new File("/console/index.html", "text/html; charset=utf-8"),
            "/console/console.js", new File("/console/console.js", JAVASCRIPT),
            "/console/history.js", new File("/console/history.js", JAVASCRIPT),
            "/console/words.js", new File("/console/words.js", JAVASCRIPT),
            "/console/console.css", new File("/console/console.css", STYLE),
            "/console/icon.svg", new File("/console/icon.svg", "image/svg+xml"),
            "/console/uPlot.js", new File(CHARTS + "uPlot.esm.js", JAVASCRIPT),
            "/console/uPlot.css", new File(CHARTS + "uPlot.min.css", STYLE));

    private final String instance;
    private final WorkerMetrics metrics;
    private final Health health;
    private final LookupDesk desk;
    private final SampleHistory history;
    private final Map<String, Page> read = new ConcurrentHashMap<>();
    private final JsonMapper json = JsonMapper.builder().build();

    /**
     * A worker's console; it keeps samples from now on.
     *
     * @param instance the worker's name
     * @param database for look-ups: one at a time, on a connection that no lane waits for
     */
    public Console(String instance, WorkerMetrics metrics, Health health, DSLContext database) {
        this.instance = instance;
        this.metrics = metrics;
        this.health = health;
        this.desk = new LookupDesk(database, metrics::rejections);
        this.history = new SampleHistory(metrics::sample);
    }

    @Override
    public @Nullable Page at(String path, Map<String, String> query) {
        return switch (path) {
            case "/console/state" -> json(200, Map.of("instance", instance, "worker", metrics.state(health)));
            case "/console/history" -> json(200, history.list());
            case "/console/lookup" ->
                answer(desk.find(query.get("requestId"), query.get("directoryId"), query.get("position")));
            default -> FILES.containsKey(path) ? read.computeIfAbsent(path, Console::file) : null;
        };
    }

    /** A look-up that is under way is given up; no more samples are kept. */
    @Override
    public void close() {
        history.close();
        desk.close();
    }

    private Page answer(LookupDesk.Answer answer) {
        return json(answer.status(), answer);
    }

    private Page json(int status, Object value) {
        return new Page(status, Page.JSON, json.writeValueAsBytes(value));
    }

    private static @Nullable Page file(String path) {
        File file = FILES.get(path);
        try (InputStream in = file == null ? null : Console.class.getResourceAsStream(file.resource)) {
            return file == null || in == null ? null : new Page(200, file.type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record File(String resource, String type) {}
}
