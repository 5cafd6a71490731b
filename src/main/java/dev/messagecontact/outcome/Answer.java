package dev.messagecontact.outcome;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.outcome.Outcome.Rejected;

/**
 * The one answer to a record of the command topic.
 *
 * @param kind why the record got this answer now
 */
public record Answer(Envelope envelope, Kind kind, Outcome outcome) {

    /** How a record relates to what was decided before it. */
    public enum Kind {
        /** Decided now. */
        NEW,
        /** Decided in an earlier attempt at this same record whose events were not published. */
        RECOVERED,
        /** Decided for an earlier record with the same request id and content. */
        DUPLICATE,
        /** Answered before, and now published again. */
        REPLAYED
    }

    /** Whether the record itself is kept as a dead letter; in a replay it is one already. */
    public boolean isDeadLettered() {
        return outcome instanceof Rejected rejected && rejected.code().isDeadLettered() && !isReplayed();
    }

    /** Whether its events carry {@code ce_replayed}. */
    public boolean isReplayed() {
        return kind == Kind.REPLAYED;
    }
}
