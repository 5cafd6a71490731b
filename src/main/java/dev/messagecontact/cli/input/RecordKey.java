package dev.messagecontact.cli.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * What a line says about how it is published.
 *
 * @param directory the command's ResourceDirectoryId, its record key; null where it has none that can be read
 * @param isObject whether the whole line is one JSON object
 */
public record RecordKey(@Nullable String directory, boolean isObject) {

    private static final String FIELD = "ResourceDirectoryId";

    /** How large a command may be is the worker's decision. */
    private static final StreamReadConstraints NO_LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(NO_LIMITS).build();

    public static RecordKey of(byte[] line) {
        String directory = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new RecordKey(null, false);
            }
            boolean found = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isFirst = !found && FIELD.equals(parser.currentName());
                found |= isFirst;
                JsonToken value = parser.nextToken();
                if (isFirst && value == JsonToken.VALUE_STRING) {
                    directory = parser.getString();
                }
                parser.skipChildren();
            }
            return new RecordKey(directory, parser.nextToken() == null);
        } catch (JacksonException e) {
            return new RecordKey(directory, false);
        }
    }

    /** The record key as it is published. */
    public byte @Nullable [] bytes() {
        return directory == null ? null : directory.getBytes(UTF_8);
    }
}
