package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** An address or number can be of the right form and not the contact's. */
    private static final Set<Action> COMPARED =
            EnumSet.of(Action.SEND_EMAIL_VERIFICATION, Action.SEND_PHONE_VERIFICATION);

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
            ErrorCode.CONTACT_NOT_FOUND,
            ErrorCode.VERIFICATION_NOT_FOUND,
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
        Action action = action(acceptanceCase);
        if (!isAcceptedBySchema(acceptanceCase, action)) {
            assertEquals("errors", expected.path("topic").asString(), name);
        } else if (expected.path("topic").asString().equals("errors")) {
            ErrorCode code = ErrorCode.of(expected.path("Code").asString());
            boolean isCompared = COMPARED.contains(action)
                    && (code == ErrorCode.INVALID_EMAIL_ADDRESS || code == ErrorCode.INVALID_PHONE_NUMBER);
            boolean isOfHeaders = code == ErrorCode.UNSUPPORTED_ACTION
                    && !acceptanceCase.at("/headers/ce_type").isMissingNode();
            assertTrue(
                    BEYOND_A_SCHEMA.contains(code) || isCompared || isOfHeaders,
                    () -> "the schema could have refused: " + name);
        }
    }

    /** The operation that its sender means, or else the topic's own. */
    private static Action action(JsonNode acceptanceCase) {
        boolean isOfSenders = acceptanceCase.path("topic").asString("").equals("verification-outcomes");
        Origin origin = isOfSenders ? Origin.SENDERS : Origin.UPSTREAM;
        List<String> said = Stream.of("/value/Action", "/value/data/Action", "/value/type", "/headers/ce_type")
                .map(pointer -> acceptanceCase.at(pointer).asString(""))
                .toList();
        return Arrays.stream(Action.values())
                .filter(action -> action.origin() == origin)
                .filter(action -> said.contains(action.operation()) || said.contains(action.eventType()))
                .findFirst()
                .orElse(isOfSenders ? Action.CONFIRM : Action.ADD);
    }

    private static boolean isAcceptedBySchema(JsonNode acceptanceCase, Action action) {
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
                ? PublishedSchemas.ofCloudEvent(action)
                : PublishedSchemas.ofCommand(action);
        boolean accepted = PublishedSchemas.faults(schema, value).isEmpty();
        if (accepted) {
            assertEquals(
                    List.of(), PublishedSchemas.strictFaults(schema, value), "formats refuse what patterns accept");
        }
        return accepted;
    }
}
