package dev.messagecontact.cli.print;

import java.util.List;
import java.util.stream.IntStream;

/** Rows with their columns in line. */
public final class TextTable {

    private static final String GAP = "  ";

    private TextTable() {}

    /** @param rows each as long as the headings */
    public static String of(List<String> headings, List<List<String>> rows) {
        int[] widths = IntStream.range(0, headings.size())
                .map(column -> Math.max(
                        headings.get(column).length(),
                        rows.stream()
                                .mapToInt(row -> row.get(column).length())
                                .max()
                                .orElse(0)))
                .toArray();
        StringBuilder text = new StringBuilder();
        append(text, headings, widths);
        rows.forEach(row -> append(text, row, widths));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
}
