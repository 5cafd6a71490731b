package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class SchemaExamplesTest {

    @ParameterizedTest
    @MethodSource("dev.messagecontact.schemas.PublishedSchemas#names")
    void every_schema_is_one(String name) {
        var metaSchema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertEquals(List.of(), metaSchema.validate(PublishedSchemas.read(name)));
    }

    @ParameterizedTest
    @MethodSource("dev.messagecontact.schemas.PublishedSchemas#names")
    void every_schema_is_named_after_its_file_and_has_an_example(String name) {
        JsonNode schema = PublishedSchemas.read(name);
        assertEquals(PublishedSchemas.idOf(name), schema.path("$id").asString());
        assertFalse(schema.path("title").asString().isBlank());
        assertFalse(schema.path("examples").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("dev.messagecontact.schemas.PublishedSchemas#names")
    void every_example_is_valid(String name) {
        Map<String, List<Error>> faults = new TreeMap<>();
        schemasIn(PublishedSchemas.read(name), "").forEach((pointer, schema) -> {
            for (JsonNode example : schema.path("examples")) {
                faults.put(pointer + " " + example, PublishedSchemas.strictFaults(name, pointer, example));
            }
        });
        faults.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), faults);
    }

    @ParameterizedTest
    @MethodSource("dev.messagecontact.schemas.PublishedSchemas#names")
    void every_field_is_described(String name) {
        Map<String, JsonNode> schemas = schemasIn(PublishedSchemas.read(name), "");
        schemas.values().removeIf(schema -> schema.has("$ref") || schema.has("description"));
        assertEquals(Set.of(), schemas.keySet());
    }

    /** The schema itself and those of its fields and elements, by JSON pointer. */
    private static Map<String, JsonNode> schemasIn(JsonNode schema, String pointer) {
        Map<String, JsonNode> found = new TreeMap<>();
        found.put(pointer, schema);
        schema.path("properties")
                .properties()
                .forEach(field -> found.putAll(schemasIn(field.getValue(), pointer + "/properties/" + field.getKey())));
        if (schema.has("items")) {
            found.putAll(schemasIn(schema.path("items"), pointer + "/items"));
        }
        return found;
    }
}
