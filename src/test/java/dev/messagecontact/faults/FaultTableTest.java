package dev.messagecontact.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.messagecontact.support.MarkdownTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultTableTest {

    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*)\\.(\\w+)`");

    private final List<List<String>> entries = MarkdownTable.in("ops/faults.md", "Entry");

    @Test
    void every_entry_has_its_line_with_its_source_and_its_proof() {
        List<String> numbers = entries.stream().map(row -> row.get(0)).toList();
        assertEquals(IntStream.rangeClosed(1, 71).mapToObj("B%02d"::formatted).toList(), numbers.subList(0, 71));
        assertEquals(numbers.stream().sorted().distinct().toList(), numbers, "each number once, in order");
        entries.forEach(row -> row.subList(1, 4).forEach(cell -> assertFalse(cell.isEmpty(), row.get(0))));
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        Map<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        for (List<String> row : entries) {
            Matcher named = TEST.matcher(row.get(3));
            while (named.find()) {
                String source = sources.getOrDefault(named.group(1), "");
                if (!source.contains("void " + named.group(2) + "(")) {
                    missing.add(row.get(0) + " " + named.group());
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
