package dev.messagecontact.workshop.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what is still open when the JVM exits, Ctrl-C and SIGTERM included: one after the other, the latest first, so
 * that a client which was added after its servers still finds them while it closes.
 *
 * <p>Any thread may call it.
 */
public final class AtExit {

    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);
    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
    private static @Nullable Thread hook;
    private static boolean done;

    private AtExit() {}

    /**
     * Will close it at exit, unless {@link #forget} comes before. Its {@code close} must bear a second call.
     *
     * @throws IllegalStateException if the JVM is exiting: whatever is started now, nobody would stop
     */
    public static synchronized void close(AutoCloseable resource) {
        if (done) {
            throw new IllegalStateException("the JVM is exiting");
        }
        if (hook == null) {
            Thread thread = new Thread(AtExit::closeAll, "close-at-exit");
            Runtime.getRuntime().addShutdownHook(thread);
            hook = thread;
        }
        OPEN.push(resource);
    }

    /** It has been closed. No effect if it was never added. */
    public static synchronized void forget(AutoCloseable resource) {
        OPEN.remove(resource);
        if (OPEN.isEmpty() && hook != null && removed(hook)) {
            hook = null;
        }
    }

    private static boolean removed(Thread thread) {
        try {
            return Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException exiting) {
            return false;
        }
    }

    private static void closeAll() {
        for (AutoCloseable next = latest(); next != null; next = latest()) {
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("Could not be closed at exit", e);
            }
        }
    }

    private static synchronized @Nullable AutoCloseable latest() {
        done = OPEN.isEmpty();
        return OPEN.poll();
    }
}
