package dev.messagecontact.shape;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds lines of text in files of this checkout. */
final class Sources {

    private Sources() {}

    /** Returns {@code file:line: text} of every line in these folders and files that has the pattern. */
    static List<String> linesWith(Pattern pattern, Predicate<Path> files, String... roots) {
        List<String> found = new ArrayList<>();
        for (String root : roots) {
            List<Path> all = filesIn(Path.of(root));
            assertFalse(all.isEmpty(), "nothing to look at in " + root);
            all.stream().filter(files).forEach(file -> find(pattern, file, found));
        }
        return found;
    }

    private static List<Path> filesIn(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void find(Pattern pattern, Path file, List<String> found) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add("%s:%d: %s".formatted(file, i + 1, lines.get(i).strip()));
                }
            }
        } catch (MalformedInputException e) {
            // not a text
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
