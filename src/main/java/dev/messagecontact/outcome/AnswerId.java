package dev.messagecontact.outcome;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.RecordPosition;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CloudEvents id of an answer, {@code <RequestId>.<partition>.<offset>}: no two commands have the same, and every replay
 * of an answer has the same.
 */
final class AnswerId {

    private static final Pattern POSITION = Pattern.compile(".*\\.([0-9]{1,9})\\.([0-9]{1,18})", Pattern.DOTALL);

    private AnswerId() {}

    static String of(Envelope envelope) {
        return envelope.requestId() + "." + envelope.record().partition() + "."
                + envelope.record().offset();
    }

    /** Returns where the command stands that this id names; empty if it names none. */
    static Optional<RecordPosition> positionIn(String id) {
        Matcher matcher = POSITION.matcher(id);
        return matcher.matches()
                ? Optional.of(new RecordPosition(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }
}
