package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.Origin;
import dev.messagecontact.outcome.ResultKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the official parser does not look at, and its most important check again for those who build without npm. */
class AsyncApiTest {

    private static final String ASYNC_API = "asyncapi.yaml";
    private static final JsonNode DOCUMENT = PublishedSchemas.read(ASYNC_API);

    @Test
    void every_reference_leads_to_something() {
        List<String> broken = new ArrayList<>();
        List<String> files = new ArrayList<>(PublishedSchemas.names());
        files.add(ASYNC_API);
        for (String file : files) {
            for (JsonNode reference : PublishedSchemas.read(file).findValues("$ref")) {
                if (!leadsToSomething(file, reference.asString())) {
                    broken.add(file + ": " + reference.asString());
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leadsToSomething(String fromFile, String reference) {
        String[] fileAndPointer = reference.split("#", 2);
        String file = fileAndPointer[0].isEmpty() ? fromFile : sibling(fromFile, fileAndPointer[0]);
        if (!Files.isRegularFile(PublishedSchemas.FOLDER.resolve(file))) {
            return false;
        }
        String pointer = fileAndPointer.length == 1 ? "" : fileAndPointer[1];
        return !PublishedSchemas.read(file).at(pointer).isMissingNode();
    }

    private static String sibling(String file, String reference) {
        return Path.of(file).resolveSibling(reference).normalize().toString();
    }

    @Test
    void every_schema_is_part_of_the_document() {
        Set<String> referenced = new HashSet<>();
        for (String file : List.of(
                ASYNC_API,
                PublishedSchemas.CLOUD_EVENT,
                PublishedSchemas.CONTACT_COMMAND_CLOUD_EVENT,
                PublishedSchemas.CONFIRM_CLOUD_EVENT)) {
            for (JsonNode reference : PublishedSchemas.read(file).findValues("$ref")) {
                referenced.add(sibling(file, reference.asString()));
            }
        }
        List<String> unreferenced = new ArrayList<>(PublishedSchemas.names());
        unreferenced.removeAll(referenced);
        assertEquals(List.of(), unreferenced);
    }

    @Test
    void every_example_of_a_message_is_valid() {
        Map<String, List<Error>> faults = new TreeMap<>();
        DOCUMENT.at("/components/messages").properties().forEach(message -> {
            assertTrue(message.getValue().has("examples"), message.getKey());
            for (JsonNode example : message.getValue().path("examples")) {
                for (String part : List.of("headers", "payload")) {
                    faults.put(
                            message.getKey() + "/" + example.path("name").asString() + "/" + part,
                            PublishedSchemas.strictFaults(message.getValue().path(part), example.path(part)));
                }
            }
        });
        faults.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), faults);
    }

    @Test
    void a_channel_takes_the_actions_that_the_worker_takes_there_and_no_others() {
        assertEquals(operations(Origin.UPSTREAM), messages("commands"));
        assertEquals(operations(Origin.SENDERS), messages("verificationOutcomes"));
        assertEquals(Arrays.stream(ResultKind.values()).map(ResultKind::ceType).toList(), messages("results"));
    }

    private static List<String> operations(Origin origin) {
        return Arrays.stream(Action.values())
                .filter(action -> action.origin() == origin)
                .map(Action::operation)
                .toList();
    }

    /** The names of a channel's messages, without those that are a further form of one. */
    private static List<String> messages(String channel) {
        List<String> names = new ArrayList<>();
        for (JsonNode message : DOCUMENT.at("/channels/" + channel + "/messages")) {
            String pointer = message.path("$ref").asString().substring(1);
            String name = DOCUMENT.at(pointer).path("name").asString();
            if (!name.endsWith("CloudEvent")) {
                names.add(name);
            }
        }
        return names;
    }

    @Test
    void every_event_has_the_type_that_it_is_named_after() {
        List<String> types = new ArrayList<>();
        DOCUMENT.at("/components/messages").forEach(message -> {
            String name = message.path("name").asString();
            if (name.startsWith("messagecontact.")) {
                assertEquals(
                        name, message.at("/headers/properties/ce_type/const").asString());
                types.add(name);
            }
        });
        List<String> documented = new ArrayList<>();
        PublishedSchemas.read(PublishedSchemas.EVENT_HEADERS)
                .at("/properties/ce_type/examples")
                .forEach(type -> documented.add(type.asString()));
        assertEquals(documented, types);
    }
}
