package dev.messagecontact.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
final class Nearest {

    /** How many edits a slip of the fingers makes. */
    static final int EDITS_OF_A_SLIP = 2;

    private Nearest() {}

    /** The name that is the fewest single-character edits away, if these are no more than {@code mostEdits}. */
    static Optional<String> to(String name, Collection<String> names, int mostEdits) {
        String nearest = null;
        int fewest = mostEdits + 1;
        for (String candidate : names) {
            int edits = edits(name, candidate);
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The Levenshtein distance. */
    private static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
