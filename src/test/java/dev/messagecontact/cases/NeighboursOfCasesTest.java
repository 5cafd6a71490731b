package dev.messagecontact.cases;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/** Neighbours of the acceptance cases, drawn from a fixed seed: decoder and rules say of each what a plain reading says. */
class NeighboursOfCasesTest {

    private static final int RECORDS = Integer.getInteger("neighbours.records", 30_000);
    private static final int MAX_BYTES = 900;
    private static final int MAX_DEPTH = 9;

    /** What may stand anywhere in a JSON text, and may not. */
    private static final List<String> PIECES = List.of(
            " ",
            "\t",
            "\r\n",
            "\f",
            "\u000b",
            "\u00a0",
            "\u2028",
            "\u3000",
            "\uFEFF",
            "\u0000",
            "\u0001",
            "\u007f",
            "1e400",
            "-0",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "NaN",
            "Infinity",
            "0x1",
            "1e",
            "9".repeat(300),
            "true",
            "nul",
            "/**/",
            "//\n",
            "#",
            ",",
            ":",
            "\"",
            "'",
            "{",
            "}",
            "[",
            "]",
            "[[[[[[",
            "{\"a\":{\"a\":1,\"a\":2}}",
            "\\",
            "\\/",
            "\\x",
            "\\u12",
            "\\u0000",
            "\\ud83d",
            "\\ude00",
            "\\ud83d\\ude00",
            "\\U0041",
            "\\u004e",
            "\"x\":1,",
            "\"x\":[[[[[[[[[]]]]]]]]],",
            "\"x\":[[[[[[[[]]]]]]]],",
            "\"x\":[[[[[[[]]]]]]],",
            "\"x\":{\"y\":1,\"y\":2},",
            "\"\\u0078\":1,",
            "\"Name\":null,",
            "\"N\\u0061me\":\"x\",",
            "\"data\":{",
            "\"Action\":\"\",",
            "\"RequestId\":7,");

    /** What may stand in a text, and is some other character for somebody. */
    private static final List<String> CHARACTERS = List.of(
            "a", "Z", "7", "٣", "３", "१", "𝟗", "张", "張", "𠮷", "𰻞", "〇", "々", "⺀", "豈", "あ", "한", "ａ", "é", "e\u0301",
            "ß", "İ", "\u0301", "\u200b", "\u200d", "\ufe0f", "\u3000", "\u00a0", " ", "\t", "-", "‐", "－", "_", ".",
            "。", "·", "@", "＠", "+", "86-", "(", "\"", "😀", "\ufffd", "\ue000", "\ud800");

    private static final Map<String, List<String>> VALUES = Map.of(
            "Action", List.of("\"AddMessageContact\"", "\"DeleteMessageContact\"", "\"\"", "null", "7", "\"Add\""),
            "RequestId", List.of(text("r", 64), text("r", 65), "\"\"", "null", "7", "[]", "\"a:b.c-d_e\"", "\"a b\""),
            "ResourceDirectoryId", List.of(text("d", 64), text("d", 65), "\"\"", "null", "{}", "\"rd.1\""),
            "Name",
                    List.of(
                            "\"x\"",
                            text("n", 12),
                            text("n", 13),
                            text("𠮷", 12),
                            text("𠮷", 13),
                            text("\uFA12", 12),
                            "\"\"",
                            "null",
                            "true"),
            "EmailAddress",
                    List.of(
                            "\"a@b.c\"",
                            "\"a@b\"",
                            "\"a@1.2.3.4\"",
                            "\"a@b.1c\"",
                            "\"a@b-.co\"",
                            "\"a.@b.co\"",
                            "\"a..b@c.de\"",
                            "\"a@b.co.\"",
                            "\"<a@b.co>\"",
                            "\"a(x)@b.co\"",
                            "\"a@[1.2.3.4]\"",
                            "\"a@b_c.de\"",
                            "\"" + "l".repeat(64) + "@b.co\"",
                            "\"" + "l".repeat(65) + "@b.co\"",
                            "\"a@" + "d".repeat(63) + ".co\"",
                            "\"a@" + "d".repeat(64) + ".co\"",
                            text("é", 254),
                            text("é", 255),
                            "\"\"",
                            "null",
                            "7"),
            "PhoneNumber",
                    List.of(
                            "\"86-13900001234\"",
                            "\"86-12900001234\"",
                            "\"86-1390000123\"",
                            "\"86-139000012345\"",
                            "\"1-2015550123\"",
                            "\"086-13900001234\"",
                            "\"8613900001234\"",
                            "\" \"",
                            "\"\"",
                            "\"\u3000\"",
                            "\"\u00a0\"",
                            "null",
                            "7",
                            "\"852-1234\"",
                            "\"852-123\"",
                            "\"1234-12345\"",
                            "\"86-1390000123٤\""),
            "Title", List.of("\"CEO\"", "\"ceo\"", "\"CEO \"", "\"\"", "null", "[]"),
            "MessageTypes",
                    List.of(
                            "[]",
                            "[null]",
                            "[\"\"]",
                            "\"\"",
                            "null",
                            "{}",
                            "[\"ServiceMessage\",\"ServiceMessage\"]",
                            "[[\"ServiceMessage\"]]",
                            "\"ServiceMessage\""),
            "ContactId", List.of("\"c-UnCaInIFdAC377Zi\"", "\"C-UnCaInIFdAC377Zi\"", "null", "7"));

    private final Random random = new Random(Integer.getInteger("neighbours.seed", 20220419));
    private final CommandDecoder decoder =
            new CommandDecoder(new UUID(1, 2), Origin.UPSTREAM, new DecoderLimits(MAX_BYTES, MAX_DEPTH));
    private final ContactRules rules = new ContactRules(new RuleSettings(254, Set.of(86), false));
    private final PlainReading plain = new PlainReading(MAX_BYTES, MAX_DEPTH);
    private final List<AcceptanceCase> cases = AcceptanceCase.STATELESS.stream()
            .flatMap(file -> AcceptanceCase.of(file).stream())
            .filter(example -> example.value() != null && example.value().length < MAX_BYTES)
            .toList();

    @Test
    void each_gets_the_codes_that_a_plain_reading_of_the_contract_gives_it() {
        Map<String, Integer> seen = new TreeMap<>();
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            ConsumerRecord<byte[], byte[]> record = neighbour();
            List<String> expected = plain.codes(record);
            List<String> codes = codes(record);
            if (!expected.equals(codes) && differing.size() < 20) {
                differing.add(expected + " but was " + codes + ": " + inText(record));
            }
            (codes.isEmpty() ? List.of("accepted") : codes).forEach(code -> seen.merge(code, 1, Integer::sum));
        }
        assertEquals(List.of(), differing);
        assertTrue(seen.size() > 25 && seen.get("accepted") > RECORDS / 20, () -> "too few kinds: " + seen);
    }

    private List<String> codes(ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record)
                .match(
                        add -> codes(rules.check(add.content())),
                        action -> codes(ActionRules.check(action.content())),
                        unreadable -> List.of(unreadable.code().code()));
    }

    private static List<String> codes(Checked checked) {
        List<ErrorCode> codes = checked.match(added -> List.of(), action -> List.of(), Checked.Refused::codes);
        return codes.stream().map(ErrorCode::code).toList();
    }

    private ConsumerRecord<byte[], byte[]> neighbour() {
        AcceptanceCase example = cases.get(random.nextInt(cases.size()));
        // Byte for byte: what is no UTF-8 stays as it is.
        String value = new String(example.value(), ISO_8859_1);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            value = random.nextInt(3) > 0 ? withOtherValue(value) : withPiece(value);
        }
        List<Header> headers = new ArrayList<>(example.headers());
        if (random.nextInt(6) == 0) {
            headers.add(header());
        }
        byte[] key = random.nextInt(10) > 0
                ? example.key()
                : Arrays.asList(null, new byte[0], new byte[] {(byte) 0xC3, 'x'}, "rd key".getBytes(UTF_8))
                        .get(random.nextInt(4));
        return CommandRecords.of(key, value.getBytes(ISO_8859_1), headers);
    }

    private Header header() {
        String name = List.of("ce_id", "ce_subject", "ce_type", "content-type").get(random.nextInt(4));
        List<String> values = List.of(
                "from-header",
                "",
                "not good",
                "\u00e9",
                "messagecontact.add.v1",
                "messagecontact.delete.v1",
                " Application/CloudEvents+JSON ; charset=UTF-8",
                "application/cloudevents-batch+json");
        return new RecordHeader(
                name,
                random.nextInt(9) == 0 ? null : values.get(random.nextInt(8)).getBytes(ISO_8859_1));
    }

    /** Another value for one field, or another character within one. */
    private String withOtherValue(String value) {
        List<String> fields = VALUES.keySet().stream().sorted().toList();
        String field = fields.get(random.nextInt(fields.size()));
        int name = value.indexOf("\"" + field + "\"");
        int colon = value.indexOf(':', Math.max(0, name));
        if (name < 0 || colon < 0) {
            return value.replaceFirst(
                    "\\{",
                    java.util.regex.Matcher.quoteReplacement(
                            "{\"" + field + "\":" + bytes(some(VALUES.get(field))) + ","));
        }
        int end = endOfValue(value, colon + 1);
        String old = value.substring(colon + 1, end);
        String other = random.nextBoolean() || old.length() < 3 ? bytes(some(VALUES.get(field))) : withCharacter(old);
        return value.substring(0, colon + 1) + other + value.substring(end);
    }

    private String withCharacter(String value) {
        int at = 1 + random.nextInt(value.length() - 1);
        int to = Math.min(value.length() - 1, at + random.nextInt(2));
        return value.substring(0, at) + bytes(some(CHARACTERS)) + value.substring(Math.max(at, to));
    }

    private String withPiece(String value) {
        int at = random.nextInt(4) == 0 ? Math.max(0, value.indexOf('{') + 1) : random.nextInt(value.length() + 1);
        return value.substring(0, at) + bytes(some(PIECES)) + value.substring(at);
    }

    /** Roughly: up to the next comma or bracket that is in no text. */
    private static int endOfValue(String value, int from) {
        boolean isInText = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            isInText ^= c == '"' && value.charAt(i - 1) != '\\';
            if (!isInText && (c == ',' || c == '}')) {
                return i;
            }
        }
        return value.length();
    }

    private <T> T some(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String text(String character, int times) {
        return "\"" + character.repeat(times) + "\"";
    }

    /** One character for each byte; a lone surrogate as its three bytes, which are no UTF-8. */
    private static String bytes(String text) {
        return text.equals("\ud800") ? "\u00ed\u00a0\u0080" : new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static String inText(ConsumerRecord<byte[], byte[]> record) {
        return (record.key() == null ? null : new String(record.key(), UTF_8)) + " " + record.headers() + " "
                + new String(record.value(), UTF_8);
    }
}
