package dev.messagecontact.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.cases.AcceptanceCase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ErrorCodeTest {

    @Test
    void every_code_of_the_public_operation_has_its_status_and_message() {
        Map<String, JsonNode> documented = AcceptanceCase.documentedErrors();
        assertEquals(16, documented.size());
        documented.forEach((code, error) -> {
            assertEquals(
                    error.get("HttpStatusCode").intValue(), ErrorCode.of(code).httpStatus(), code);
            assertEquals(error.get("Message").asString(), ErrorCode.of(code).message(), code);
        });
    }

    @Test
    void only_what_can_succeed_later_is_retryable() {
        assertEquals(
                "[ConcurrentCallNotSupported, InternalError]",
                Arrays.stream(ErrorCode.values())
                        .filter(ErrorCode::retryable)
                        .map(ErrorCode::code)
                        .toList()
                        .toString());
    }

    @Test
    void a_code_names_its_parameter() {
        for (ErrorCode code : ErrorCode.values()) {
            Parameter parameter = code.parameter();
            if (code.code().startsWith("MissingParameter.")) {
                assertEquals("MissingParameter." + (parameter == null ? "" : parameter.fieldName()), code.code());
            }
        }
    }

    @Test
    void only_what_is_no_command_or_could_not_be_processed_is_dead_lettered() {
        assertEquals(
                List.of(
                        "InvalidCommand.Empty",
                        "InvalidCommand.Encoding",
                        "InvalidCommand.Json",
                        "InvalidCommand.NotAnObject",
                        "InvalidCommand.DuplicateField",
                        "InvalidCommand.UnsupportedAction",
                        "InvalidCommand.TooLarge",
                        "InvalidCommand.TooDeep",
                        "InvalidCommand.IllFormedText",
                        "InternalError"),
                Arrays.stream(ErrorCode.values())
                        .filter(ErrorCode::isDeadLettered)
                        .map(ErrorCode::code)
                        .toList());
    }

    @Test
    void every_message_is_a_sentence_of_its_own() {
        assertEquals(
                ErrorCode.values().length,
                Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::message)
                        .collect(Collectors.toSet())
                        .size());
        for (ErrorCode code : ErrorCode.values()) {
            assertTrue(code.message().endsWith("."), code.code());
        }
    }

    @Test
    void a_code_that_does_not_exist_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> ErrorCode.of("InvalidParameter.Nothing"));
    }
}
