package dev.messagecontact.durability;

import java.util.List;
import org.slf4j.Logger;

/** Tells findings to operators by the log. */
public final class Findings {

    private Findings() {}

    /** Writes a line for each: a warning if something may be lost. */
    public static void log(Logger log, List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.isWeak()) {
                log.warn(
                        "{}: {}; what is in it may be lost, see ops/runbooks/lost-database.md",
                        finding.where(),
                        finding.remark());
            } else {
                log.info("{}: {}", finding.where(), finding.remark());
            }
        }
    }
}
