package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code contacts validate}: the field rules without any server. */
class ValidateTest {

    private static final String GOOD = """
            {"RequestId":"r-1","ResourceDirectoryId":"rd-1","Name":"tom","EmailAddress":"tom@example.com",\
            "PhoneNumber":"86-13900001234","Title":"CEO","MessageTypes":["ServiceMessage"]}""";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    @Test
    void each_line_is_accepted_or_has_the_codes_of_the_answer_and_no_value_is_printed() throws IOException {
        String twoFaults = GOOD.replace("\"tom\"", "\"t0m\"").replace("\"CEO\"", "\"King\"");
        assertEquals(new CommandLineRun(1, """
                        line 1: accepted
                        line 3: InvalidParameter.Name, InvalidParameter.Title
                        line 4: InvalidCommand.Json
                        1 accepted, 2 refused
                        """, ""), validate(Map.of(), GOOD + "\n\n" + twoFaults + "\r\n{secret"));
    }

    @Test
    void the_settings_of_the_rules_hold() throws IOException {
        assertEquals(0, validate(Map.of(), GOOD).exitCode());
        CommandLineRun strict = validate(Map.of("PHONE_COUNTRY_CODES", "49"), GOOD);
        assertEquals(1, strict.exitCode());
        assertTrue(strict.out().startsWith("line 1: InvalidParameter.MobileCountryCode"), strict.out());
        CommandLineRun small = validate(Map.of("COMMAND_MAX_BYTES", "1024"), GOOD.replace("tom@", "t".repeat(1024)));
        assertTrue(small.out().startsWith("line 1: InvalidCommand.TooLarge"), small.out());
    }

    @Test
    void a_line_that_submit_would_not_send_is_refused() throws IOException {
        CommandLineRun ran = validate(Map.of(), " ".repeat(2_000_000) + GOOD + "\n" + GOOD);
        assertEquals(new CommandLineRun(1, """
                        line 1: longer than 1,048,576 bytes
                        line 2: accepted
                        1 accepted, 1 refused
                        """, ""), ran);
    }

    @Test
    void standard_input_is_read_and_a_missing_file_is_wrong_usage() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(GOOD.getBytes(StandardCharsets.UTF_8)));
        try {
            assertEquals(
                    new CommandLineRun(0, "line 1: accepted\n1 accepted, 0 refused\n", ""),
                    CommandLineRun.of(Map.of(), "validate", "-"));
        } finally {
            System.setIn(before);
        }
        CommandLineRun none = CommandLineRun.of(Map.of(), "validate", "no-such-file");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().startsWith("contacts validate: no-such-file cannot be read\n"), none.err());
    }

    private CommandLineRun validate(Map<String, String> environment, String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("commands.jsonl"), lines);
        return CommandLineRun.of(environment, "validate", file.toString());
    }
}
