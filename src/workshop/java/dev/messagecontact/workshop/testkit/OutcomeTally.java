package dev.messagecontact.workshop.testkit;

import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.cli.print.EventLine;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.outcome.ResultKind;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Events counted by kind and code, with one masked example of each. */
public final class OutcomeTally {

    private final Map<Key, Row> rows = new TreeMap<>(
            Comparator.comparing(Key::kind).thenComparing(Key::words).thenComparing(Key::code));
    private final Set<String> contactIds = new HashSet<>();
    private long answers;
    private long repeats;

    /** Counts one event. */
    public void count(PublishedEvent event) {
        if (event.kind().isAnswer()) {
            answers++;
        }
        if (event.kind() == EventKind.RESULTS
                && ResultKind.ofType(event.type()).orElse(ResultKind.ADDED) == ResultKind.ADDED
                && !contactIds.add(requireNonNullElse(event.content().contactId(), ""))) {
            repeats++;
        }
        String code = event.kind() == EventKind.ERRORS
                ? requireNonNullElse(event.content().code(), "")
                : "";
        rows.computeIfAbsent(
                        new Key(event.kind(), EventLine.kind(event), code), key -> new Row(EventLine.content(event)))
                .count++;
    }

    /** How many commands were answered. */
    public long answers() {
        return answers;
    }

    /** How many results say the same as an earlier one. */
    public long repeats() {
        return repeats;
    }

    /** Kind, code, count and example, in the order of the kinds. */
    public List<List<String>> rows() {
        return rows.entrySet().stream()
                .map(row -> List.of(
                        row.getKey().words,
                        row.getKey().code,
                        Long.toString(row.getValue().count),
                        row.getValue().example))
                .toList();
    }

    private record Key(EventKind kind, String words, String code) {}

    private static final class Row {
        private final String example;
        private long count;

        Row(String example) {
            this.example = example;
        }
    }
}
