package dev.messagecontact.schemas;

import static dev.messagecontact.schemas.PublishedSchemas.ADDED;
import static dev.messagecontact.schemas.PublishedSchemas.COMMAND;
import static dev.messagecontact.schemas.PublishedSchemas.COMMAND_HEADERS;
import static dev.messagecontact.schemas.PublishedSchemas.CONFIRM;
import static dev.messagecontact.schemas.PublishedSchemas.DEAD_LETTER_HEADERS;
import static dev.messagecontact.schemas.PublishedSchemas.DELETE;
import static dev.messagecontact.schemas.PublishedSchemas.DELETED;
import static dev.messagecontact.schemas.PublishedSchemas.EMAIL_VERIFICATION;
import static dev.messagecontact.schemas.PublishedSchemas.REJECTED;
import static dev.messagecontact.schemas.PublishedSchemas.SEND_EMAIL;
import static dev.messagecontact.schemas.PublishedSchemas.SEND_PHONE;
import static dev.messagecontact.schemas.PublishedSchemas.SMS_VERIFICATION;
import static dev.messagecontact.schemas.PublishedSchemas.VERIFICATION_SENT;
import static dev.messagecontact.schemas.PublishedSchemas.VERIFIED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Parameter;
import dev.messagecontact.command.Title;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

class SchemasMatchCodeTest {

    /** Java 17 (Unicode 13) does not count it to the script Han yet. */
    private static final int OLD_CHINESE_ITERATION_MARK = 0x16FE3;

    private static final Set<Parameter> OF_ALL =
            EnumSet.of(Parameter.ACTION, Parameter.REQUEST_ID, Parameter.RESOURCE_DIRECTORY_ID);

    @ParameterizedTest
    @EnumSource
    void a_command_has_the_parameters_of_its_operation(Action action) {
        Set<Parameter> parameters = EnumSet.copyOf(OF_ALL);
        parameters.addAll(
                switch (action) {
                    case ADD -> EnumSet.range(Parameter.NAME, Parameter.MESSAGE_TYPES);
                    case SEND_EMAIL_VERIFICATION -> EnumSet.of(Parameter.CONTACT_ID, Parameter.EMAIL_ADDRESS);
                    case SEND_PHONE_VERIFICATION -> EnumSet.of(Parameter.CONTACT_ID, Parameter.PHONE_NUMBER);
                    case DELETE -> EnumSet.of(Parameter.CONTACT_ID);
                    case CONFIRM -> EnumSet.of(Parameter.CONTACT_ID, Parameter.VERIFICATION_ID);
                });
        assertEquals(
                parameters.stream().map(Parameter::fieldName).toList(),
                List.copyOf(PublishedSchemas.read(PublishedSchemas.ofCommand(action))
                        .path("properties")
                        .propertyNames()));
    }

    @ParameterizedTest
    @EnumSource
    void a_command_is_named_as_the_code_names_it(Action action) {
        JsonNode command = PublishedSchemas.read(PublishedSchemas.ofCommand(action));
        assertEquals(action.operation(), command.path("title").asString());
        assertEquals(
                List.of(action.operation(), "", ""), texts(command.at("/properties/Action/enum"))); // the last is null
        JsonNode cloudEvent = PublishedSchemas.read(PublishedSchemas.ofCloudEvent(action));
        assertTrue(texts(cloudEvent.at("/properties/type/then/enum")).contains(action.eventType()));
        assertTrue(texts(PublishedSchemas.read(COMMAND_HEADERS).at("/properties/ce_type/examples"))
                .contains(action.eventType()));
    }

    @ParameterizedTest
    @EnumSource
    void a_result_has_a_schema_and_the_states_of_the_code(ResultKind kind) {
        JsonNode status = PublishedSchemas.read(PublishedSchemas.ofEvent(kind.ceType()))
                .at("/properties/Contact/properties/Status");
        switch (kind) {
            case ADDED -> assertTrue(status.isMissingNode());
            case DELETED ->
                assertEquals(
                        ContactStatus.DELETED.wireName(), status.path("const").asString());
            case VERIFICATION_SENT, VERIFIED -> {
                assertEquals(
                        List.of(ContactStatus.VERIFYING.wireName(), ContactStatus.ACTIVE.wireName()),
                        texts(status.at("/anyOf/0/enum")));
                assertEquals(
                        Arrays.stream(Channel.values()).map(Channel::idName).toList(),
                        texts(PublishedSchemas.read(PublishedSchemas.ofEvent(kind.ceType()))
                                .at("/properties/Channel/anyOf/0/enum")));
            }
        }
    }

    @Test
    void titles_and_message_types_are_those_of_the_operation() {
        assertEquals(
                Arrays.stream(Title.values()).map(Title::wireName).toList(),
                texts(PublishedSchemas.read(COMMAND).at("/properties/Title/enum")));
        assertEquals(
                Arrays.stream(MessageType.values()).map(MessageType::wireName).toList(),
                texts(PublishedSchemas.read(COMMAND).at("/properties/MessageTypes/items/enum")));
    }

    @Test
    void error_codes_and_parameters_at_fault_are_those_of_the_code() {
        List<String> codes =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList();
        JsonNode rejected = PublishedSchemas.read(REJECTED);
        JsonNode violation = rejected.at("/properties/Violations/items/properties");
        assertEquals(codes, texts(rejected.at("/properties/Code/anyOf/0/enum")));
        assertEquals(codes, texts(violation.at("/Code/anyOf/0/enum")));
        assertEquals(codes, texts(PublishedSchemas.read(DEAD_LETTER_HEADERS).at("/properties/dl-reason/anyOf/0/enum")));
        assertEquals(
                Stream.concat(Arrays.stream(Parameter.values()).map(Parameter::fieldName), Stream.of("null"))
                        .toList(),
                StreamSupport.stream(violation.at("/Parameter/anyOf/0/enum").spliterator(), false)
                        .map(parameter -> parameter.isNull() ? "null" : parameter.asString())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                COMMAND,
                SEND_EMAIL,
                SEND_PHONE,
                DELETE,
                CONFIRM,
                ADDED,
                VERIFICATION_SENT,
                VERIFIED,
                DELETED,
                REJECTED,
                EMAIL_VERIFICATION,
                SMS_VERIFICATION
            })
    void ids_have_the_same_syntax_in_schema_and_code(String name) {
        assertSameSyntax(Identifiers::isRequestId, name, "/properties/RequestId");
        assertSameSyntax(Identifiers::isDirectoryId, name, "/properties/ResourceDirectoryId");
    }

    @Test
    void ids_of_contacts_and_verifications_have_the_same_syntax_in_schema_and_code() {
        for (String name : List.of(SEND_EMAIL, SEND_PHONE, DELETE, CONFIRM)) {
            assertSameDerivedSyntax(Identifiers::isContactId, "c-", name, "/properties/ContactId");
        }
        assertSameDerivedSyntax(Identifiers::isVerificationId, "v-", CONFIRM, "/properties/VerificationId");
    }

    private static void assertSameDerivedSyntax(Predicate<String> rule, String prefix, String name, String pointer) {
        Stream.concat(
                        Stream.of("", prefix, prefix + "a".repeat(15), prefix + "a".repeat(17), "a".repeat(18)),
                        IntStream.range(0, 0x250).mapToObj(c -> prefix + Character.toString(c) + "a".repeat(15)))
                .forEach(id -> assertEquals(
                        rule.test(id),
                        PublishedSchemas.strictFaults(name, pointer, StringNode.valueOf(id))
                                .isEmpty(),
                        () -> "schema and code differ on " + name + pointer + ": " + StringNode.valueOf(id)));
    }

    private static void assertSameSyntax(Predicate<String> rule, String name, String pointer) {
        Stream<String> singleCharacters = IntStream.range(0, 0x250).mapToObj(Character::toString);
        Stream<String> lengths =
                Stream.of(Identifiers.MAX_LENGTH, Identifiers.MAX_LENGTH + 1).map("a"::repeat);
        Stream.concat(Stream.concat(singleCharacters, lengths), Stream.of("a\n", " a", "a b"))
                .forEach(id -> assertEquals(
                        rule.test(id),
                        PublishedSchemas.strictFaults(name, pointer, StringNode.valueOf(id))
                                .isEmpty(),
                        () -> "schema and code differ on " + pointer + ": " + StringNode.valueOf(id)));
    }

    @Test
    void a_name_has_the_letters_of_ascii_and_of_the_script_han_as_far_as_this_java_knows_them() {
        Pattern names = Pattern.compile(
                PublishedSchemas.read(COMMAND).at("/properties/Name/pattern").asString());
        List<String> differing = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> Character.isDefined(c) && c != OLD_CHINESE_ITERATION_MARK)
                .filter(c -> names.matcher(Character.toString(c)).matches() != isNameLetter(c))
                .mapToObj(Integer::toHexString)
                .toList();
        assertEquals(List.of(), differing);
    }

    private static boolean isNameLetter(int c) {
        if (c < 0x80) {
            return Character.isLetter(c);
        }
        int type = Character.getType(c);
        return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN
                && (type == Character.OTHER_LETTER || type == Character.MODIFIER_LETTER);
    }

    @Test
    void a_field_means_the_same_in_every_event() {
        for (String field : List.of("RequestId", "ResourceDirectoryId", "ContactId", "Name")) {
            Set<JsonNode> definitions = new HashSet<>();
            for (String name : List.of(
                    ADDED, VERIFICATION_SENT, VERIFIED, DELETED, REJECTED, EMAIL_VERIFICATION, SMS_VERIFICATION)) {
                PublishedSchemas.read(name).findValues("properties").stream()
                        .map(fields -> fields.path(field))
                        .filter(JsonNode::isObject)
                        .filter(definition -> !definition.path("type").isArray()) // the one that may be null
                        .forEach(definitions::add);
            }
            assertEquals(1, definitions.size(), field);
        }
    }

    @Test
    void ids_in_examples_are_derived_as_the_worker_derives_them() {
        JsonNode added = example(ADDED);
        String contactId = DerivedIds.contactId(
                added.path("ResourceDirectoryId").asString(),
                added.path("RequestId").asString());
        JsonNode email = example(EMAIL_VERIFICATION);
        JsonNode sms = example(SMS_VERIFICATION);
        assertEquals(contactId, added.at("/Contact/ContactId").asString());
        assertEquals(contactId, email.path("ContactId").asString());
        assertEquals(contactId, sms.path("ContactId").asString());
        for (String result : List.of(VERIFICATION_SENT, VERIFIED, DELETED)) {
            assertEquals(contactId, example(result).at("/Contact/ContactId").asString());
        }
        for (String command : List.of(SEND_EMAIL, SEND_PHONE, DELETE, CONFIRM)) {
            assertEquals(contactId, example(command).path("ContactId").asString());
        }
        JsonNode again = PublishedSchemas.read(EMAIL_VERIFICATION).at("/examples/1");
        assertEquals(
                DerivedIds.verificationId(
                        contactId,
                        "email",
                        again.path("EmailAddress").asString(),
                        again.path("RequestId").asString()),
                again.path("VerificationId").asString());
        assertEquals(
                email.path("VerificationId").asString(),
                example(CONFIRM).path("VerificationId").asString());
        assertEquals(
                DerivedIds.verificationId(
                        contactId, "email", email.path("EmailAddress").asString()),
                email.path("VerificationId").asString());
        assertEquals(
                DerivedIds.verificationId(
                        contactId, "sms", sms.path("PhoneNumber").asString()),
                sms.path("VerificationId").asString());
    }

    @Test
    void errors_in_examples_say_what_the_worker_says() {
        for (JsonNode example : PublishedSchemas.read(REJECTED).path("examples")) {
            ErrorCode code = ErrorCode.of(example.path("Code").asString());
            assertEquals(code.httpStatus(), example.path("HttpStatusCode").asInt());
            assertEquals(code.retryable(), example.path("Retryable").asBoolean());
            assertEquals(code.message(), example.path("Message").asString());
            assertEquals(code.code(), example.at("/Violations/0/Code").asString());
            for (JsonNode violation : example.path("Violations")) {
                assertEquals(violation(ErrorCode.of(violation.path("Code").asString())), violation);
            }
        }
    }

    private static JsonNode violation(ErrorCode code) {
        ObjectNode violation = JsonMapper.shared().createObjectNode();
        Parameter parameter = code.parameter();
        if (parameter == null) {
            violation.putNull("Parameter");
        } else {
            violation.put("Parameter", parameter.fieldName());
        }
        return violation.put("Code", code.code()).put("Message", code.message());
    }

    private static JsonNode example(String name) {
        return PublishedSchemas.read(name).at("/examples/0");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }
}
