package dev.messagecontact.settings;

import java.time.Duration;

/**
 * How long the topics keep their records. All but the answers hold personal data, which nothing but this takes out of them.
 *
 * @param commands of both topics that commands are taken from
 * @param answers of results and errors
 * @param verifications of both topics of verification requests
 * @param deadLetters of the dead letters
 */
public record TopicRetention(Duration commands, Duration answers, Duration verifications, Duration deadLetters) {

    /** How long the topic of this name keeps its records. */
    public Duration of(TopicNames names, String topic) {
        if (names.taken().contains(topic)) {
            return commands;
        }
        if (topic.equals(names.deadLetters())) {
            return deadLetters;
        }
        return topic.equals(names.emailVerifications()) || topic.equals(names.smsVerifications())
                ? verifications
                : answers;
    }
}
