package dev.messagecontact.cli.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        assertEquals(key, RecordKey.of(command.getBytes(UTF_8)).directory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"ResourceDirectoryId\":7}", "{}", "[]", "null", "{\"a\":", "nonsense", "\u00FF"})
    void a_line_without_a_directory_is_published_without_a_key(String command) {
        assertNull(RecordKey.of(command.getBytes(ISO_8859_1)).directory());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{} | true",
                " {\"a\":{\"b\":[1,{}]},\"ResourceDirectoryId\":{\"x\":1},\"c\":2} | true",
                "{\"ResourceDirectoryId\":\"rd-1\" | false",
                "{\"a\":1}{\"b\":2} | false",
                "{\"a\":1} x | false",
                "[{}] | false",
                "\"text\" | false",
                "null | false",
                "nonsense | false",
            })
    void a_line_is_a_json_object_from_its_begin_to_its_end_or_none(String line, boolean isObject) {
        assertEquals(isObject, RecordKey.of(line.getBytes(UTF_8)).isObject());
    }

    @Test
    void how_deep_an_object_may_be_is_the_workers_decision() {
        String deep = "{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + ",\"ResourceDirectoryId\":\"rd-1\"}";
        assertEquals(new RecordKey("rd-1", true), RecordKey.of(deep.getBytes(UTF_8)));
    }

    @Test
    void a_line_ends_with_a_line_feed_a_carriage_return_or_both() throws IOException {
        assertEquals(List.of("1:a", "2:b", "4:c", "5:d"), lines("a\rb\n\rc\r\nd"));
        assertEquals(List.of("1:a", "3:b"), lines("a\r\rb\r"));
    }

    @Test
    void a_line_that_is_too_long_is_told_before_its_end_and_those_behind_it_come() throws IOException {
        // given
        List<Long> tooLong = new ArrayList<>();
        List<String> told = new ArrayList<>();
        InputStream endless = new InputStream() {
            private int count;

            @Override
            public int read() throws IOException {
                if (!tooLong.isEmpty()) {
                    throw new IOException("told");
                }
                count++;
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                bytes[offset] = (byte) read();
                return 1;
            }
        };
        // when
        CommandLines lines = new CommandLines(
                new ByteArrayInputStream("1234\n12345\n1234\n123456".getBytes(UTF_8)), 4, tooLong::add);
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            told.add(lines.number() + ":" + new String(line, UTF_8));
        }
        // then
        assertEquals(List.of("1:1234", "3:1234"), told);
        assertEquals(List.of(2L, 4L), tooLong);
        tooLong.clear();
        assertThrows(IOException.class, () -> new CommandLines(endless, 1_000, tooLong::add).next());
        assertEquals(List.of(1L), tooLong);
    }

    @Test
    void what_is_compressed_with_gzip_is_unpacked_several_parts_too(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (String part : List.of("{\"a\":1}\n", "{\"b\":2}\n")) {
            try (GZIPOutputStream packed = new GZIPOutputStream(parts)) {
                packed.write(part.getBytes(UTF_8));
            }
        }
        // The name does not matter.
        Path file = Files.write(folder.resolve("f.jsonl"), parts.toByteArray());
        try (CommandFile packed = CommandFile.open(file.toString())) {
            assertEquals("{\"a\":1}\n{\"b\":2}\n", new String(packed.content().readAllBytes(), UTF_8));
            assertEquals(packed.size(), packed.bytesRead());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "28b52ffd00, zstd",
        "fd377a585a00, xz",
        "425a68393141, bzip2",
        "504b030414, zip",
        "fffe7b00, UTF-16",
        "feff007b, UTF-16"
    })
    void what_holds_no_lines_of_json_is_refused_by_name(String begin, String name, @TempDir Path folder)
            throws IOException {
        Path file = Files.write(folder.resolve("f.jsonl"), HexFormat.of().parseHex(begin));
        assertEquals(
                name,
                assertThrows(
                                CommandFile.UnsupportedFormatException.class,
                                () -> CommandFile.open(file.toString()).close())
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "x", "P", "PK", "\u001f", "\u00ff{"})
    void all_else_is_read_as_it_is(String content, @TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("f.jsonl"), content.getBytes(ISO_8859_1));
        try (CommandFile plain = CommandFile.open(file.toString())) {
            assertEquals(content, new String(plain.content().readAllBytes(), ISO_8859_1));
        }
    }

    private static List<String> lines(String content) throws IOException {
        CommandLines lines = new CommandLines(new ByteArrayInputStream(content.getBytes(ISO_8859_1)), 100, line -> {});
        List<String> read = new ArrayList<>();
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            read.add(lines.number() + ":" + new String(line, ISO_8859_1));
        }
        return read;
    }
}
