package dev.messagecontact.ops.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Lets at most ten warnings or errors of one kind through in a minute, and logs after the minute how many more
 * there were: an outage must not flood the log. One kind is one logger and one message, but for the client's name and the
 * numbers in it. What is not a warning always goes through.
 *
 * <p>Any thread may call it.
 */
public final class LogRateLimit extends TurboFilter {

    private static final int LINES = 10;
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();
    /** Messages that differ in more than numbers must not fill the memory: beyond this, each logger has one kind. */
    private static final int MOST_KINDS = 500;

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Pattern CLIENT_NAME = Pattern.compile("^\\[[^]]*] ");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
    private static final String OWN_NAME = LogRateLimit.class.getName();

    private final LongSupplier nanoTime;
    private final Map<Kind, Window> windows = new HashMap<>();
    private @Nullable ScheduledFuture<?> looking;

    /** Made by {@code logback.xml}. */
    public LogRateLimit() {
        this(System::nanoTime);
    }

    /** @param nanoTime a clock as {@link System#nanoTime} */
    LogRateLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void start() {
        super.start();
        looking = getContext()
                .getScheduledExecutorService()
                .scheduleWithFixedDelay(this::report, LOOK.toNanos(), LOOK.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        if (looking != null) {
            looking.cancel(false);
        }
        super.stop();
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable cause) {
        // Most calls come from libraries at levels that are off: this check must be the first.
        if (level.levelInt < Level.WARN_INT || format == null || level.levelInt < logger.getEffectiveLevel().levelInt) {
            return FilterReply.NEUTRAL;
        }
        if (logger.getName().equals(OWN_NAME)) {
            return FilterReply.NEUTRAL;
        }
        Supplier<String> line = () -> String.valueOf(MessageFormatter.basicArrayFormat(format, arguments));
        return isTooMany(logger.getName(), kindOf(format), line) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static String kindOf(String format) {
        return NUMBER.matcher(CLIENT_NAME.matcher(format).replaceFirst("")).replaceAll("#");
    }

    private synchronized boolean isTooMany(String logger, String message, Supplier<String> line) {
        Kind kind = new Kind(logger, message);
        if (windows.size() >= MOST_KINDS && !windows.containsKey(kind)) {
            kind = new Kind(logger, "other messages");
        }
        long now = nanoTime.getAsLong();
        Window window = windows.get(kind);
        if (window == null || now - window.start >= WINDOW) {
            if (window != null) {
                tell(kind, window);
            }
            window = new Window(now);
            windows.put(kind, window);
        }
        if (++window.lines == LINES + 1) {
            window.firstLeftOut = line.get();
        }
        return window.lines > LINES;
    }

    /** Logs how many lines were left out in the minutes that have passed. */
    void report() {
        List<Runnable> lines = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            windows.entrySet().removeIf(entry -> {
                Window window = entry.getValue();
                boolean isOver = now - window.start >= WINDOW;
                if (isOver) {
                    lines.add(() -> tell(entry.getKey(), window));
                }
                return isOver;
            });
        }
        lines.forEach(Runnable::run);
    }

    private void tell(Kind kind, Window window) {
        if (window.lines > LINES) {
            LoggerContext context = (LoggerContext) getContext();
            context.getLogger(OWN_NAME)
                    .warn(
                            "{} more lines like this in a minute were left out: {}: {}",
                            window.lines - LINES,
                            kind.logger,
                            window.firstLeftOut);
        }
    }

    private record Kind(String logger, String message) {}

    private static final class Window {
        private final long start;
        private int lines;
        private String firstLeftOut = "";

        Window(long start) {
            this.start = start;
        }
    }
}
