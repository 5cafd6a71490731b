package dev.messagecontact.ops.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.WorkerMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves {@code /metrics}, {@code /health/live}, {@code /health/ready} and pages for people over HTTP, for reading only.
 * Any thread may call it.
 */
public final class OpsServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpsServer.class);
    private static final int THREADS = 8;
    private static final int BACKLOG = 64;
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** The browser loads nothing from other sites, runs only this server's files, and shows the page in no frame. */
    private static final String OWN_PARTS_ONLY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** IPv4, or IPv6 in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    static {
        // Read once by the JDK's server, in seconds: one that sends its request drop by drop, or does not take the
        // answer, holds a thread no longer.
        limit("sun.net.httpserver.maxReqTime", "2");
        limit("sun.net.httpserver.maxRspTime", "5");
    }

    private final WorkerMetrics metrics;
    private final Health health;
    private final Pages pages;
    private final Set<String> hosts;
    private final HttpServer server;
    private final ExecutorService threads;
    private final JsonMapper json = JsonMapper.builder().build();

    private OpsServer(HttpServer server, String host, WorkerMetrics metrics, Health health, Pages pages) {
        this.server = server;
        this.metrics = metrics;
        this.health = health;
        this.pages = pages;
        String own = host.toLowerCase(Locale.ROOT);
        this.hosts = Set.copyOf(List.of("localhost", own, "[" + own + "]"));
        this.threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "ops-server");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Serves from now on.
     *
     * @param port 0 for any free one
     * @param pages for people; their paths must differ from this server's
     * @throws UncheckedIOException if the port cannot be had; the message says which
     */
    public static OpsServer start(String host, int port, WorkerMetrics metrics, Health health, Pages pages) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
            OpsServer ops = new OpsServer(server, host, metrics, health, pages);
            server.createContext("/", ops::answer);
            server.setExecutor(ops.threads);
            server.start();
            return ops;
        } catch (IOException e) {
            throw new UncheckedIOException("port %d of %s cannot be served".formatted(port, host), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops the server; requests that are not answered yet are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            send(exchange, pageFor(exchange));
        } catch (IOException gone) {
            log.debug("a client of the management port went away");
        } catch (RuntimeException e) {
            log.error("a request to the management port got no answer: {}", Fault.withoutMessage(e));
        }
    }

    private Page pageFor(HttpExchange exchange) throws IOException {
        Page page = pageAt(exchange);
        if (page == null) {
            return Page.text(
                    404,
                    "there are /metrics, /health/live and /health/ready, and / unless MANAGEMENT_CONSOLE is false\n");
        }
        return switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> page;
            default -> {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                yield Page.text(405, "for reading only\n");
            }
        };
    }

    private @Nullable Page pageAt(HttpExchange exchange) throws IOException {
        return switch (exchange.getRequestURI().getPath()) {
            case "/metrics" -> metricsPage(exchange.getRequestHeaders().getFirst("Accept"));
            case "/health/live" -> healthPage(health.live());
            case "/health/ready" -> healthPage(health.ready());
            default -> pageForPeople(exchange);
        };
    }

    private @Nullable Page pageForPeople(HttpExchange exchange) {
        URI address = exchange.getRequestURI();
        Page page = pages.at(address.getPath(), parameters(address.getRawQuery()));
        return page == null || isAskedByOurName(exchange)
                ? page
                : Page.text(403, "open this page by localhost or by an address, not by another name\n");
    }

    /**
     * A foreign page could let its own host name point to this server and read the answers (DNS rebinding). It cannot do that
     * with an address or with this server's name. Metrics and health answer to any name, because a cluster has its own.
     */
    private boolean isAskedByOurName(HttpExchange exchange) {
        String asked = exchange.getRequestHeaders().getFirst("Host");
        if (asked == null) {
            return false;
        }
        String host = asked.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return hosts.contains(host) || ADDRESS.matcher(host).matches();
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", 20)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) { // a lonely percent sign
            return text;
        }
    }

    private Page metricsPage(@Nullable String accept) throws IOException {
        boolean isOpenMetrics = accept != null && accept.contains("application/openmetrics-text");
        String type = isOpenMetrics ? OPEN_METRICS : TEXT;
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
        metrics.scrape(out, type);
        return new Page(200, type, out.toByteArray());
    }

    private Page healthPage(Health.Report report) {
        return new Page(report.up() ? 200 : 503, Page.JSON, json.writeValueAsBytes(report));
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Content-Security-Policy", OWN_PARTS_ONLY);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(page.body().length));
            exchange.sendResponseHeaders(page.status(), -1);
        } else {
            exchange.sendResponseHeaders(page.status(), page.body().length);
            exchange.getResponseBody().write(page.body());
        }
    }

    private static void limit(String property, String seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, seconds);
        }
    }
}
