package dev.messagecontact.outcome;

import java.util.Locale;

/** The topics that events go to, by what they are for: their names are settings. */
public enum EventKind {
    RESULTS,
    ERRORS,
    EMAIL_VERIFICATIONS,
    SMS_VERIFICATIONS,
    DEAD_LETTERS;

    /** What the topic of this name is for. */
    public static EventKind of(String topic, EventTopics topics) {
        if (topic.equals(topics.results())) {
            return RESULTS;
        } else if (topic.equals(topics.emailVerifications())) {
            return EMAIL_VERIFICATIONS;
        } else if (topic.equals(topics.smsVerifications())) {
            return SMS_VERIFICATIONS;
        } else if (topic.equals(topics.errors())) {
            return ERRORS;
        }
        return DEAD_LETTERS;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
