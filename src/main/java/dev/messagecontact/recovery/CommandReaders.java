package dev.messagecontact.recovery;

import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.ContactRules;
import java.util.UUID;

/** Makes readers that read commands as the workers of the same settings do, and ask no sender for a permission. */
public final class CommandReaders {

    private CommandReaders() {}

    /**
     * The reader of one topic.
     *
     * @param topic the name of a topic that commands are taken from
     * @param topicId Kafka's id of it
     */
    public static RequestReader of(WorkerSettings settings, String topic, UUID topicId) {
        return new RequestReader(
                topicId,
                settings.topics().names().origin(topic),
                settings.commands(),
                new ContactRules(settings.contacts().rules()));
    }
}
