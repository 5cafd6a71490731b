package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.settings.Listing;
import dev.messagecontact.settings.Listing.Described;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** docker-compose.yml and ops/kubernetes set what the worker knows, and look where it answers. */
class DeploymentFilesTest {

    private static final ObjectReader YAML = YAMLMapper.shared().readerFor(JsonNode.class);
    private static final Set<String> SETTINGS =
            Listing.described().stream().map(Described::name).collect(Collectors.toSet());

    @Test
    void every_setting_of_docker_compose_is_one() throws IOException {
        JsonNode compose = documents(Path.of("docker-compose.yml")).get(0);
        assertEquals(
                Set.of(),
                unknown(compose.at("/x-contacts/environment").propertyStream().map(Map.Entry::getKey)));
    }

    @Test
    void the_image_is_built_from_files_that_docker_is_shown() throws IOException {
        List<String> shown = Files.readAllLines(Path.of(".dockerignore"));
        List<String> copied = Files.readAllLines(Path.of("ops/docker/Dockerfile")).stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .flatMap(line -> sources(line.split(" ")))
                .toList();
        assertTrue(copied.containsAll(List.of("pom.xml", ".mvn", "src")), copied::toString); // what Maven reads
        for (String each : copied) {
            assertTrue(Files.exists(Path.of(each)), each);
            assertTrue(
                    shown.stream()
                            .anyMatch(line -> line.startsWith("!" + each)
                                    || ("!" + each).startsWith(line + "/")
                                    || ("!" + each)
                                            .matches(line.replace(".", "\\.").replace("*", "[^/]*"))),
                    each);
        }
    }

    /** What a COPY takes: all but its first word and its last. */
    private static Stream<String> sources(String[] copy) {
        return Stream.of(copy).skip(1).limit(copy.length - 2L);
    }

    @Test
    void one_version_stands_in_pom_image_and_kubernetes() throws IOException {
        String version = Files.readString(Path.of("pom.xml")).replaceAll("(?s)^.*?<version>(.*?)</version>.*$", "$1");
        String released = version.replace("-SNAPSHOT", "");
        JsonNode site =
                documents(Path.of("ops/kubernetes/site/kustomization.yaml")).get(0);
        assertTrue(Files.readString(Path.of("ops/docker/Dockerfile")).contains("ARG VERSION=" + version + "\n"));
        assertEquals(released, site.at("/images/0/newTag").asString());
        assertEquals(
                released,
                site.at("/labels/0/pairs").path("app.kubernetes.io/version").asString());
        for (String job : List.of("setup", "release")) {
            Path file = Path.of("ops/kubernetes", job, "job/kustomization.yaml");
            assertEquals(
                    "-" + released.replace('.', '-'),
                    documents(file).get(0).path("nameSuffix").asString());
        }
    }

    @Test
    void kubernetes_has_the_alerts_and_dashboards_of_docker_compose() throws IOException {
        JsonNode rule = documents(Path.of("ops/kubernetes/components/monitoring/rules.yaml"))
                .get(0);
        JsonNode alerts = documents(Path.of("ops/prometheus/alerts.yml")).get(0);
        assertEquals(alerts, rule.path("spec"), "run ops/kubernetes/components/monitoring/rules.sh");
        List<String> packed = new ArrayList<>();
        documents(Path.of("ops/grafana/kustomization.yaml"))
                .get(0)
                .at("/configMapGenerator/0/files")
                .forEach(file -> packed.add(file.asString()));
        try (Stream<Path> dashboards = Files.list(Path.of("ops/grafana/dashboards"))) {
            assertEquals(
                    dashboards
                            .map(file -> "dashboards/" + file.getFileName())
                            .sorted()
                            .toList(),
                    packed.stream().sorted().toList());
        }
    }

    @Test
    void every_setting_of_kubernetes_is_one() throws IOException {
        List<String> names = new ArrayList<>(Files.readAllLines(Path.of("ops/kubernetes/site/settings.env")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("=")[0])
                .toList());
        for (JsonNode container : containersOfOurs()) {
            container
                    .path("env")
                    .forEach(variable -> names.add(variable.path("name").asString()));
        }
        names.removeIf("SASL_PASSWORD"::equals); // a part of KAFKA_SASL_JAAS_CONFIG
        assertTrue(names.size() > 15, names::toString);
        assertEquals(Set.of(), unknown(names.stream()));
    }

    private static List<JsonNode> containersOfOurs() throws IOException {
        List<JsonNode> ours = new ArrayList<>();
        for (JsonNode document : kubernetes()) {
            JsonNode pod = document.at("/spec/template/spec");
            Stream.of("initContainers", "containers")
                    .forEach(kind -> pod.path(kind).forEach(container -> {
                        if (container.path("image").asString().equals("message-contact-worker")) {
                            ours.add(container);
                        }
                    }));
        }
        return ours;
    }

    @Test
    void the_probes_ask_what_the_worker_answers() throws IOException {
        JsonNode container = kubernetes().stream()
                .filter(document -> document.path("kind").asString().equals("StatefulSet"))
                .map(document -> document.at("/spec/template/spec/containers/0"))
                .findFirst()
                .orElseThrow();
        assertEquals("/health/live", container.at("/livenessProbe/httpGet/path").asString());
        assertEquals(
                "/health/ready", container.at("/readinessProbe/httpGet/path").asString());
        assertEquals("management", container.at("/ports/0/name").asString());
        assertEquals(
                Listing.described().stream()
                        .filter(setting -> setting.name().equals("MANAGEMENT_PORT"))
                        .map(Described::fallback)
                        .findFirst()
                        .orElseThrow(),
                container.at("/ports/0/containerPort").asString());
    }

    private static Set<String> unknown(Stream<String> names) {
        return names.filter(name -> !SETTINGS.contains(name)
                        && !name.startsWith("KAFKA_")
                        && !SETTINGS.contains(name.replaceAll("_FILE$", "")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<JsonNode> kubernetes() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("ops/kubernetes"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                all.addAll(documents(file));
            }
        }
        return all;
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        try (var documents = YAML.<JsonNode>readValues(Files.readString(file))) {
            return documents.readAll();
        }
    }
}
