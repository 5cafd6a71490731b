package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.workshop.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** What the runbooks tell an operator to type exists, and their links lead somewhere. Nothing is run here. */
class RunbooksTest {

    private static final Path FOLDER = Path.of("ops/runbooks");

    /** In code: a checkout's, the cluster's, compose's, or the bare command; up to the end of the code or a comment. */
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|kubernetes/|--rm |`)contacts ([^`#|&)>\\n]*)");

    /** As a shell takes a line apart: what is quoted is one word. */
    private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|[^\\s\"])+");

    private static final Set<String> NUMBERS = Set.of("OFFSET", "N", "P");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)[^)]*\\)");

    @Test
    void every_command_line_of_the_runbooks_and_the_readme_can_be_parsed() throws IOException {
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
    void every_page_is_listed_and_every_link_leads_somewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        String index = Files.readString(FOLDER.resolve("README.md"));
        for (Path page : runbooks()) {
            if (!page.endsWith("README.md") && !index.contains("](" + page.getFileName() + ")")) {
                wrong.add("not listed: " + page);
            }
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(FOLDER.resolve(link.group(1)))) {
                    wrong.add(page + ": " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), wrong);
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

    /** The words of a line. Placeholders for numbers are numbers here; three dots at the end stand for more, unless they are an option's value. */
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
        List<Path> pages = new ArrayList<>(runbooks());
        pages.add(Path.of("README.md"));
        return pages;
    }

    private static List<Path> runbooks() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
