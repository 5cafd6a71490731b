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

    /** The topics that the worker takes commands from: the first is written by upstream systems, the second by senders. */
    public List<String> taken() {
        return List.of(commands, verificationOutcomes);
    }

    /** The topic with the commands of this origin. */
    public String taken(Origin origin) {
        return origin == Origin.SENDERS ? verificationOutcomes : commands;
    }

    /** The origin of the commands in this topic. */
    public Origin origin(String taken) {
        return taken.equals(verificationOutcomes) ? Origin.SENDERS : Origin.UPSTREAM;
    }

    /** The topics that events are published to. */
    public EventTopics events() {
        return new EventTopics(results, errors, emailVerifications, smsVerifications, deadLetters);
    }

    /** All of them: those that commands are taken from, then those of the events. */
    public List<String> all() {
        return List.of(
                commands, verificationOutcomes, results, errors, emailVerifications, smsVerifications, deadLetters);
    }
}
