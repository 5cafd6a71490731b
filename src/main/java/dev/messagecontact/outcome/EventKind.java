package dev.messagecontact.outcome;

import dev.messagecontact.verification.Channel;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds of events that the worker publishes, each to a topic of its own. */
public enum EventKind {
    /** Events of several types, see {@link ResultKind}. */
    RESULTS(EventTopics::results, null),
    ERRORS(EventTopics::errors, "messagecontact.rejected.v1"),
    EMAIL_VERIFICATIONS(EventTopics::emailVerifications, "messagecontact.email-verification-requested.v1"),
    SMS_VERIFICATIONS(EventTopics::smsVerifications, "messagecontact.sms-verification-requested.v1"),
    /** The records themselves, which are no CloudEvents of the worker's and have no type. */
    DEAD_LETTERS(EventTopics::deadLetters, null);

    private final Function<EventTopics, String> topic;
    private final @Nullable String ceType;

    EventKind(Function<EventTopics, String> topic, @Nullable String ceType) {
        this.topic = topic;
        this.ceType = ceType;
    }

    /** Returns the kind of events that ask to verify a contact over this channel. */
    public static EventKind of(Channel channel) {
        return switch (channel) {
            case EMAIL -> EMAIL_VERIFICATIONS;
            case SMS -> SMS_VERIFICATIONS;
        };
    }

    /** Returns the topic that events of this kind are published to. */
    public String topic(EventTopics topics) {
        return topic.apply(topics);
    }

    /** Returns the CloudEvents type of events of this kind; null for results, which have several, and for dead letters. */
    public @Nullable String ceType() {
        return ceType;
    }

    /** Whether events of this kind are the answer to a command: each command has one. */
    public boolean isAnswer() {
        return this == RESULTS || this == ERRORS;
    }

    /** Returns the kind as it is written in labels of metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
