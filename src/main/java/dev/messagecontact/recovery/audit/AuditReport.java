package dev.messagecontact.recovery.audit;

import dev.messagecontact.recovery.Part;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What an audit found.
 *
 * @param ranges the commands it looked at, one range per partition; the verification outcomes only where it looked at nothing else
 * @param counts how much was compared
 * @param holesByKind how many holes there are of each kind that has any
 * @param holes the first of each kind
 * @param notChecked sentences about what could not be checked; it does not prevent "complete"
 * @param olderThanEvents how many commands have no answer, but are so old that it may have been deleted
 * @param isProven false if commands may be missing without a trace: that there is no hole shows nothing then
 */
public record AuditReport(
        List<Part> ranges,
        Map<Counted, Long> counts,
        Map<HoleKind, Long> holesByKind,
        List<Hole> holes,
        List<String> notChecked,
        long olderThanEvents,
        boolean isProven) {

    /** What an audit counts. */
    public enum Counted {
        COMMANDS("commands"),
        RESULTS("results"),
        ERRORS("errors"),
        REPLAYED_ANSWERS("replayed answers"),
        EMAIL_VERIFICATIONS("email verification requests"),
        SMS_VERIFICATIONS("sms verification requests"),
        DEAD_LETTERS("dead letters"),
        CONTACTS("contacts"),
        REJECTIONS("stored rejections"),
        DIRECTORIES("directories");

        private final String words;

        Counted(String words) {
            this.words = words;
        }

        /** The name for people. */
        public String words() {
            return words;
        }
    }

    public AuditReport {
        ranges = List.copyOf(ranges);
        counts = Collections.unmodifiableMap(new EnumMap<>(counts));
        holesByKind = Collections.unmodifiableMap(
                holesByKind.isEmpty() ? new EnumMap<>(HoleKind.class) : new EnumMap<>(holesByKind));
        holes = List.copyOf(holes);
        notChecked = List.copyOf(notChecked);
    }

    /** Whether there is no hole, and that shows that nothing is missing. */
    public boolean isComplete() {
        return !hasHoles() && isProven;
    }

    public boolean hasHoles() {
        return !holesByKind.isEmpty();
    }

    /** How much of this was compared. */
    public long count(Counted counted) {
        return counts.getOrDefault(counted, 0L);
    }

    /** How many holes of this kind there are, listed or not. */
    public long count(HoleKind kind) {
        return holesByKind.getOrDefault(kind, 0L);
    }
}
