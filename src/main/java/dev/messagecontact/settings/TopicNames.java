package dev.messagecontact.settings;

import dev.messagecontact.command.Origin;
import dev.messagecontact.outcome.EventTopics;
import java.util.List;

/** The seven topics; no two of them have the same name. */
public record TopicNames(
        String commands,
        String results,
        String errors,
        String emailVerifications,
        String smsVerifications,
        String deadLetters,
        String verificationOutcomes) {

    /** Those that the worker takes commands from, the first by upstream systems, the second by senders. */
    public List<String> taken() {
        return List.of(commands, verificationOutcomes);
    }

    /** The one of those that these write to. */
    public String taken(Origin origin) {
        return origin == Origin.SENDERS ? verificationOutcomes : commands;
    }

    /** Who writes to this one of the topics that commands are taken from. */
    public Origin origin(String taken) {
        return taken.equals(verificationOutcomes) ? Origin.SENDERS : Origin.UPSTREAM;
    }

    /** Those that events go to. */
    public EventTopics events() {
        return new EventTopics(results, errors, emailVerifications, smsVerifications, deadLetters);
    }

    /** All of them: those that commands are taken from, then those of the events. */
    public List<String> all() {
        return List.of(
                commands, verificationOutcomes, results, errors, emailVerifications, smsVerifications, deadLetters);
    }
}
