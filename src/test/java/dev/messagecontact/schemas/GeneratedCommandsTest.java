package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.validation.ChangeRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands with good, borderline and bad fields, drawn from a fixed seed: schema and rules say the same of each. */
class GeneratedCommandsTest {

    private static final int COMMANDS = 5_000;
    private static final JsonMapper JSON = JsonMapper.shared();
    /** As many as not, a field is good, so that many commands are. */
    private static final Map<String, List<String>> VALUES = Map.of(
            "RequestId",
                    List.of("'a-1'", "'a-2'", "'" + "r".repeat(64) + "'", "'" + "r".repeat(65) + "'", "5", "'a/b'"),
            "ResourceDirectoryId", List.of("'rd-1'", "'" + "d".repeat(64) + "'", "'" + "d".repeat(65) + "'", "'rd.1'"),
            "Name",
                    List.of(
                            "'tom'",
                            "'张伟'",
                            "'𠮷野'",
                            "'abcdefghijkl'",
                            "'x'",
                            "'abcdefghijklm'",
                            "'to m'",
                            "''",
                            "null",
                            "7"),
            "EmailAddress",
                    List.of(
                            "'tom@example.com'",
                            "'a+b_c@sub.example.co'",
                            "'" + "l".repeat(64) + "@example.com'",
                            "'" + "l".repeat(65) + "@example.com'",
                            email(254),
                            email(255),
                            "'tom@localhost'",
                            "'tom@example.com.'",
                            "'tom@@example.com'",
                            "' tom@example.com'",
                            "'töm@example.com'",
                            "['tom@example.com']"),
            "PhoneNumber",
                    List.of(
                            "null",
                            "'86-13900001234'",
                            "'86-19900001234'",
                            "'86-12900001234'",
                            "'86-1390000123'",
                            "'086-13900001234'",
                            "'13900001234'",
                            "' '",
                            "13900001234"),
            "Title", List.of("'CEO'", "'Other'", "'ceo'", "''", "null", "{}"),
            "MessageTypes",
                    List.of(
                            "['FaultMessage']",
                            "['ProductMessage','FaultMessage','ProductMessage']",
                            "[]",
                            "['faultmessage']",
                            "'FaultMessage'",
                            "[null]",
                            "null"));

    private final Random random = new Random(20220419);
    private final CommandDecoder decoder =
            new CommandDecoder(new UUID(1, 2), Origin.UPSTREAM, new DecoderLimits(65_536, 32));
    private final ContactRules rules = new ContactRules(RuleSettings.DEFAULT);

    private static String email(int length) {
        String domain = "@" + "d".repeat(63) + "." + "e".repeat(63) + "." + "f".repeat(63) + ".com";
        return "'" + "l".repeat(length - domain.length()) + domain + "'";
    }

    @Test
    void what_the_schema_accepts_the_rules_accept_and_what_it_refuses_they_refuse() {
        List<String> differing = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < COMMANDS; i++) {
            ObjectNode command = command();
            boolean bySchema = PublishedSchemas.strictFaults(PublishedSchemas.COMMAND, command)
                    .isEmpty();
            accepted += bySchema ? 1 : 0;
            List<ErrorCode> broken = broken(command);
            if (bySchema != broken.isEmpty()) {
                differing.add(broken + " " + command);
            }
        }
        assertEquals(List.of(), differing);
        assertTrue(accepted > COMMANDS / 20 && accepted < COMMANDS * 19 / 20, "too one-sided: " + accepted);
    }

    @Test
    void a_character_that_the_schema_takes_for_a_name_is_one_that_the_rules_take() {
        ObjectNode command = good();
        List<String> differing = IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .filter(c -> {
                    command.put("Name", Character.toString(c) + "x");
                    boolean bySchema = PublishedSchemas.strictFaults(
                                    PublishedSchemas.COMMAND, "/properties/Name", command.path("Name"))
                            .isEmpty();
                    return bySchema != broken(command).isEmpty();
                })
                .mapToObj(Integer::toHexString)
                .toList();
        assertEquals(List.of(), differing);
    }

    /** All fields good but for one or two, or none. */
    private ObjectNode command() {
        ObjectNode command = good();
        for (int i = random.nextInt(3); i > 0; i--) {
            List<String> fields = VALUES.keySet().stream().sorted().toList();
            String field = fields.get(random.nextInt(fields.size()));
            List<String> values = VALUES.get(field);
            int drawn = random.nextInt(values.size() + 1);
            // Without a ResourceDirectoryId of its own a command can still have that of its key: no matter of the
            // schema.
            if (drawn < values.size()) {
                command.set(field, json(values.get(drawn)));
            } else if (!field.equals("ResourceDirectoryId")) {
                command.remove(field);
            }
        }
        return command;
    }

    private static ObjectNode good() {
        ObjectNode command = JSON.createObjectNode();
        VALUES.forEach((field, values) -> command.set(field, json(values.get(0))));
        return command;
    }

    private static JsonNode json(String value) {
        return JSON.readTree(value.replace('\'', '"'));
    }

    private static List<ErrorCode> codes(Checked checked) {
        return checked.match(acceptable -> List.of(), change -> List.of(), Checked.Refused::codes);
    }

    private List<ErrorCode> broken(ObjectNode command) {
        Decoded decoded = decoder.decode(CommandRecords.of(null, JSON.writeValueAsBytes(command), List.of()));
        return decoded.match(
                readable -> codes(rules.check(readable.content())),
                change -> codes(ChangeRules.check(change.content())),
                unreadable -> List.of(unreadable.code()));
    }
}
