package dev.messagecontact.outcome;

import java.util.Arrays;
import java.util.List;

/** The names of the topics that events are published to, which are settings. */
public record EventTopics(
        String results, String errors, String emailVerifications, String smsVerifications, String deadLetters) {

    /** Returns all of them, in the order of {@link EventKind}. */
    public List<String> all() {
        return Arrays.stream(EventKind.values()).map(kind -> kind.topic(this)).toList();
    }

    /**
     * Returns the kind of events that this topic holds.
     *
     * @throws IllegalArgumentException if it holds none
     */
    EventKind kindIn(String topic) {
        for (EventKind kind : EventKind.values()) {
            if (kind.topic(this).equals(topic)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not an event topic: " + topic);
    }
}
