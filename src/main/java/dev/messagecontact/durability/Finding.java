package dev.messagecontact.durability;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found of one topic or of the database.
 *
 * @param where a topic's name, or {@code database}
 * @param remark one phrase for people
 */
public record Finding(Level level, String where, String remark) {

    private static final Logger log = LoggerFactory.getLogger(Finding.class);

    /** How bad it is. */
    public enum Level {
        /** Something acknowledged may be lost. */
        WEAK,
        /** An operator should know it; nothing says that it is wrong. */
        NOTE
    }

    static Finding weak(String where, String remark) {
        return new Finding(Level.WEAK, where, remark);
    }

    static Finding note(String where, String remark) {
        return new Finding(Level.NOTE, where, remark);
    }

    /** Writes a line of the log for each: a warning if something may be lost. */
    public static void logAll(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.isWeak()) {
                log.warn(
                        "{}: {}; what is in it may be lost, see ops/runbooks/lost-database.md",
                        finding.where,
                        finding.remark);
            } else {
                log.info("{}: {}", finding.where, finding.remark);
            }
        }
    }

    /** Whether something acknowledged may be lost. */
    public boolean isWeak() {
        return level == Level.WEAK;
    }
}
