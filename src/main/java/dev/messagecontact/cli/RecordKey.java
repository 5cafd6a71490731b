package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Finds the key under which a command is published, reading no further than it must. */
final class RecordKey {

    private static final String FIELD = "ResourceDirectoryId";
    private static final JsonFactory JSON = new JsonFactory();

    private RecordKey() {}

    /** The command's ResourceDirectoryId; null where it has none that can be read. */
    static byte @Nullable [] of(byte[] command) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), command)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = FIELD.equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (found) {
                    return value == JsonToken.VALUE_STRING ? parser.getString().getBytes(UTF_8) : null;
                }
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            // The worker will say what is wrong with it.
        }
        return null;
    }
}
