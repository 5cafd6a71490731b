package dev.messagecontact.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of a document of this repository. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /** The rows of the table whose first heading is this one. */
    public static List<List<String>> in(String document, String firstHeading) {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : lines(document)) {
            if (line.startsWith("| " + firstHeading + " |")) {
                inside = true;
            } else if (!line.startsWith("|")) {
                inside = false;
            } else if (inside && !line.startsWith("| ---")) {
                rows.add(Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList());
            }
        }
        return rows;
    }

    /** A cell without its backquotes. */
    public static String code(String cell) {
        return cell.replace("`", "");
    }

    private static List<String> lines(String document) {
        try {
            return Files.readAllLines(Path.of(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
