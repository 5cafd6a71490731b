package dev.messagecontact.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.Defaults;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field with a value of every JSON type. */
class FieldTypesTest {

    private static final Map<String, Boolean> IS_TEXT = Map.ofEntries(
            Map.entry("\"text\"", true),
            Map.entry("\"\"", true),
            Map.entry("\"12\"", true),
            Map.entry("\"true\"", true),
            Map.entry("\"null\"", true),
            Map.entry("null", true),
            Map.entry("12", false),
            Map.entry("0", false),
            Map.entry("49151234567", false),
            Map.entry("4.9151234567E10", false),
            Map.entry("1.0", false),
            Map.entry("12345678901234567890", false),
            Map.entry("true", false),
            Map.entry("false", false),
            Map.entry("[]", false),
            Map.entry("[\"text\"]", false),
            Map.entry("{}", false),
            Map.entry("{\"a\":\"text\"}", false),
            Map.entry("{\"Name\":\"text\",\"RequestId\":\"text\"}", false));

    private final CommandDecoder decoder = new CommandDecoder(new UUID(1, 2), Origin.UPSTREAM, Defaults.LIMITS);

    static Stream<Arguments> texts() {
        return EnumSet.range(Parameter.REQUEST_ID, Parameter.TITLE).stream()
                .filter(parameter -> parameter != Parameter.CONTACT_ID && parameter != Parameter.VERIFICATION_ID)
                .flatMap(parameter -> IS_TEXT.entrySet().stream()
                        .map(type -> Arguments.of(parameter, type.getKey(), type.getValue())));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_text_field_takes_texts_and_null_and_coerces_nothing(Parameter parameter, String value, boolean isText) {
        AddMessageContact content = read(parameter, value);
        assertEquals(isText ? Set.of() : Set.of(parameter), content.mistyped());
        String text = switch (parameter) {
            case REQUEST_ID -> content.requestId();
            case RESOURCE_DIRECTORY_ID -> content.directoryId();
            case NAME -> content.name();
            case EMAIL_ADDRESS -> content.emailAddress();
            case PHONE_NUMBER -> content.phoneNumber();
            case TITLE -> content.title();
            case MESSAGE_TYPES, ACTION, CONTACT_ID, VERIFICATION_ID -> throw new AssertionError();
        };
        if (!isText) {
            assertEquals(null, text);
        } else if (value.length() > 2 && value.startsWith("\"")) {
            assertEquals(value.substring(1, value.length() - 1), text);
        }
    }

    static Stream<Arguments> arrays() {
        List<Arguments> all = new ArrayList<>();
        IS_TEXT.forEach((value, isText) -> {
            boolean absent = value.equals("null") || value.equals("\"\"");
            boolean array = value.startsWith("[");
            all.add(Arguments.of(value, absent || array));
            all.add(Arguments.of("[" + value + "]", value.startsWith("\"")));
            all.add(Arguments.of("[\"a\"," + value + "]", value.startsWith("\"")));
            all.add(Arguments.of("[" + value + ",\"a\"]", value.startsWith("\"")));
        });
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void message_types_take_an_array_of_texts_and_null(String value, boolean wellTyped) {
        AddMessageContact content = read(Parameter.MESSAGE_TYPES, value);
        assertEquals(wellTyped ? Set.of() : Set.of(Parameter.MESSAGE_TYPES), content.mistyped());
        assertEquals(wellTyped && value.startsWith("["), content.messageTypes() != null);
    }

    private AddMessageContact read(Parameter parameter, String value) {
        return decoder.decode(CommandRecords.of("{\"" + parameter.fieldName() + "\":" + value + "}"))
                .match(Decoded.Addition::content, CommandDecoderTest::noAdd, unreadable -> {
                    throw new AssertionError("unreadable: " + unreadable.code());
                });
    }
}
