package dev.messagecontact.recovery.explain;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.registration.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of the command topic, and all that came of it.
 *
 * @param request as the worker understands it
 * @param decision the code of its answer, or {@code Added}; null if it is not decided, or the decision is not remembered
 * @param why a sentence for people, without personal data
 * @param skip that led the group past it without an answer; null if none did
 * @param events its answers, verification requests and dead letters, in the order of their publication
 */
public record CommandLife(
        Request request,
        @Nullable String decision,
        String why,
        @Nullable Skip skip,
        List<Event> events) {

    public CommandLife {
        events = List.copyOf(events);
    }

    /**
     * An event and where it stands.
     *
     * @param what such as {@code messagecontact.added.v1}, or {@code dead letter}
     * @param timestamp of its publication, in milliseconds since 1970 UTC
     */
    public record Event(InTopic position, String what, long timestamp, boolean replayed) {}
}
