package dev.messagecontact.cli.print;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.recovery.audit.Hole;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An audit's report as it is printed. */
public final class AuditReportText {

    private AuditReportText() {}

    /** Prints the report for people: what was compared, the holes by kind, and the verdict as the last line. */
    public static String plain(AuditReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("compared: " + counts(report));
        report.notChecked().forEach(line -> lines.add("not checked: " + line));
        report.holesByKind().forEach((kind, count) -> {
            lines.add(String.format(Locale.ROOT, "%s: %,d", kind.words(), count));
            List<Hole> listed =
                    report.holes().stream().filter(hole -> hole.kind() == kind).toList();
            listed.forEach(hole -> lines.add("  " + line(hole)));
            if (listed.size() < count) {
                lines.add(String.format(Locale.ROOT, "  ... and %,d more", count - listed.size()));
            }
        });
        lines.add(verdict(report));
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }

    private static String counts(AuditReport report) {
        return report.counts().entrySet().stream()
                .map(count -> String.format(
                        Locale.ROOT, "%,d %s", count.getValue(), count.getKey().words()))
                .collect(Collectors.joining(", "));
    }

    private static String line(Hole hole) {
        return Stream.of(
                        text("command ", hole.command()),
                        text("event ", hole.event()),
                        text("", hole.id()),
                        hole.detail())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String text(String before, @Nullable Object value) {
        return value == null ? "" : before + value;
    }

    private static String verdict(AuditReport report) {
        if (report.isComplete()) {
            return report.olderThanEvents() == 0 ? "complete" : completeAsFarAsKept(report.olderThanEvents());
        }
        if (!report.hasHoles()) {
            return "no holes, but not complete: commands may have been compacted away";
        }
        long holes =
                report.holesByKind().values().stream().mapToLong(count -> count).sum();
        return String.format(Locale.ROOT, "not complete: %,d holes", holes);
    }

    private static String completeAsFarAsKept(long older) {
        return String.format(
                Locale.ROOT,
                "complete, as far as events are kept: %,d commands without an answer are older than that",
                older);
    }

    /** The same for programs. */
    public static ObjectNode json(AuditReport report) {
        ObjectNode root = JsonLine.object().put("complete", report.isComplete());
        root.put("olderThanEvents", report.olderThanEvents());
        ArrayNode ranges = root.putArray("ranges");
        for (Part range : report.ranges()) {
            ranges.addObject()
                    .put("partition", range.partition())
                    .put("from", range.from())
                    .put("to", range.to());
        }
        ObjectNode counts = root.putObject("compared");
        for (Map.Entry<Counted, Long> count : report.counts().entrySet()) {
            counts.put(count.getKey().words().replace(' ', '-'), count.getValue());
        }
        ObjectNode kinds = root.putObject("holes");
        report.holesByKind().forEach((kind, count) -> kinds.put(kind.id(), count));
        ArrayNode listed = root.putArray("listed");
        report.holes().forEach(hole -> add(listed.addObject(), hole));
        report.notChecked().forEach(root.putArray("notChecked")::add);
        return root;
    }

    private static void add(ObjectNode object, Hole hole) {
        object.put("kind", hole.kind().id());
        place(object, "command", hole.command());
        place(object, "event", hole.event());
        if (hole.id() != null) {
            object.put("id", hole.id());
        }
        object.put("detail", hole.detail());
    }

    private static void place(ObjectNode object, String name, @Nullable InTopic place) {
        if (place != null) {
            JsonLine.place(object.putObject(name), place);
        }
    }
}
