package dev.messagecontact.outcome;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CloudEvents id of an answer, {@code <RequestId>.<partition>.<offset>}, with {@code .outcome} behind it where the command
 * is a verification outcome: no two commands have the same, and every replay of an answer has the same.
 */
final class AnswerId {

    private static final String OF_SENDERS = ".outcome";
    private static final Pattern ID = Pattern.compile(".*\\.([0-9]{1,9})\\.([0-9]{1,18})(\\.outcome)?", Pattern.DOTALL);

    private AnswerId() {}

    static String of(Answer answer) {
        Envelope envelope = answer.envelope();
        String id = envelope.requestId() + "." + envelope.record().partition() + "."
                + envelope.record().offset();
        return envelope.origin() == Origin.SENDERS ? id + OF_SENDERS : id;
    }

    /** Returns where the command of this origin stands that this id names; empty if it names none. */
    static Optional<RecordPosition> positionIn(String id, Origin origin) {
        Matcher matcher = ID.matcher(id);
        boolean names = matcher.matches() && (matcher.group(3) != null) == (origin == Origin.SENDERS);
        return names
                ? Optional.of(new RecordPosition(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }
}
