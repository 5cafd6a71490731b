package dev.messagecontact.recovery;

import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.ContactRules;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes readers that read commands as the workers of the same settings do. */
public final class CommandReaders {

    private CommandReaders() {}

    /**
     * The reader of one topic; it asks no sender for a permission.
     *
     * @param topic the name of a topic that commands are taken from
     * @param topicId Kafka's id of it
     */
    public static RequestReader of(WorkerSettings settings, String topic, UUID topicId) {
        return of(settings, topic, topicId, () -> SenderCheck.OFF);
    }

    /** The reader of one topic that proves senders in this way. */
    static RequestReader of(WorkerSettings settings, String topic, UUID topicId, Supplier<SenderCheck> senders) {
        return new RequestReader(
                topicId,
                settings.topics().names().origin(topic),
                settings.commands(),
                new ContactRules(settings.contacts().rules()),
                senders);
    }
}
