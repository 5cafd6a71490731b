package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.messagecontact.support.MarkdownTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code ops/logs.md} lists every line that the product logs at INFO and above, and no other. It reads the sources. */
class LogsTest {

    private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*\"";

    /** A logger, the level, and the line as one or several literals; the last group is missing where the line is none. */
    private static final Pattern CALL = Pattern.compile(
            "(?:\\blog|getLogger\\([^()]*\\))\\s*\\.\\s*(info|warn|error)\\(\\s*(%1$s(?:\\s*\\+\\s*%1$s)*)?"
                    .formatted(LITERAL));

    /** Ways to log that {@link #CALL} does not find. */
    private static final Pattern OTHER_WAY = Pattern.compile(
            "\\bat(?:Info|Warn|Error|Level)\\(|\\blog::|Logger (?!log\\b)\\w+ = LoggerFactory|\\bSystem\\.(?:err|Logger)\\b");

    private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>");

    @Test
    void every_line_of_the_code_is_in_the_list_and_no_other() throws IOException {
        Set<String> inCode = new TreeSet<>();
        for (Path source : sources()) {
            inCode.addAll(lines(source.getFileName().toString().replace(".java", ""), Files.readString(source)));
        }
        Set<String> listed = new TreeSet<>();
        for (List<String> row : rows()) {
            String line = PLACEHOLDER.matcher(MarkdownTable.code(row.get(0))).replaceAll("{}");
            listed.add("%s: %s".formatted(MarkdownTable.code(row.get(1)), line));
        }
        assertEquals(String.join("\n", inCode), String.join("\n", listed));
    }

    @Test
    void every_line_says_what_it_means_and_what_to_do() {
        rows().forEach(row -> row.subList(2, 4).forEach(cell -> assertFalse(cell.isEmpty(), row.get(0))));
    }

    @Test
    void lines_are_found_however_they_are_laid_out() throws IOException {
        String source =
                "log.info(\"a {} b\", x); log\n.warn(\n\"c\"\n + \" d\", e);\n context.getLogger(NAME)\n .error(\"f\")";
        assertEquals(List.of("INFO C: a {} b", "WARN C: c d", "ERROR C: f"), lines("C", source));
        assertEquals(List.of("WARN C: not a literal"), lines("C", "log.warn(text)"));
        assertEquals(List.of("C: at another way to log: log::"), lines("C", "all.forEach(log::warn)"));
    }

    private static List<List<String>> rows() {
        return MarkdownTable.in("ops/logs.md", "Line");
    }

    private static List<String> lines(String type, String source) {
        List<String> found = new ArrayList<>();
        CALL.matcher(source)
                .results()
                .forEach(call ->
                        found.add("%s %s: %s".formatted(call.group(1).toUpperCase(Locale.ROOT), type, text(call))));
        OTHER_WAY
                .matcher(source)
                .results()
                .forEach(other -> found.add("%s: at another way to log: %s".formatted(type, other.group())));
        return found;
    }

    private static String text(MatchResult call) {
        if (call.group(2) == null) {
            return "not a literal";
        }
        StringBuilder text = new StringBuilder();
        Matcher literal = Pattern.compile(LITERAL).matcher(call.group(2));
        while (literal.find()) {
            text.append(literal.group(), 1, literal.group().length() - 1);
        }
        return text.toString();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
