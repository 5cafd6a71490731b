package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an audit has found so far. It keeps the first holes of each kind and counts the others. Not thread-safe. */
final class Findings {

    private final int listedPerKind;
    private final Map<HoleKind, Long> byKind = new EnumMap<>(HoleKind.class);
    private final Map<Counted, Long> counts = new EnumMap<>(Counted.class);
    private final List<Hole> listed = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();
    private long olderThanEvents;
    private boolean isProven = true;

    Findings(int listedPerKind) {
        this.listedPerKind = listedPerKind;
        for (Counted counted : Counted.values()) {
            counts.put(counted, 0L);
        }
    }

    void count(Counted counted) {
        count(counted, 1);
    }

    void count(Counted counted, long more) {
        counts.merge(counted, more, Long::sum);
    }

    void hole(HoleKind kind, @Nullable InTopic command, @Nullable InTopic event, @Nullable String id, String detail) {
        if (byKind.merge(kind, 1L, Long::sum) <= listedPerKind) {
            listed.add(new Hole(kind, command, event, id, detail));
        }
    }

    void hole(HoleKind kind, InTopic command, String detail) {
        hole(kind, command, null, null, detail);
    }

    /** Notes what could not be checked, if the count is above 0. */
    void notChecked(long howMany, String what) {
        if (howMany > 0) {
            notChecked.add(String.format(Locale.ROOT, "%,d %s", howMany, what));
        }
    }

    /** Notes what could not be checked, once. */
    void notChecked(String what) {
        if (!notChecked.contains(what)) {
            notChecked.add(what);
        }
    }

    /** Notes what could not be checked and leaves open whether anything is missing. */
    void unproven(String what) {
        notChecked(what);
        isProven = false;
    }

    /** Notes commands without an answer that are so old that it may have been deleted. */
    void olderThanEvents(long commands) {
        olderThanEvents += commands;
        notChecked(
                commands,
                "commands have no answer; it may have been deleted, because they are older than events are kept");
    }

    AuditReport report(List<Part> ranges) {
        return new AuditReport(ranges, counts, byKind, listed, notChecked, olderThanEvents, isProven);
    }
}
