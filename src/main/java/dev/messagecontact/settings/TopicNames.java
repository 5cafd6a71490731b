package dev.messagecontact.settings;

import dev.messagecontact.outcome.EventTopics;
import java.util.List;

/** The six topics; no two of them have the same name. */
public record TopicNames(
        String commands,
        String results,
        String errors,
        String emailVerifications,
        String smsVerifications,
        String deadLetters) {

    /** Those that events go to. */
    public EventTopics events() {
        return new EventTopics(results, errors, emailVerifications, smsVerifications, deadLetters);
    }

    /** All of them, the commands first and the dead letters last. */
    public List<String> all() {
        return List.of(commands, results, errors, emailVerifications, smsVerifications, deadLetters);
    }
}
