package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Dashboards and alerts ask for metrics that there are: those of ops/metrics.md, which a live worker is held against. */
class DashboardsTest {

    private static final Path OPS = Path.of("ops");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_0-9]+)` \\| (\\w+) \\|([^|]*)\\|.*");
    private static final Pattern LABEL_IN_TABLE = Pattern.compile("`([a-z_]+)`");
    private static final Pattern METRIC =
            Pattern.compile("\\b((?:contacts|hikaricp|jvm|process|system)_[a-z_0-9]+)(\\{[^}]*})?");
    private static final Pattern LABEL_IN_SELECTOR = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on)\\s*\\(([^)]*)\\)");
    /** How alerts name the place where runbooks are published. */
    private static final String PUBLISHED = "{{ with $externalLabels.runbooks }}{{ . }}{{ else }}ops/runbooks{{ end }}";
    /** Prometheus' own, and those of histograms. */
    private static final Set<String> EVERYWHERE = Set.of("job", "namespace", "instance", "le");

    private final Map<String, Set<String>> labelsByMetric = labelsByMetric();

    private static Map<String, Set<String>> labelsByMetric() {
        Map<String, Set<String>> labels = new HashMap<>();
        for (String line : lines(OPS.resolve("metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> its = new HashSet<>(EVERYWHERE);
                LABEL_IN_TABLE.matcher(row.group(3)).results().forEach(label -> its.add(label.group(1)));
                labels.put(row.group(1), its);
                if (Set.of("histogram", "summary").contains(row.group(2))) {
                    Stream.of("_bucket", "_sum", "_count").forEach(suffix -> labels.put(row.group(1) + suffix, its));
                }
            }
        }
        return labels;
    }

    @Test
    void every_expression_names_metrics_and_labels_that_there_are() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (String expression : expressions()) {
            Set<String> known = new HashSet<>(EVERYWHERE);
            for (Matcher metric = METRIC.matcher(expression); metric.find(); ) {
                Set<String> labels = labelsByMetric.get(metric.group(1));
                if (labels == null) {
                    wrong.add("no metric " + metric.group(1));
                    continue;
                }
                known.addAll(labels);
                if (metric.group(2) != null) {
                    LABEL_IN_SELECTOR
                            .matcher(metric.group(2))
                            .results()
                            .map(label -> label.group(1))
                            .filter(label -> !labels.contains(label))
                            .forEach(label -> wrong.add(metric.group(1) + " has no label " + label));
                }
            }
            GROUPING.matcher(expression)
                    .results()
                    .flatMap(grouping -> Stream.of(grouping.group(1).split("\\s*,\\s*")))
                    .filter(label -> !label.isBlank() && !known.contains(label))
                    .forEach(label -> wrong.add("no label " + label + " in " + expression));
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void every_panel_says_what_bad_looks_like_and_in_which_unit_and_leads_to_a_runbook_that_there_is()
            throws IOException {
        int panels = 0;
        for (JsonNode panel : panels()) {
            String title = panel.path("title").asString();
            assertTrue(panel.path("description").asString("").matches("(?s).*\\bBad: .*"), title);
            assertFalse(panel.at("/fieldConfig/defaults/unit").asString("").isBlank(), title);
            for (JsonNode link : panel.path("links")) {
                assertRunbook(link.path("url").asString().replace("${runbooks}/", "ops/runbooks/"));
            }
            panels++;
        }
        assertTrue(panels > 30, "only " + panels);
    }

    @Test
    void every_alert_leads_to_a_runbook_that_there_is_and_is_tested() {
        String tests = String.join("\n", lines(OPS.resolve("prometheus/alerts.test.yml")));
        for (JsonNode alert : alerts()) {
            String name = alert.path("alert").asString();
            String link = alert.at("/annotations/runbook_url").asString("");
            assertTrue(link.startsWith(PUBLISHED), name + " leads nowhere where runbooks are published");
            assertRunbook(link.replace(PUBLISHED, "ops/runbooks"));
            assertTrue(tests.contains("alertname: " + name), name + " is not tested");
            assertFalse(alert.at("/labels/severity").asString("").isBlank(), name);
            assertTrue(
                    String.join("\n", lines(OPS.resolve("runbooks/README.md"))).contains(name),
                    name + " is not in the list of runbooks");
        }
    }

    /** promtool says whether the tiles have these values; here is which colour that is. */
    @Test
    void the_tiles_are_red_where_no_worker_answers_and_green_where_all_is_well() throws IOException {
        Map<String, JsonNode> tiles = new HashMap<>();
        for (JsonNode panel : panels()) {
            if (panel.path("type").asString().equals("stat")) {
                JsonNode query = panel.path("targets").path(0);
                assertTrue(query.path("instant").asBoolean(false), panel.path("title") + " shows what was");
                tiles.put(withoutVariables(query.path("expr").asString()), panel);
            }
        }
        Set<JsonNode> red = new HashSet<>();
        Set<JsonNode> green = new HashSet<>();
        for (JsonNode scenario : yaml("prometheus/tiles.test.yml").path("tests")) {
            String colour = scenario.path("name").asString().replaceFirst(":.*", "");
            for (JsonNode tested : scenario.path("promql_expr_test")) {
                String expression = tested.path("expr").asString();
                JsonNode tile = tiles.get(expression);
                assertTrue(tile != null, "no tile asks " + expression);
                double value = tested.at("/exp_samples/0/value").asDouble();
                assertEquals(colour, colour(tile, value), tile.path("title").asString() + " at " + value);
                (colour.equals("red") ? red : green).add(tile);
            }
        }
        assertEquals(6, tiles.size());
        assertEquals(Set.copyOf(tiles.values()), red);
        assertEquals(Set.copyOf(tiles.values()), green);
    }

    private static String withoutVariables(String expression) {
        return expression.replace("$__rate_interval", "1m").replaceAll("\\$(job|instance)", ".*");
    }

    /** The colour of the last step that begins at or below the value, as Grafana has it; the first has no beginning. */
    private static String colour(JsonNode tile, double value) {
        String colour = "";
        for (JsonNode step : tile.at("/fieldConfig/defaults/thresholds/steps")) {
            if (step.path("value").isNull() || step.path("value").asDouble() <= value) {
                colour = step.path("color").asString();
            }
        }
        return colour;
    }

    @Test
    void every_bound_that_an_alert_asks_for_is_one_of_a_worker_and_documented() {
        String scrape = Scrape.of(new WorkerMetrics("test")).text();
        String documented = String.join("\n", lines(OPS.resolve("metrics.md")));
        Pattern bound = Pattern.compile("(contacts_[a-z_]+_bucket)\\{[^}]*le=\"([^\"]+)\"");
        int found = 0;
        for (JsonNode alert : alerts()) {
            for (Matcher asked = bound.matcher(alert.path("expr").asString()); asked.find(); found++) {
                assertTrue(
                        scrape.contains(asked.group(1) + "{le=\"" + asked.group(2) + "\"}"),
                        alert.path("alert") + " asks for a bound that is not there: " + asked.group());
            }
        }
        assertTrue(found > 0);
        String bounds = bound.matcher(scrape)
                .results()
                .filter(each -> each.group(1).equals("contacts_command_latency_seconds_bucket"))
                .map(each -> each.group(2))
                .filter(each -> !each.equals("+Inf"))
                .map(each -> each.replaceFirst("\\.0$", ""))
                .collect(Collectors.joining(", "));
        assertTrue(documented.contains("`contacts_command_latency_seconds`: " + bounds), bounds);
    }

    private static void assertRunbook(String path) {
        assertTrue(path.startsWith("ops/runbooks/") && Files.isRegularFile(Path.of(path)), "no runbook: " + path);
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        panels().forEach(panel -> panel.path("targets")
                .forEach(target -> expressions.add(target.path("expr").asString())));
        alerts().forEach(alert -> expressions.add(alert.path("expr").asString()));
        assertTrue(expressions.size() > 40, "only " + expressions.size());
        return expressions;
    }

    private static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        try (Stream<Path> files = Files.list(OPS.resolve("grafana/dashboards"))) {
            for (Path file : files.toList()) {
                for (JsonNode panel :
                        JsonMapper.shared().readTree(Files.readString(file)).path("panels")) {
                    if (!panel.path("type").asString().equals("row")) {
                        panels.add(panel);
                    }
                }
            }
        }
        return panels;
    }

    private static List<JsonNode> alerts() {
        return yaml("prometheus/alerts.yml").at("/groups/0/rules").valueStream().toList();
    }

    private static JsonNode yaml(String file) {
        return YAMLMapper.shared().readTree(String.join("\n", lines(OPS.resolve(file))));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
