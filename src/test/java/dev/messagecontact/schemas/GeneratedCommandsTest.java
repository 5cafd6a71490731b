package dev.messagecontact.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.support.Defaults;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands with good, borderline and bad fields, drawn from a fixed seed: schema and rules say the same of each. */
class GeneratedCommandsTest {

    private static final int COMMANDS = 3_000;
    private static final JsonMapper JSON = JsonMapper.shared();
    /** As many as not, a field is good, so that many commands are. */
    private static final Map<String, List<String>> ADDING = Map.of(
            "Action",
                    List.of(
                            "'AddMessageContact'",
                            "''",
                            "null",
                            "'addMessageContact'",
                            "'DeleteMessageContact'",
                            "'AddMessageContact2'",
                            "5"),
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

    private static final Map<Action, Map<String, List<String>>> VALUES = Map.of(
            Action.ADD, ADDING,
            Action.SEND_EMAIL_VERIFICATION,
                    aboutContact(
                            Action.SEND_EMAIL_VERIFICATION,
                            "EmailAddress",
                            List.of("'tom@example.com'", "'whatever'", "''", "null", "5", "[]")),
            Action.SEND_PHONE_VERIFICATION,
                    aboutContact(
                            Action.SEND_PHONE_VERIFICATION,
                            "PhoneNumber",
                            List.of("'86-13900001234'", "'whatever'", "''", "null", "13900001234", "{}")),
            Action.DELETE, aboutContact(Action.DELETE, "Remark", List.of("'ignored'", "5", "{}")),
            Action.CONFIRM,
                    aboutContact(
                            Action.CONFIRM,
                            "VerificationId",
                            List.of(
                                    "'v-LWqNqHHBk4YmCYUT'",
                                    "'c-LWqNqHHBk4YmCYUT'",
                                    "'v-LWqNqHHBk4YmCYU'",
                                    "'v-LWqNqHHBk4YmCYU-'",
                                    "''",
                                    "null",
                                    "5")));
    /** Without them a command can still have those of its headers or key, or ask for another action: no matter of the schema. */
    private static final Set<String> ELSEWHERE = Set.of("ResourceDirectoryId", "Action");

    private static Map<String, List<String>> aboutContact(Action action, String field, List<String> values) {
        return Map.of(
                "Action",
                // Empty or null is for commands whose CloudEvents type says the action.
                List.of("'" + action.operation() + "'", "'SendMessageContact'", "'deletemessagecontact'", "7", "[]"),
                "RequestId",
                ADDING.get("RequestId"),
                "ResourceDirectoryId",
                ADDING.get("ResourceDirectoryId"),
                "ContactId",
                List.of(
                        "'c-UnCaInIFdAC377Zi'",
                        "'v-UnCaInIFdAC377Zi'",
                        "'c-UnCaInIFdAC377Z'",
                        "'c-UnCaInIFdAC377Z\u00fc'",
                        "''",
                        "null",
                        "5"),
                field,
                values);
    }

    private final Random random = new Random(20220419);
    private final Map<Origin, CommandDecoder> decoders = Arrays.stream(Origin.values())
            .collect(Collectors.toMap(
                    origin -> origin,
                    origin -> new CommandDecoder(new UUID(1, 2), origin, new DecoderLimits(65_536, 32))));
    private final ContactRules rules = new ContactRules(Defaults.RULES);

    private static String email(int length) {
        String domain = "@" + "d".repeat(63) + "." + "e".repeat(63) + "." + "f".repeat(63) + ".com";
        return "'" + "l".repeat(length - domain.length()) + domain + "'";
    }

    @ParameterizedTest
    @EnumSource
    void what_the_schema_accepts_the_rules_accept_and_what_it_refuses_they_refuse(Action action) {
        List<String> differing = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < COMMANDS; i++) {
            ObjectNode command = command(action);
            boolean bySchema = PublishedSchemas.strictFaults(PublishedSchemas.ofCommand(action), command)
                    .isEmpty();
            accepted += bySchema ? 1 : 0;
            List<ErrorCode> broken = broken(command, action.origin());
            if (bySchema != broken.isEmpty()) {
                differing.add(broken + " " + command);
            }
        }
        assertEquals(List.of(), differing);
        assertTrue(accepted > COMMANDS / 20 && accepted < COMMANDS * 19 / 20, "too one-sided: " + accepted);
    }

    @Test
    void a_character_that_the_schema_takes_for_a_name_is_one_that_the_rules_take() {
        ObjectNode command = good(Action.ADD);
        List<String> differing = IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .filter(c -> {
                    command.put("Name", Character.toString(c) + "x");
                    boolean bySchema = PublishedSchemas.strictFaults(
                                    PublishedSchemas.COMMAND, "/properties/Name", command.path("Name"))
                            .isEmpty();
                    return bySchema != broken(command, Origin.UPSTREAM).isEmpty();
                })
                .mapToObj(Integer::toHexString)
                .toList();
        assertEquals(List.of(), differing);
    }

    /** All fields good but for one or two, or none. */
    private ObjectNode command(Action action) {
        ObjectNode command = good(action);
        Map<String, List<String>> drawnFrom = values(action);
        for (int i = random.nextInt(3); i > 0; i--) {
            List<String> fields = drawnFrom.keySet().stream().sorted().toList();
            String field = fields.get(random.nextInt(fields.size()));
            List<String> values = Objects.requireNonNull(drawnFrom.get(field));
            int drawn = random.nextInt(values.size() + 1);
            if (drawn < values.size()) {
                command.set(field, json(values.get(drawn)));
            } else if (!ELSEWHERE.contains(field)) {
                command.remove(field);
            }
        }
        return command;
    }

    private static Map<String, List<String>> values(Action action) {
        return Objects.requireNonNull(VALUES.get(action));
    }

    private static ObjectNode good(Action action) {
        ObjectNode command = JSON.createObjectNode();
        values(action).forEach((field, values) -> command.set(field, json(values.get(0))));
        return command;
    }

    private static JsonNode json(String value) {
        return JSON.readTree(value.replace('\'', '"'));
    }

    private static List<ErrorCode> codes(Checked checked) {
        return checked.match(acceptable -> List.of(), action -> List.of(), Checked.Refused::codes);
    }

    private List<ErrorCode> broken(ObjectNode command, Origin origin) {
        CommandDecoder decoder = Objects.requireNonNull(decoders.get(origin));
        Decoded decoded = decoder.decode(CommandRecords.of(null, JSON.writeValueAsBytes(command), List.of()));
        return decoded.match(
                readable -> codes(rules.check(readable.content())),
                action -> codes(ActionRules.check(action.content())),
                unreadable -> List.of(unreadable.code()));
    }
}
