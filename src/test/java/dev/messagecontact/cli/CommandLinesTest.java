package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {

    @Test
    void lines_come_byte_for_byte_without_their_ends_and_without_blank_ones() throws IOException {
        assertEquals(
                List.of("1:{ \"a\" : 1 } ", "3:\u00FF\u0000", "6:last"),
                lines("{ \"a\" : 1 } \r\n\n\u00FF\u0000\n  \t\r\n\r\nlast"));
    }

    @Test
    void an_empty_file_has_none() throws IOException {
        assertEquals(List.of(), lines(""));
        assertEquals(List.of(), lines("\n\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"ResourceDirectoryId\":\"rd-1\",\"Name\":\"tom\"} | rd-1",
                "{\"x\":{\"ResourceDirectoryId\":\"no\"},\"y\":[1,[2]],\"ResourceDirectoryId\":\"rd-2\", broken | rd-2",
            })
    void a_command_is_published_under_its_directory(String command, String key) {
        assertEquals(key, new String(java.util.Objects.requireNonNull(RecordKey.of(command.getBytes(UTF_8))), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"ResourceDirectoryId\":7}", "{}", "[]", "null", "{\"a\":", "nonsense", "\u00FF"})
    void a_line_without_a_directory_is_published_without_a_key(String command) {
        assertNull(RecordKey.of(command.getBytes(ISO_8859_1)));
    }

    private static List<String> lines(String content) throws IOException {
        CommandLines lines = new CommandLines(new ByteArrayInputStream(content.getBytes(ISO_8859_1)));
        List<String> read = new ArrayList<>();
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            read.add(lines.number() + ":" + new String(line, ISO_8859_1));
        }
        return read;
    }
}
