package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorCodesTableTest {

    @Test
    void the_table_has_every_code_with_its_status_message_and_whether_it_is_retryable_and_no_other() {
        List<String> expected = Arrays.stream(ErrorCode.values())
                .map(code -> String.join(
                        " | ",
                        code.code(),
                        Integer.toString(code.httpStatus()),
                        code.message(),
                        code.retryable() ? "yes" : "no"))
                .toList();
        assertEquals(
                expected,
                rows().stream()
                        .map(row -> String.join(" | ", row.subList(0, 4)))
                        .toList());
    }

    @Test
    void the_table_says_of_every_code_when_it_comes_and_what_to_do() {
        for (List<String> row : rows()) {
            assertEquals(6, row.size(), row::toString);
            assertTrue(row.stream().noneMatch(String::isBlank), row::toString);
        }
    }

    /** The rows of the one table, without its head. */
    private static List<List<String>> rows() {
        return PublishedSchemas.text("error-codes.md")
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(2)
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
