package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** An attribute of the event counts only where the command has no id of its own. */
class CloudEventSchemaTest {

    @Test
    void an_id_that_stands_in_for_the_request_id_has_its_syntax() {
        assertAccepted(event -> event.put("id", "a.b_c:d-1"));
        assertAccepted(event -> event.putNull("id"));
        assertAccepted(event -> event.remove("id"));
        assertRefused(event -> event.put("id", "a/b"));
        assertRefused(event -> event.put("id", 5));
        assertRefused(event -> event.put("id", "a".repeat(65)));
        assertRefused(event -> data(event.put("id", "a/b")).put("RequestId", ""));
        assertAccepted(event -> data(event.put("id", "a/b")).put("RequestId", "a-b"));
    }

    @Test
    void a_subject_that_stands_in_for_the_directory_has_its_syntax() {
        assertAccepted(event -> event.remove("subject"));
        assertRefused(event -> event.put("subject", "rd.1"));
        assertRefused(event -> event.put("subject", true));
        assertRefused(event -> data(event.put("subject", "rd.1")).putNull("ResourceDirectoryId"));
        assertAccepted(event -> data(event.put("subject", "rd.1")).put("ResourceDirectoryId", "rd-1"));
    }

    @Test
    void the_command_stands_in_data_and_nowhere_else() {
        assertRefused(event -> event.remove("data"));
        assertRefused(event -> event.put("data", "{}"));
        assertRefused(event -> event.put("data_base64", "e30="));
        assertRefused(event -> data(event).put("Title", "ceo"));
    }

    private static void assertAccepted(Consumer<ObjectNode> change) {
        assertAccepted(true, change);
    }

    private static void assertRefused(Consumer<ObjectNode> change) {
        assertAccepted(false, change);
    }

    private static void assertAccepted(boolean accepted, Consumer<ObjectNode> change) {
        ObjectNode event = (ObjectNode) PublishedSchemas.read(PublishedSchemas.CLOUD_EVENT)
                .at("/examples/0")
                .deepCopy();
        change.accept(event);
        assertEquals(
                accepted,
                PublishedSchemas.strictFaults(PublishedSchemas.CLOUD_EVENT, event)
                        .isEmpty(),
                event::toString);
    }

    private static ObjectNode data(ObjectNode event) {
        return (ObjectNode) event.path("data");
    }
}
