package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuideTest {

    private static final Path EXAMPLES = PublishedSchemas.FOLDER.resolve("examples");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "error-codes.md"})
    void every_link_leads_to_a_file(String page) {
        List<String> broken = LINK.matcher(PublishedSchemas.text(page))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !Files.exists(PublishedSchemas.FOLDER.resolve(target)))
                .toList();
        assertEquals(List.of(), broken);
    }

    @Test
    void every_schema_and_example_is_linked_from_the_guide() throws IOException {
        List<String> links = LINK.matcher(PublishedSchemas.text("README.md"))
                .results()
                .map((MatchResult link) -> link.group(1))
                .toList();
        List<String> files = Stream.concat(
                        PublishedSchemas.names().stream(),
                        examples("").stream().map(example -> "examples/" + example.getFileName()))
                .toList();
        assertEquals(
                List.of(), files.stream().filter(file -> !links.contains(file)).toList());
    }

    @Test
    void the_java_examples_compile_without_a_warning(@TempDir Path classes) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "this is a JDK");
        StringWriter messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of(
                                    "--release",
                                    "17",
                                    "-Xlint:all,-classfile,-options",
                                    "-Werror",
                                    "-proc:none",
                                    "-classpath",
                                    System.getProperty("java.class.path"),
                                    "-d",
                                    classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(examples(".java")))
                    .call();
            assertTrue(compiled, messages::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"command.json, ADD", "send-again.json, SEND_EMAIL_VERIFICATION", "delete.json, DELETE"})
    void a_command_that_the_examples_publish_is_valid(String file, Action action) {
        assertEquals(
                List.of(),
                PublishedSchemas.strictFaults(
                        PublishedSchemas.ofCommand(action), PublishedSchemas.read("examples/" + file)));
    }

    private static List<Path> examples(String ending) throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).toList();
            assertTrue(!found.isEmpty(), "no examples found");
            return found;
        }
    }
}
