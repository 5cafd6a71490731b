package dev.messagecontact.workshop.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.Action;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.settings.TopicNames;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands about contacts that are there: upstream systems ask for a verification again or delete, a sender confirms. */
public final class LifeCommands {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final TopicNames topics;

    /** Commands for these topics. */
    public LifeCommands(TopicNames topics) {
        this.topics = topics;
    }

    /**
     * What shows the rest of a contact's life, after {@link SampleCommands}: of two contacts of those, one is asked to verify
     * its address again and does, the other is deleted.
     */
    public List<ProducerRecord<byte[], byte[]>> ofSamples() {
        String contactId = DerivedIds.contactId("rd-0", "add-0");
        return List.of(
                about(Action.SEND_EMAIL_VERIFICATION, "rd-0", "again-0", contactId),
                confirming("rd-0", contactId, DerivedIds.verificationId(contactId, "email", "toma@example.com")),
                about(Action.DELETE, "rd-0", "delete-1", DerivedIds.contactId("rd-0", "add-1")));
    }

    /** A command of an upstream system's. */
    public ProducerRecord<byte[], byte[]> about(Action action, String directoryId, String requestId, String contactId) {
        ObjectNode command = JSON.createObjectNode()
                .put("Action", action.operation())
                .put("RequestId", requestId)
                .put("ResourceDirectoryId", directoryId)
                .put("ContactId", contactId);
        return record(topics.commands(), directoryId, command);
    }

    /** What a sender reports. */
    public ProducerRecord<byte[], byte[]> confirming(String directoryId, String contactId, String verificationId) {
        ObjectNode command = JSON.createObjectNode()
                .put("ResourceDirectoryId", directoryId)
                .put("ContactId", contactId)
                .put("VerificationId", verificationId);
        return record(topics.verificationOutcomes(), directoryId, command);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String directoryId, ObjectNode command) {
        return new ProducerRecord<>(topic, directoryId.getBytes(UTF_8), JSON.writeValueAsBytes(command));
    }
}
