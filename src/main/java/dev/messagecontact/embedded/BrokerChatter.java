package dev.messagecontact.embedded;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps a warning off the log that Kafka's broker gives at each stop and that is no news. Its logger cannot be silenced
 * instead: it is the one that tells our own clients' trouble.
 */
public final class BrokerChatter extends Filter<ILoggingEvent> {

    private static final String CLOSED_TWICE = "Attempting to close NetworkClient that has already been closed.";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getMessage().endsWith(CLOSED_TWICE) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
