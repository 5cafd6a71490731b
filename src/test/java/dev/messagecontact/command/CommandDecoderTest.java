package dev.messagecontact.command;

import static dev.messagecontact.command.ErrorCode.COMMAND_NOT_AN_OBJECT;
import static dev.messagecontact.command.ErrorCode.COMMAND_NOT_JSON;
import static dev.messagecontact.command.ErrorCode.COMMAND_NOT_UTF8;
import static dev.messagecontact.command.ErrorCode.COMMAND_TOO_DEEP;
import static dev.messagecontact.command.ErrorCode.COMMAND_TOO_LARGE;
import static dev.messagecontact.command.ErrorCode.DUPLICATE_FIELD;
import static dev.messagecontact.command.ErrorCode.EMPTY_COMMAND;
import static dev.messagecontact.command.ErrorCode.ILL_FORMED_TEXT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.Defaults;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandDecoderTest {

    private static final UUID TOPIC = UUID.fromString("7b0f3c2e-5a1d-4c6b-9e8f-001122334455");
    private static final String DERIVED = DerivedIds.requestId(TOPIC, CommandRecords.PARTITION, CommandRecords.OFFSET);
    private static final String GOOD = """
            {"RequestId":"r-1","ResourceDirectoryId":"rd-1","Name":"tom","EmailAddress":"tom@example.com",\
            "PhoneNumber":"86-13900001234","Title":"CEO","MessageTypes":["AccountExpenses","SecurityMessage"]}""";

    private final CommandDecoder decoder = new CommandDecoder(TOPIC, Origin.UPSTREAM, Defaults.LIMITS);

    @Test
    void a_plain_command_is_read_as_it_was_sent() {
        ConsumerRecord<byte[], byte[]> record = CommandRecords.of(GOOD);
        AddMessageContact content = new AddMessageContact(
                "r-1",
                "rd-1",
                "tom",
                "tom@example.com",
                "86-13900001234",
                "CEO",
                List.of("AccountExpenses", "SecurityMessage"),
                Set.of());
        assertEquals(
                new Decoded.Addition(new Envelope(record, Origin.UPSTREAM, "r-1", "rd-1"), content, true),
                decoder.decode(record));
    }

    @Test
    void nothing_of_one_record_is_left_for_the_next() {
        decoder.decode(CommandRecords.of(GOOD));
        decoder.decode(CommandRecords.of("{\"Name\":[1],\"Title\":{},\"x\":\"\\ud800\",\"x\":[[["));
        assertEquals(new AddMessageContact(DERIVED, "rd-key", null, null, null, null, null, Set.of()), content("{}"));
    }

    @Test
    void absent_and_null_are_null_and_an_empty_text_stays_one() {
        assertEquals(
                new AddMessageContact("r-1", "rd-1", null, "", "", "", List.of(), Set.of()),
                content("{\"RequestId\":\"r-1\",\"ResourceDirectoryId\":\"rd-1\",\"Name\":null,\"EmailAddress\":\"\","
                        + "\"PhoneNumber\":\"\",\"Title\":\"\",\"MessageTypes\":[]}"));
        assertNull(content("{\"MessageTypes\":null}").messageTypes());
    }

    @Test
    void empty_message_types_as_text_count_as_absent() {
        AddMessageContact content = content("{\"MessageTypes\":\"\"}");
        assertNull(content.messageTypes());
        assertEquals(Set.of(), content.mistyped());
    }

    @Test
    void unknown_fields_are_ignored_whatever_they_hold() {
        assertEquals(
                content(GOOD),
                content(GOOD.replaceFirst(
                        "\\{",
                        "{\"a\":[1,{\"Name\":\"x\",\"Title\":[[]]},null],\"name\":\"y\",\"id\":5,\"data\":{},")));
    }

    @Nested
    class Bytes {

        @Test
        void no_value_and_an_empty_value_are_empty() {
            assertEquals(EMPTY_COMMAND, code(CommandRecords.of("k".getBytes(UTF_8), null, List.of())));
            assertEquals(EMPTY_COMMAND, code(new byte[0]));
        }

        @Test
        void a_value_may_be_as_long_as_the_limit() {
            CommandDecoder small = new CommandDecoder(TOPIC, Origin.UPSTREAM, new DecoderLimits(100, 64));
            assertReadable(small.decode(CommandRecords.of("{\"x\":\"" + "a".repeat(92) + "\"}")));
            assertUnreadable(COMMAND_TOO_LARGE, small.decode(CommandRecords.of("{\"x\":\"" + "a".repeat(93) + "\"}")));
            assertReadable(decoder.decode(CommandRecords.of("{\"x\":\"" + "a".repeat(65536 - 8) + "\"}")));
            assertEquals(COMMAND_TOO_LARGE, code("{\"x\":\"" + "a".repeat(65536 - 7) + "\"}"));
        }

        @Test
        void a_value_that_is_too_large_and_not_even_text_is_too_large() {
            assertEquals(COMMAND_TOO_LARGE, code(new byte[65537]));
        }

        @Test
        void no_limit_of_the_parser_comes_before_ours() {
            CommandDecoder large = new CommandDecoder(TOPIC, Origin.UPSTREAM, new DecoderLimits(40_000_000, 2000));
            for (String value : List.of(
                    "\"" + "x".repeat(21_000_000) + "\"",
                    "1".repeat(500_000),
                    "0." + "1".repeat(500_000),
                    "1e" + "9".repeat(500_000),
                    "{\"" + "n".repeat(100_000) + "\":1}",
                    "[".repeat(1998) + "]".repeat(1998))) {
                assertReadable(large.decode(CommandRecords.of("{\"x\":" + value + "}")));
            }
        }

        @Test
        void one_byte_order_mark_of_utf8_is_dropped() {
            assertEquals(content(GOOD), content("\uFEFF" + GOOD));
            assertEquals(COMMAND_NOT_JSON, code("\uFEFF\uFEFF" + GOOD));
            assertEquals(COMMAND_NOT_JSON, code("\uFEFF"));
            assertEquals("\uFEFFtom", content("{\"Name\":\"\uFEFFtom\"}").name());
        }

        @Test
        void utf16_and_utf32_are_not_utf8() {
            for (Charset charset :
                    List.of(UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE"))) {
                assertEquals(COMMAND_NOT_UTF8, code(GOOD.getBytes(charset)), charset.name());
                assertEquals(COMMAND_NOT_UTF8, code(("\uFEFF" + GOOD).getBytes(charset)), charset.name());
            }
        }

        @Test
        void latin1_is_not_utf8() {
            assertEquals(COMMAND_NOT_UTF8, code(GOOD.replace("tom", "José").getBytes(ISO_8859_1)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ff00", // no text at all
                    "80", // a continuation byte alone
                    "c3", // cut in the middle
                    "e5bc",
                    "f09f98",
                    "c080", // U+0000 in two bytes
                    "c1bf", // overlong
                    "e08080",
                    "f0808080",
                    "eda080", // a surrogate
                    "edb080",
                    "eda0bdedb880", // an emoji as two surrogates
                    "f4908080", // beyond U+10FFFF
                    "f8888080",
                    "fe",
                    "ff"
                })
        void what_is_not_well_formed_is_not_utf8(String hex) {
            byte[] bad = HexFormat.of().parseHex(hex);
            assertEquals(COMMAND_NOT_UTF8, code(bad));
            assertEquals(COMMAND_NOT_UTF8, code(join("{\"Name\":\"".getBytes(UTF_8), bad, "\"}".getBytes(UTF_8))));
        }

        @Test
        void a_zero_byte_at_the_start_is_another_encoding_and_elsewhere_ill_formed_text() {
            assertEquals(COMMAND_NOT_UTF8, code("\0"));
            assertEquals(COMMAND_NOT_UTF8, code("{}\0"));
            assertEquals(COMMAND_NOT_UTF8, code("{  \0}"));
            assertEquals(ILL_FORMED_TEXT, code("{   \0}"));
            assertEquals(ILL_FORMED_TEXT, code("{\"Name\":\"to\0m\"}"));
            assertEquals(ILL_FORMED_TEXT, code(GOOD + "\0"));
        }

        @Test
        void han_letters_and_emoji_come_through() {
            String name = "张三\uD842\uDFB7😀";
            assertEquals(name, content("{\"Name\":\"" + name + "\"}").name());
            assertEquals(
                    name,
                    content("{\"Name\":\"\\u5f20\\u4e09\\uD842\\udfb7\\ud83d\\uDE00\"}")
                            .name());
        }
    }

    @Nested
    class Json {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    " ",
                    "\n\t",
                    "{",
                    "}",
                    "{\"a\"",
                    "{\"a\":",
                    "{\"a\":1",
                    "{\"a\":1,}",
                    "{,}",
                    "{a:1}",
                    "{'a':1}",
                    "{\"a\" 1}",
                    "{\"a\":1 \"b\":2}",
                    "{\"a\":[1,]}",
                    "{\"a\":[1}",
                    "{\"a\":[1]]}",
                    "{\"a\":NaN}",
                    "{\"a\":Infinity}",
                    "{\"a\":007}",
                    "{\"a\":+1}",
                    "{\"a\":.5}",
                    "{\"a\":1.}",
                    "{\"a\":0x1}",
                    "{\"a\":1e}",
                    "{\"a\":-}",
                    "{\"a\":True}",
                    "{\"a\":nul}",
                    "{\"a\":undefined}",
                    "{\"a\":\"\n\"}",
                    "{\"a\":\"\\x\"}",
                    "{\"a\":\"\\u12\"}",
                    "{\"a\":\"\\u12G4\"}",
                    "{\"a\":\"",
                    "{\"a\":\"\\",
                    "{}{}",
                    "{} 1",
                    "{}]",
                    "{}}",
                    "{};",
                    "{}x",
                    "{}\u00a0",
                    "{}\u001e",
                    "\u000b{}",
                    "1 2",
                    "[][]",
                    "/* x */{}",
                    "{}//",
                    "#{}",
                    "x",
                    "\"a",
                    "'a'",
                    "hello"
                })
        void what_is_not_exactly_one_json_document_is_not_json(String text) {
            assertEquals(COMMAND_NOT_JSON, code(text));
        }

        /** The lower byte of each of these is that of a digit, and the parser looks at no more. */
        @ParameterizedTest
        @ValueSource(strings = {"\u0130", "\u5f35", "\u0141", "\uff46", "\ud835\udfd7"})
        void an_escape_with_a_digit_that_is_not_ascii_is_not_json(String digit) {
            assertEquals(COMMAND_NOT_JSON, code("{\"a\":\"\\u004" + digit + "\"}"));
            assertEquals(COMMAND_NOT_JSON, code("{\"a\":\"\\\\\\u" + digit + "041\"}"));
            assertEquals(COMMAND_NOT_JSON, code("{\"\\u00" + digit + "1\":1}"));
            assertReadable("{\"a\":\"\\\\u004" + digit + "\"}");
            assertReadable("{\"a\":\"\\u0041" + digit + "\"}");
        }

        private void assertReadable(String text) {
            assertInstanceOf(Decoded.Addition.class, decoder.decode(CommandRecords.of(text)));
        }

        @Test
        void every_head_of_a_command_is_not_json() {
            byte[] good = GOOD.getBytes(UTF_8);
            for (int length = 1; length < good.length; length++) {
                assertEquals(COMMAND_NOT_JSON, code(Arrays.copyOf(good, length)));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "true", "1", "-1.5e3", "\"{}\"", "[]", "[{}]", " [[{\"a\":1}],2] "})
        void a_document_other_than_an_object_is_not_an_object(String text) {
            assertEquals(COMMAND_NOT_AN_OBJECT, code(text));
        }

        @Test
        void blanks_around_the_command_are_no_matter() {
            assertEquals(content(GOOD), content(" \t\r\n" + GOOD + "\n "));
        }

        @Test
        void a_syntax_error_outweighs_what_came_before_it() {
            assertEquals(COMMAND_NOT_JSON, code("{\"a\":1,\"a\":\"\\ud800\",}"));
            assertEquals(COMMAND_NOT_JSON, code("[{\"a\":1,\"a\":2}"));
            assertEquals(COMMAND_NOT_JSON, code("{\"a\":\"\\u0000\"}{}"));
        }

        @Test
        void of_the_other_faults_the_more_general_is_the_answer() {
            assertEquals(COMMAND_NOT_AN_OBJECT, code("[{\"a\":1,\"a\":\"\\ud800\"}]"));
            assertEquals(DUPLICATE_FIELD, code("{\"a\":\"\\ud800\",\"a\":1}"));
        }
    }

    @Nested
    class DuplicateFields {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"EmailAddress\":\"good@x.org\",\"EmailAddress\":\"evil@y.org\"}",
                    "{\"EmailAddress\":\"a@x.org\",\"Name\":\"tom\",\"Em\\u0061ilAddress\":\"a@x.org\"}",
                    "{\"Name\":null,\"Name\":\"tom\"}",
                    "{\"Name\":1,\"Name\":[]}",
                    "{\"MessageTypes\":[],\"MessageTypes\":[]}",
                    "{\"x\":1,\"x\":1}",
                    "{\"\":1,\"\":2}",
                    "{\"x\":1,\"\\u0078\":1}",
                    "{\"x\":{\"y\":1,\"z\":2,\"y\":3}}",
                    "{\"x\":[[{\"y\":1},{\"y\":2,\"y\":1}]]}",
                    "{\"x\":{\"Name\":1,\"Name\":2}}",
                    "{\"MessageTypes\":[{\"a\":1,\"a\":1}]}",
                    "{\"Name\":{\"a\":1,\"a\":1}}"
                })
        void a_field_twice_in_one_object_is_a_duplicate(String text) {
            assertEquals(DUPLICATE_FIELD, code(text));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"Name\":\"tom\",\"x\":{\"Name\":1},\"y\":{\"Name\":{\"Name\":2}}}",
                    "{\"x\":{\"x\":{\"x\":1}}}",
                    "{\"x\":[{\"y\":1},{\"y\":1}]}",
                    "{\"Name\":1,\"name\":2,\"NAME\":3}",
                    "{\"\u00e9\":1,\"e\u0301\":1}"
                })
        void the_same_field_in_different_objects_is_none(String text) {
            assertReadable(decoder.decode(CommandRecords.of(text)));
        }
    }

    @Nested
    class IllFormedText {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\\ud83d", // alone
                    "a\\ud83d",
                    "\\ud83da",
                    "\\ude00\\ud83d", // reversed
                    "\\ud83d\\ud83d\\ude00",
                    "\\ud83d\\ude00\\ude00",
                    "\\ud83d\\n\\ude00",
                    "\\u0000",
                    "A\\u0000B",
                    "\\\\\\u0000"
                })
        void is_found_wherever_it_is(String text) {
            for (Parameter parameter : Parameter.values()) {
                assertEquals(ILL_FORMED_TEXT, code("{\"" + parameter.fieldName() + "\":\"" + text + "\"}"));
            }
            assertEquals(ILL_FORMED_TEXT, code("{\"unknown\":\"" + text + "\"}"));
            assertEquals(ILL_FORMED_TEXT, code("{\"" + text + "\":1}"));
            assertEquals(ILL_FORMED_TEXT, code("{\"x\":[{\"y\":[\"" + text + "\"]}]}"));
            assertEquals(ILL_FORMED_TEXT, code("{\"x\":{\"" + text + "\":1}}"));
            assertEquals(ILL_FORMED_TEXT, code("{\"MessageTypes\":[\"" + text + "\"]}"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\\\\u0000", "\\\\ud83d", "\\ud83d\\ude00", "\\uffff\\ufffd", "\\u0001\\n\\\""})
        void is_not_what_only_looks_like_it(String text) {
            assertReadable(decoder.decode(CommandRecords.of("{\"Name\":\"" + text + "\",\"" + text + "\":1}")));
        }
    }

    @Nested
    class Depth {

        @Test
        void the_command_is_level_one_of_64() {
            assertReadable(decoder.decode(CommandRecords.of("{\"x\":" + "[".repeat(63) + "]".repeat(63) + "}")));
            assertEquals(COMMAND_TOO_DEEP, code("{\"x\":" + "[".repeat(64) + "]".repeat(64) + "}"));
            assertReadable(decoder.decode(CommandRecords.of("{\"x\":".repeat(64) + "1" + "}".repeat(64))));
            assertEquals(COMMAND_TOO_DEEP, code("{\"x\":".repeat(65) + "1" + "}".repeat(65)));
        }

        @Test
        void objects_side_by_side_are_not_deep() {
            assertReadable(decoder.decode(CommandRecords.of("{\"x\":[" + "[],{},".repeat(5000) + "1]}")));
        }

        @Test
        void what_is_too_deep_is_not_read_to_its_end() {
            assertEquals(COMMAND_TOO_DEEP, code("[".repeat(60_000)));
            assertEquals(COMMAND_TOO_DEEP, code("{\"a\":".repeat(12_000)));
        }

        @Test
        void giant_texts_are_answered_on_a_small_stack() throws InterruptedException {
            CommandDecoder large = new CommandDecoder(TOPIC, Origin.UPSTREAM, new DecoderLimits(4_000_000, 64));
            StringBuilder manyFields = new StringBuilder("{");
            for (int i = 0; i < 200_000; i++) {
                manyFields.append("\"k").append(i).append("\":1,");
            }
            Map<String, Object> expected = Map.of(
                    "[".repeat(100_000),
                    COMMAND_TOO_DEEP,
                    "{\"a\":".repeat(100_000),
                    COMMAND_TOO_DEEP,
                    "{\"a\":\"" + "x".repeat(900_000) + "\"}",
                    "readable",
                    "{\"a\":" + "9".repeat(500_000) + "}",
                    "readable",
                    manyFields.append("\"k\":1}").toString(),
                    "readable");

            AtomicReference<Map<String, Object>> actual = new AtomicReference<>();
            Thread small = new Thread(
                    null,
                    () -> actual.set(expected.keySet().stream()
                            .collect(Collectors.toMap(
                                    text -> text,
                                    text -> large.decode(CommandRecords.of(text))
                                            .<Object>match(
                                                    command -> "readable",
                                                    action -> "readable",
                                                    Decoded.Unreadable::code)))),
                    "small-stack",
                    128 * 1024);
            small.start();
            small.join();

            assertEquals(expected, actual.get());
        }

        @Test
        void limits_below_one_are_refused() {
            assertThrows(IllegalArgumentException.class, () -> new DecoderLimits(0, 64));
            assertThrows(IllegalArgumentException.class, () -> new DecoderLimits(1, 0));
        }
    }

    @Nested
    class Ids {

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    // in the command, ce_id -> what the rules see, who the answer is for
                    "'\"r-1\"', ce-1, r-1, r-1",
                    "-, ce-1, ce-1, ce-1",
                    "null, ce-1, ce-1, ce-1",
                    "'\"\"', ce-1, ce-1, ce-1",
                    "'\"\"', -, DERIVED, DERIVED",
                    "-, '', DERIVED, DERIVED",
                    "-, a b, a b, DERIVED",
                    "'\"a b\"', ce-1, a b, ce-1",
                    "'\"a b\"', c d, a b, DERIVED",
                    "'\"a b\"', -, a b, DERIVED",
                    "7, ce-1, MISTYPED, ce-1",
                    "[], -, MISTYPED, DERIVED",
                })
        void the_request_id_is_the_commands_or_the_events_or_derived(
                @Nullable String own, @Nullable String ceId, String sent, String answerTo) {
            String json = own == null ? "{}" : "{\"RequestId\":" + own + "}";
            Decoded decoded =
                    decoder.decode(CommandRecords.of("rd-key", json, ceId == null ? Map.of() : Map.of("ce_id", ceId)));

            assertEquals(
                    answerTo.replace("DERIVED", DERIVED), decoded.envelope().requestId());
            assertSent(sent, Parameter.REQUEST_ID, content(decoded).requestId(), content(decoded));
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    // in the command, ce_subject, key -> what the rules see, who the answer is for
                    "'\"rd-1\"', rd-2, rd-3, rd-1, rd-1",
                    "-, rd-2, rd-3, rd-2, rd-2",
                    "null, rd-2, rd-3, rd-2, rd-2",
                    "'\"\"', rd-2, rd-3, rd-2, rd-2",
                    "-, -, rd-3, rd-3, rd-3",
                    "'\"\"', '', rd-3, rd-3, rd-3",
                    "-, -, -, -, -",
                    "-, -, '', -, -",
                    "-, -, rd/3, rd/3, -",
                    "-, r d, rd-3, r d, rd-3",
                    "'\"r/d\"', rd-2, rd-3, r/d, rd-2",
                    "'\"r/d\"', r d, rd-3, r/d, rd-3",
                    "'\"r/d\"', r d, r:d, r/d, -",
                    "'\"r/d\"', -, -, r/d, -",
                    "true, -, rd-3, MISTYPED, rd-3",
                    "{}, -, -, MISTYPED, -",
                })
        void the_directory_is_the_commands_or_the_events_or_the_key(
                @Nullable String own,
                @Nullable String ceSubject,
                @Nullable String key,
                @Nullable String sent,
                @Nullable String answerTo) {
            String json = own == null ? "{}" : "{\"ResourceDirectoryId\":" + own + "}";
            Decoded decoded = decoder.decode(
                    CommandRecords.of(key, json, ceSubject == null ? Map.of() : Map.of("ce_subject", ceSubject)));

            assertEquals(answerTo, decoded.envelope().directoryId());
            assertSent(sent, Parameter.RESOURCE_DIRECTORY_ID, content(decoded).directoryId(), content(decoded));
        }

        @Test
        void a_key_that_is_not_utf8_is_there_and_no_id() {
            for (byte[] key : List.of(new byte[] {(byte) 0xFF, 0}, new byte[] {'r', (byte) 0xC3})) {
                Decoded decoded = decoder.decode(CommandRecords.of(key, "{}".getBytes(UTF_8), List.of()));
                assertNull(decoded.envelope().directoryId());
                assertFalse(Identifiers.isDirectoryId(
                        requireNonNull(content(decoded).directoryId())));
            }
        }

        @Test
        void a_giant_key_is_no_directory_to_answer_to() {
            byte[] key = "x".repeat(1_000_000).getBytes(UTF_8);
            Decoded decoded = decoder.decode(CommandRecords.of(key, "{}".getBytes(UTF_8), List.of()));
            assertNull(decoded.envelope().directoryId());
        }

        @Test
        void a_header_that_is_null_or_empty_is_none() {
            for (byte[] none : new byte[][] {null, {}}) {
                Decoded decoded = withHeaders(none);
                assertEquals(DERIVED, content(decoded).requestId());
                assertEquals("rd-key", content(decoded).directoryId());
            }
        }

        @Test
        void a_header_that_is_not_utf8_is_there_and_no_id() {
            for (byte[] bad : new byte[][] {{(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}}) {
                Decoded decoded = withHeaders(bad);
                assertEquals(DERIVED, decoded.envelope().requestId());
                assertEquals("rd-key", decoded.envelope().directoryId());
                assertFalse(
                        Identifiers.isRequestId(requireNonNull(content(decoded).requestId())));
                assertFalse(Identifiers.isDirectoryId(
                        requireNonNull(content(decoded).directoryId())));
            }
        }

        @Test
        void a_type_that_is_not_utf8_is_no_action_of_ours() {
            List<Header> headers = List.of(new RecordHeader("ce_type", new byte[] {(byte) 0xFF}));
            Decoded decoded = decoder.decode(CommandRecords.of(null, "{}".getBytes(UTF_8), headers));
            assertEquals(ErrorCode.UNSUPPORTED_ACTION, ((Decoded.Unreadable) decoded).code());
        }

        private Decoded withHeaders(byte[] value) {
            List<Header> headers = List.of(new RecordHeader("ce_id", value), new RecordHeader("ce_subject", value));
            return decoder.decode(CommandRecords.of("rd-key".getBytes(UTF_8), "{}".getBytes(UTF_8), headers));
        }

        @Test
        void the_last_header_of_a_name_counts() {
            List<Header> headers = List.of(header("ce_id", "first"), header("ce_id", "last"));
            assertEquals(
                    "last",
                    decoder.decode(CommandRecords.of(null, "{}".getBytes(UTF_8), headers))
                            .envelope()
                            .requestId());
        }

        @Test
        void the_answer_to_an_unreadable_record_goes_by_its_headers_and_key() {
            String broken = GOOD + "}";
            Envelope byKey =
                    decoder.decode(CommandRecords.of("rd-3", broken, Map.of())).envelope();
            assertEquals(DERIVED, byKey.requestId());
            assertEquals("rd-3", byKey.directoryId());

            Envelope byHeaders = decoder.decode(
                            CommandRecords.of("rd-3", broken, Map.of("ce_id", "ce-1", "ce_subject", "rd-2")))
                    .envelope();
            assertEquals("ce-1", byHeaders.requestId());
            assertEquals("rd-2", byHeaders.directoryId());

            Envelope byNothing = decoder.decode(
                            CommandRecords.of("r/d", broken, Map.of("ce_id", "a b", "ce_subject", "c d")))
                    .envelope();
            assertEquals(DERIVED, byNothing.requestId());
            assertNull(byNothing.directoryId());
        }

        @Test
        void the_envelope_holds_the_very_record() {
            ConsumerRecord<byte[], byte[]> record = CommandRecords.of("nonsense");
            assertSame(record, decoder.decode(record).envelope().record());
        }
    }

    @Nested
    class StructuredEvents {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "application/cloudevents+json",
                    "application/cloudevents+json; charset=utf-8",
                    "Application/CloudEvents+JSON;charset=UTF-8",
                    " application/cloudevents+json ; x=y; z"
                })
        void the_command_is_in_data(String contentType) {
            AddMessageContact content = content(decoder.decode(CommandRecords.of(
                    "rd-key",
                    "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"subject\":\"rd-s\",\"data\":" + GOOD + "}",
                    Map.of("content-type", contentType))));
            assertEquals(content(GOOD), content);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "application/json",
                    "application/cloudevents-batch+json",
                    "application/cloudevents",
                    "application/cloudevents+jsonx",
                    "x; application/cloudevents+json",
                    ""
                })
        void any_other_content_type_means_a_plain_command(String contentType) {
            AddMessageContact content =
                    content(decoder.decode(CommandRecords.of("rd-key", GOOD, Map.of("content-type", contentType))));
            assertEquals(content(GOOD), content);
        }

        @Test
        void a_content_type_without_value_means_a_plain_command() {
            Decoded decoded = decoder.decode(CommandRecords.of(
                    null, GOOD.getBytes(UTF_8), List.of(new RecordHeader("content-type", (byte[]) null))));
            assertEquals(content(GOOD), content(decoded));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"Name\":\"tom\"}",
                    "{\"data\":null}",
                    "{\"data\":\"{}\"}",
                    "{\"data\":[{}]}",
                    "{\"data\":1}",
                    "{\"data_base64\":\"e30=\"}",
                    "{\"data\":{},\"data_base64\":\"e30=\"}",
                    "{\"data_base64\":{},\"data\":{}}",
                    "{\"x\":{\"data\":{}}}",
                    "[{\"data\":{}}]",
                    "1"
                })
        void without_an_object_in_data_there_is_no_command(String text) {
            assertUnreadable(COMMAND_NOT_AN_OBJECT, structured(text));
        }

        @Test
        void data_base64_that_is_null_is_absent() {
            assertReadable(structured("{\"data_base64\":null,\"data\":{}}"));
        }

        @Test
        void the_rules_for_text_hold_in_the_whole_event() {
            assertUnreadable(DUPLICATE_FIELD, structured("{\"id\":\"a\",\"data\":{},\"id\":\"a\"}"));
            assertUnreadable(DUPLICATE_FIELD, structured("{\"data\":{},\"data\":{}}"));
            assertUnreadable(DUPLICATE_FIELD, structured("{\"data\":{\"Name\":\"a\",\"Name\":\"a\"}}"));
            assertUnreadable(ILL_FORMED_TEXT, structured("{\"source\":\"\\u0000\",\"data\":{}}"));
            assertUnreadable(COMMAND_NOT_JSON, structured("{\"data\":{}}}"));
            assertUnreadable(
                    COMMAND_TOO_DEEP, structured("{\"data\":{\"x\":" + "[".repeat(63) + "]".repeat(63) + "}}"));
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    "'\"id\":\"e-1\"', e-1, e-1",
                    "'\"x\":1', DERIVED, DERIVED",
                    "'\"id\":null', DERIVED, DERIVED",
                    "'\"id\":\"\"', DERIVED, DERIVED",
                    "'\"id\":\"a b\"', a b, DERIVED",
                    "'\"id\":5', MISTYPED, DERIVED",
                    "'\"id\":{\"id\":\"e-1\"}', MISTYPED, DERIVED",
                    "'\"id\":[\"e-1\"]', MISTYPED, DERIVED",
                })
        void the_events_id_stands_in_for_the_request_id(String id, String sent, String answerTo) {
            Decoded decoded = structured("{" + id + ",\"data\":{\"Name\":\"tom\"}}");
            assertEquals(
                    answerTo.replace("DERIVED", DERIVED), decoded.envelope().requestId());
            assertSent(sent, Parameter.REQUEST_ID, content(decoded).requestId(), content(decoded));
        }

        @ParameterizedTest
        @CsvSource({
            "'\"subject\":\"rd-s\"', rd-s, rd-s",
            "'\"x\":1', rd-key, rd-key",
            "'\"subject\":\"\"', rd-key, rd-key",
            "'\"subject\":\"r/d\"', r/d, rd-key",
            "'\"subject\":false', MISTYPED, rd-key",
        })
        void the_events_subject_stands_in_for_the_directory(String subject, String sent, String answerTo) {
            Decoded decoded = structured("{\"data\":{}," + subject + "}");
            assertEquals(answerTo, decoded.envelope().directoryId());
            assertSent(sent, Parameter.RESOURCE_DIRECTORY_ID, content(decoded).directoryId(), content(decoded));
        }

        @Test
        void the_commands_own_ids_come_first_whatever_the_events_are() {
            AddMessageContact content = content(structured("{\"id\":5,\"subject\":[],\"data\":" + GOOD + "}"));
            assertEquals(content(GOOD), content);
        }

        @Test
        void headers_do_not_stand_in_for_the_events_attributes() {
            Decoded decoded = decoder.decode(CommandRecords.of(
                    "rd-key",
                    "{\"data\":{}}",
                    Map.of("content-type", "application/cloudevents+json", "ce_id", "h-1", "ce_subject", "rd-h")));
            assertEquals(DERIVED, decoded.envelope().requestId());
            assertEquals("rd-key", decoded.envelope().directoryId());
        }

        @Test
        void an_events_attributes_are_not_left_for_the_next() {
            structured("{\"id\":\"e-1\",\"subject\":[],\"data\":{}}");
            Decoded next = structured("{\"data\":{}}");
            assertSent("DERIVED", Parameter.REQUEST_ID, content(next).requestId(), content(next));
            assertSent("rd-key", Parameter.RESOURCE_DIRECTORY_ID, content(next).directoryId(), content(next));
        }

        private Decoded structured(String text) {
            return decoder.decode(
                    CommandRecords.of("rd-key", text, Map.of("content-type", "application/cloudevents+json")));
        }
    }

    private ErrorCode code(String text) {
        return code(CommandRecords.of(text));
    }

    private ErrorCode code(byte[] value) {
        return code(CommandRecords.of(value));
    }

    private ErrorCode code(ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record)
                .match(
                        command -> {
                            throw new AssertionError("readable");
                        },
                        action -> {
                            throw new AssertionError("readable");
                        },
                        Decoded.Unreadable::code);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "DeleteMessageContact, -, true",
                "DeleteMessageContact, messagecontact.delete.v1, true",
                "-, messagecontact.delete.v1, false"
            })
    void a_command_about_a_contact_stands_in_the_value_only_with_its_action(
            @Nullable String action, @Nullable String type, boolean expected) {
        String value = """
                {"RequestId":"r-1","ResourceDirectoryId":"rd-1","ContactId":"c-UnCaInIFdAC377Zi"%s}""".formatted(action == null ? "" : ",\"Action\":\"" + action + "\"");
        Map<String, String> headers = type == null
                ? Map.of()
                : Map.of("ce_specversion", "1.0", "ce_id", "r-1", "ce_source", "/test", "ce_type", type);

        Decoded decoded = decoder.decode(CommandRecords.of("rd-1", value, headers));

        assertEquals(expected, decoded.<Boolean>match(add -> null, Decoded.Action::inValue, unreadable -> null));
    }

    private AddMessageContact content(String text) {
        return content(decoder.decode(CommandRecords.of(text)));
    }

    static AddMessageContact noAdd(Decoded.Action action) {
        throw new AssertionError("adds no contact: " + action.content().action());
    }

    private static AddMessageContact content(Decoded decoded) {
        return decoded.match(Decoded.Addition::content, CommandDecoderTest::noAdd, unreadable -> {
            throw new AssertionError("unreadable: " + unreadable.code());
        });
    }

    private static void assertReadable(Decoded decoded) {
        content(decoded);
    }

    private static void assertUnreadable(ErrorCode code, Decoded decoded) {
        assertEquals(
                code, decoded.<@Nullable ErrorCode>match(command -> null, action -> null, Decoded.Unreadable::code));
    }

    private static void assertSent(
            @Nullable String expected, Parameter parameter, @Nullable String sent, AddMessageContact content) {
        boolean mistyped = "MISTYPED".equals(expected);
        assertEquals(mistyped ? Set.of(parameter) : Set.of(), content.mistyped());
        assertEquals(mistyped || expected == null ? null : expected.replace("DERIVED", DERIVED), sent);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
