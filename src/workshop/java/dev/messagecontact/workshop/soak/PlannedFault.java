package dev.messagecontact.workshop.soak;

import java.time.Duration;
import java.util.Locale;

/**
 * A fault and its time.
 *
 * @param start after the load began
 * @param worker the worker that it happens to, from 0; of no meaning for a fault of all
 */
record PlannedFault(Duration start, FaultKind kind, int worker, Duration length) {

    /** For people: {@code 12.5 s  kill -9 of worker 1 (0.3 s)}. */
    @Override
    public String toString() {
        String whose = kind.isOfOneWorker() ? " (worker " + (worker + 1) + ")" : "";
        String howLong = length.isZero() ? "" : String.format(Locale.ROOT, ", %.1f s", length.toMillis() / 1e3);
        return String.format(Locale.ROOT, "%6.1f s  %s%s%s", start.toMillis() / 1e3, kind.words(), whose, howLong);
    }
}
