package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.MarkdownTable;
import dev.messagecontact.workshop.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * The pages that people read: the command lines that they tell an operator to type exist, their links lead somewhere, and the
 * tests that they promise exist. No command is run.
 */
class PagesTest {

    private static final Path RUNBOOKS = Path.of("ops/runbooks");

    /** In code: a checkout's, the cluster's, compose's, or the bare command; up to the end of the code or a comment. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:\\./|kubernetes/|--rm |`)contacts (?:--print )?([^`#|&)>\\n]*)");

    /** As a shell takes a line apart: what is quoted is one word. */
    private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|[^\\s\"])+");

    private static final Set<String> NUMBERS = Set.of("OFFSET", "N", "P");

    /** A link to a file of this checkout, to a heading in it, or both. */
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");

    @Test
    void every_command_line_can_be_parsed() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path page : pages()) {
            Matcher line = COMMAND.matcher(Files.readString(page));
            while (line.find()) {
                count++;
                parse(line.group(1)).forEach(why -> wrong.add(page + ": " + line.group() + ": " + why));
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(count > 50, () -> "the pattern finds too little");
    }

    @Test
    void a_line_with_an_option_or_a_command_that_does_not_exist_is_found() {
        assertEquals(List.of("Unknown option: '--nothing'"), parse("audit --nothing"));
        assertEquals(1, parse("nothing").size());
        assertEquals(List.of(), parse("explain"), "its argument may be left out where it is only mentioned");
    }

    @Test
    void every_runbook_is_listed_and_every_page_of_ops_is_linked_from_the_readme() throws IOException {
        String runbooks = Files.readString(RUNBOOKS.resolve("README.md"));
        String readme = Files.readString(Path.of("README.md"));
        List<Path> unlisted = new ArrayList<>();
        for (Path page : pages("ops/runbooks")) {
            if (!page.endsWith("README.md") && !runbooks.contains("](" + page.getFileName() + ")")) {
                unlisted.add(page);
            }
        }
        for (Path page : pages("ops")) {
            if (!readme.contains("](" + page)) {
                unlisted.add(page);
            }
        }
        assertEquals(List.of(), unlisted);
    }

    @Test
    void every_link_leads_to_a_file_and_its_heading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!leadsSomewhere(page, link.group(1), link.group(2))) {
                    broken.add(page + ": " + link.group());
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void a_link_to_a_file_or_heading_that_does_not_exist_is_found() throws IOException {
        Path readme = Path.of("README.md");
        assertTrue(leadsSomewhere(readme, "ops/running.md", null));
        assertTrue(leadsSomewhere(readme, "", "what-it-needs"));
        assertFalse(leadsSomewhere(readme, "ops/walking.md", null));
        assertFalse(leadsSomewhere(readme, "ops/running.md", "what-it-needs"));
    }

    @Test
    void every_test_that_a_promise_names_exists() throws IOException {
        List<List<String>> promises = MarkdownTable.in("ops/promises.md", "Promise");
        Set<String> tests = tests();
        List<String> missing = new ArrayList<>();
        for (List<String> promise : promises) {
            List<String> named = TEST.matcher(promise.get(1))
                    .results()
                    .map(test -> test.group(1))
                    .toList();
            assertFalse(named.isEmpty(), () -> "no test: " + promise.get(0));
            named.stream().filter(test -> !tests.contains(test)).forEach(missing::add);
        }
        assertEquals(List.of(), missing);
        assertTrue(promises.size() > 20, "the table was not found");
    }

    private static boolean leadsSomewhere(Path page, String file, @Nullable String heading) throws IOException {
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        if (heading == null || !Files.isRegularFile(target)) {
            return Files.exists(target);
        }
        return HEADING.matcher(Files.readString(target))
                .results()
                .anyMatch(line -> heading.equals(anchor(line.group(1))));
    }

    /** As GitHub makes the address of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static Set<String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static List<String> parse(String line) {
        try {
            Workshop.commandLine(Map.of()).parseArgs(arguments(line));
            return List.of();
        } catch (MissingParameterException e) {
            return List.of();
        } catch (ParameterException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The words of a line. Placeholders for numbers are numbers here; three dots at the end stand for more, unless they
     * are an option's value.
     */
    private static String[] arguments(String line) {
        List<String> words = new ArrayList<>();
        WORD.matcher(line).results().forEach(word -> words.add(word.group().replace("\"", "")));
        words.replaceAll(word -> NUMBERS.contains(word) ? "0" : word);
        int last = words.size() - 1;
        if (words.get(last).equals("...") && (last == 0 || !words.get(last - 1).startsWith("--"))) {
            words.remove(last);
        }
        return words.toArray(String[]::new);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("", "ops", "ops/runbooks", "ops/kubernetes", "schemas")) {
            pages.addAll(pages(folder));
        }
        return pages;
    }

    private static List<Path> pages(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
