package dev.messagecontact.ops.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;

/**
 * Drops two lines that Kafka logs at a normal stop: a warning of a broker, and an error of a consumer, with a stack trace,
 * when it leaves during a rebalance. Their loggers cannot be turned off instead, because they also report faults of the
 * clients.
 */
public final class ShutdownLogFilter extends Filter<ILoggingEvent> {

    private static final String CLOSED_TWICE = "Attempting to close NetworkClient that has already been closed.";
    private static final String LEFT = "could not be completed before the consumer closed";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean isNoNews =
                event.getMessage().endsWith(CLOSED_TWICE) || isOfAConsumerThatLeaves(event.getThrowableProxy());
        return isNoNews ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean isOfAConsumerThatLeaves(@Nullable IThrowableProxy thrown) {
        return thrown != null && String.valueOf(thrown.getMessage()).endsWith(LEFT);
    }
}
