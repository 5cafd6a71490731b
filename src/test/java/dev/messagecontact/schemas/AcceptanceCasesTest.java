package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command schemas say what the worker does, as far as a schema can. */
class AcceptanceCasesTest {

    /** Rules about the record's bytes, the installation's settings and the directory's state. */
    private static final Set<ErrorCode> BEYOND_A_SCHEMA = EnumSet.of(
            ErrorCode.COMMAND_NOT_UTF8,
            ErrorCode.DUPLICATE_FIELD,
            ErrorCode.COMMAND_TOO_LARGE,
            ErrorCode.COMMAND_TOO_DEEP,
            ErrorCode.ILL_FORMED_TEXT, // in fields that the schema does not know
            ErrorCode.MISSING_RESOURCE_DIRECTORY_ID, // may stand in headers or key
            ErrorCode.INVALID_MOBILE_COUNTRY_CODE, // a setting
            ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH,
            ErrorCode.NAME_ALREADY_USED,
            ErrorCode.CONTACT_LIMIT_EXCEEDED,
            ErrorCode.CONCURRENT_CALL,
            ErrorCode.INTERNAL_ERROR);

    /** Reads whatever is JSON; how strictly the worker reads is not a schema's matter. */
    private static final JsonMapper ANY_JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build());

    static Stream<String> cases() throws IOException {
        List<String> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/cases"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
                cases.addAll(Files.readAllLines(file));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("cases")
    void what_a_schema_refuses_the_worker_refuses_and_what_it_accepts_only_rules_beyond_a_schema_refuse(String line)
            throws IOException {
        JsonNode acceptanceCase = JsonMapper.shared().readTree(line);
        String name = acceptanceCase.path("case").asString();
        JsonNode expected = acceptanceCase.path("expect");
        if (!isAcceptedBySchema(acceptanceCase)) {
            assertEquals("errors", expected.path("topic").asString(), name);
        } else if (expected.path("topic").asString().equals("errors")) {
            ErrorCode code = ErrorCode.of(expected.path("Code").asString());
            assertTrue(BEYOND_A_SCHEMA.contains(code), () -> "the schema could have refused: " + name);
        }
    }

    private static boolean isAcceptedBySchema(JsonNode acceptanceCase) {
        JsonNode value;
        try {
            value = acceptanceCase.has("base64")
                    ? ANY_JSON.readTree(Base64.getDecoder()
                            .decode(acceptanceCase.path("base64").asString()))
                    : acceptanceCase.path("value");
        } catch (JacksonException e) {
            return false;
        }
        String contentType = acceptanceCase.at("/headers/content-type").asString("");
        String schema = contentType.startsWith("application/cloudevents+json")
                ? PublishedSchemas.CLOUD_EVENT
                : PublishedSchemas.COMMAND;
        boolean accepted = PublishedSchemas.faults(schema, value).isEmpty();
        if (accepted) {
            assertEquals(
                    List.of(), PublishedSchemas.strictFaults(schema, value), "formats refuse what patterns accept");
        }
        return accepted;
    }
}
