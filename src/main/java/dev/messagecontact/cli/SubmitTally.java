package dev.messagecontact.cli;

import static java.util.Objects.requireNonNullElse;

import java.io.PrintWriter;
import java.util.Locale;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What became of the lines of one file. Any thread may call it: the producer's reports to it. */
final class SubmitTally {

    /** More of them would only hide the summary. */
    private static final int FAILURES_TOLD = 10;

    private final PrintWriter err;
    private final long start = System.nanoTime();
    private long sent;
    private long failed;
    private long noObjects;
    private long firstNoObject;
    private boolean hopeless;
    private boolean told;
    private @Nullable String firstFailure;
    private @Nullable String early;

    /** @param err gets a line for each failure, at once */
    SubmitTally(PrintWriter err) {
        this.err = err;
    }

    /** The callback for the brokers' answer to this line. */
    Callback sending(long line) {
        return (position, failure) -> answered(line, failure);
    }

    /** A line that is no JSON object was sent all the same: the worker answers it. */
    synchronized void isNoObject(long line) {
        noObjects++;
        if (noObjects == 1) {
            firstNoObject = line;
        }
    }

    /** A line cannot be sent. */
    synchronized void fails(long line, String reason) {
        failed++;
        String failure = "line %d: %s".formatted(line, reason);
        if (firstFailure == null) {
            firstFailure = failure;
        }
        if (failed <= FAILURES_TOLD) {
            err.println(failure);
            err.flush();
        }
    }

    /**
     * Not all lines were looked at.
     *
     * @param reason completes the summary
     */
    synchronized void endsEarly(String reason) {
        early = requireNonNullElse(early, reason);
    }

    /** Whether each further line would wait as long for the same answer. */
    synchronized boolean isHopeless() {
        return hopeless;
    }

    synchronized boolean isComplete() {
        return failed == 0 && early == null;
    }

    /** Prints the summary, unless another thread has printed it. */
    synchronized void tell(PrintWriter out) {
        if (!told) {
            told = true;
            out.println(summary());
            out.flush();
        }
    }

    private synchronized void answered(long line, @Nullable Exception failure) {
        if (failure == null) {
            sent++;
            return;
        }
        fails(line, failure.getClass().getSimpleName());
        if (failure instanceof TimeoutException) {
            hopeless = true;
            endsEarly("gave up, the lines after it were not sent");
        }
    }

    private String summary() {
        double seconds = Math.max(0.001, (System.nanoTime() - start) / 1e9);
        StringBuilder summary = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d sent, %,d failed, in %.1f s (%,.0f per second)",
                sent,
                failed,
                seconds,
                sent / seconds));
        if (firstFailure != null) {
            summary.append("; first failure: ").append(firstFailure);
        }
        if (noObjects > 0) {
            summary.append(String.format(
                    Locale.ROOT,
                    "; lines that are no JSON object, which the worker will reject: %,d, first: line %d",
                    noObjects,
                    firstNoObject));
        }
        if (early != null) {
            summary.append("; ").append(early);
        }
        return summary.toString();
    }
}
