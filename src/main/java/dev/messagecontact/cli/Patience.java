package dev.messagecontact.cli;

import dev.messagecontact.cli.line.Failures;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.settings.Settings;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for a server that does not answer yet, as a worker does, but not for ever. */
final class Patience {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private Patience() {}

    /**
     * What the work returns, tried again while no server answers and the time is not over.
     *
     * @param err gets one line that says what is waited for
     * @param settings name the server
     * @throws RuntimeException the work's last failure, if the time is over or the server has answered and there is another reason
     */
    static <T> T until(Duration limit, PrintWriter err, Settings settings, Supplier<T> work) {
        long end = System.nanoTime() + limit.toNanos();
        for (boolean told = false; ; told = true) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (!isNoAnswer(e) || System.nanoTime() >= end) {
                    throw e;
                }
                if (!told) {
                    err.printf("waiting for up to %d s: %s%n", limit.toSeconds(), Failures.text(e, settings));
                    err.flush();
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /** Whether the server could not be reached or is still starting; waiting does not help if it denies access. */
    private static boolean isNoAnswer(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException
                    || cause instanceof BootstrapResolutionException
                    || (cause instanceof SQLException sql
                            && DatabaseFault.of(sql.getSQLState()) == DatabaseFault.OUTAGE)) {
                return true;
            }
        }
        return false;
    }
}
