package dev.messagecontact.validation;

import static dev.messagecontact.command.ErrorCode.INVALID_EMAIL_ADDRESS;
import static dev.messagecontact.command.ErrorCode.INVALID_EMAIL_ADDRESS_LENGTH;
import static dev.messagecontact.command.ErrorCode.INVALID_MESSAGE_TYPES;
import static dev.messagecontact.command.ErrorCode.INVALID_MOBILE_COUNTRY_CODE;
import static dev.messagecontact.command.ErrorCode.INVALID_NAME;
import static dev.messagecontact.command.ErrorCode.INVALID_NAME_LENGTH;
import static dev.messagecontact.command.ErrorCode.INVALID_PHONE_NUMBER;
import static dev.messagecontact.command.ErrorCode.INVALID_REQUEST_ID;
import static dev.messagecontact.command.ErrorCode.INVALID_RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.ErrorCode.INVALID_TITLE;
import static dev.messagecontact.command.ErrorCode.MISSING_EMAIL_ADDRESS;
import static dev.messagecontact.command.ErrorCode.MISSING_MESSAGE_TYPES;
import static dev.messagecontact.command.ErrorCode.MISSING_NAME;
import static dev.messagecontact.command.ErrorCode.MISSING_PHONE_NUMBER;
import static dev.messagecontact.command.ErrorCode.MISSING_RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.ErrorCode.MISSING_TITLE;
import static dev.messagecontact.command.MessageType.FAULT_MESSAGE;
import static dev.messagecontact.command.MessageType.SECURITY_MESSAGE;
import static dev.messagecontact.command.MessageType.SERVICE_MESSAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.AddMessageContact;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Parameter;
import dev.messagecontact.command.Title;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.Defaults;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactRulesTest {

    private final ContactRules rules = new ContactRules(Defaults.RULES);
    private final Example example = new Example();

    @Test
    void a_command_that_meets_every_rule_becomes_a_contact() {
        Contact contact = accepted();
        assertEquals("r-1", contact.requestId());
        assertEquals("rd-1", contact.directoryId());
        assertEquals(DerivedIds.contactId("rd-1", "r-1"), contact.contactId());
        assertEquals("tom", contact.name());
        assertEquals("Tom@Example.com", contact.emailAddress());
        assertEquals(new Phone("86-13900001234", "+8613900001234"), contact.phone());
        assertEquals(Title.CEO, contact.title());
        assertEquals(List.of(SECURITY_MESSAGE, FAULT_MESSAGE), contact.messageTypes());
    }

    @Test
    void all_broken_rules_are_listed_in_the_order_of_the_parameters() {
        AddMessageContact nothing = new AddMessageContact("a b", null, null, null, " ", null, null, Set.of());
        assertEquals(
                new Checked.Refused(List.of(
                        INVALID_REQUEST_ID,
                        MISSING_RESOURCE_DIRECTORY_ID,
                        MISSING_NAME,
                        MISSING_EMAIL_ADDRESS,
                        MISSING_PHONE_NUMBER,
                        MISSING_TITLE,
                        MISSING_MESSAGE_TYPES)),
                rules.check(nothing));
    }

    @Test
    void what_is_of_the_wrong_type_is_invalid_and_not_missing() {
        AddMessageContact mistyped =
                new AddMessageContact(null, null, null, null, null, null, null, EnumSet.allOf(Parameter.class));
        assertEquals(
                new Checked.Refused(List.of(
                        INVALID_REQUEST_ID,
                        INVALID_RESOURCE_DIRECTORY_ID,
                        INVALID_NAME,
                        INVALID_EMAIL_ADDRESS,
                        INVALID_PHONE_NUMBER,
                        INVALID_TITLE,
                        INVALID_MESSAGE_TYPES)),
                rules.check(mistyped));
    }

    @Test
    void commands_with_the_same_content_have_the_same_fingerprint_whoever_sends_them() {
        long fingerprint = accepted().fingerprint();
        example.requestId = "r-2";
        example.directoryId = "rd-2";
        example.messageTypes = List.of("SecurityMessage", "FaultMessage", "SecurityMessage");
        assertEquals(fingerprint, accepted().fingerprint());
        example.phoneNumber = null;
        assertNotEquals(fingerprint, accepted().fingerprint());
    }

    @Nested
    class RequestId {

        @ParameterizedTest
        @NullAndEmptySource
        @ValueSource(strings = {"a b", "a/b", "ä", "a\n"})
        void must_be_well_formed(@Nullable String id) {
            example.requestId = id;
            assertRefused(INVALID_REQUEST_ID);
        }

        @Test
        void has_64_characters_at_most() {
            example.requestId = "x".repeat(64);
            assertEquals(example.requestId, accepted().requestId());
            example.requestId = "x".repeat(65);
            assertRefused(INVALID_REQUEST_ID);
        }
    }

    @Nested
    class ResourceDirectoryId {

        @ParameterizedTest
        @NullAndEmptySource
        void must_be_there(@Nullable String id) {
            example.directoryId = id;
            assertRefused(MISSING_RESOURCE_DIRECTORY_ID);
        }

        @ParameterizedTest
        @ValueSource(strings = {" ", "rd/../x", "rd.x", "rd:x", "目录"})
        void must_be_well_formed(String id) {
            example.directoryId = id;
            assertRefused(INVALID_RESOURCE_DIRECTORY_ID);
        }
    }

    @Nested
    class Name {

        @ParameterizedTest
        @NullAndEmptySource
        void must_be_there(@Nullable String name) {
            example.name = name;
            assertRefused(MISSING_NAME);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"tom", "Jo", "ABCDEFGHIJKL", "az", "AZ", "张三", "李Tom", "䶮大", "𠮷野家", "人々", "一二三四五六七八九十甲乙"})
        void is_of_2_to_12_ascii_and_han_letters(String name) {
            example.name = name;
            assertEquals(name, accepted().name());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    " ",
                    "  ",
                    " tom",
                    "tom ",
                    "to m",
                    "tom1",
                    "12",
                    "t-m",
                    "O'Neil",
                    "t_m",
                    "t@m",
                    "t[m",
                    "t`m",
                    "t{m",
                    "古丽米热·艾比布力",
                    "José",
                    "Jose\u0301",
                    "ｔｏｍ",
                    "１２３",
                    "😀😀",
                    "Иван",
                    "たろう",
                    "タロー",
                    "김철수",
                    "〇〇",
                    "〡〢",
                    "⼀⼀",
                    "⺀⺀",
                    "tom\u200b",
                    "to\u200dm",
                    "张\ufe00三",
                    "张\udb40\udd00三",
                    "tom\u0000",
                    "tom\n",
                    "\u3000\u3000",
                    "张\ud842",
                    "\udfb7张",
                    "ʰʰ",
                    "ªº"
                })
        void has_no_other_characters(String name) {
            example.name = name;
            assertRefused(INVALID_NAME);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "张", "𠮷", "ABCDEFGHIJKLM", "一二三四五六七八九十甲乙丙"})
        void is_not_shorter_or_longer(String name) {
            example.name = name;
            assertRefused(INVALID_NAME_LENGTH);
        }

        @Test
        void has_its_characters_checked_before_its_length() {
            example.name = "1";
            assertRefused(INVALID_NAME);
            example.name = "1".repeat(13);
            assertRefused(INVALID_NAME);
        }

        @Test
        void is_counted_in_code_points() {
            example.name = "𠮷".repeat(12);
            assertEquals(example.name, accepted().name());
            example.name = "𠮷".repeat(13);
            assertRefused(INVALID_NAME_LENGTH);
        }

        @Test
        void is_kept_in_normal_form_c() {
            example.name = "\uF900\uFA0E\uD87E\uDC00"; // two compatibility ideographs around one that is not
            assertEquals("\u8C48\uFA0E\u4E3D", accepted().name());
        }
    }

    @Nested
    class EmailAddress {

        @ParameterizedTest
        @NullAndEmptySource
        void must_be_there(@Nullable String address) {
            example.emailAddress = address;
            assertRefused(MISSING_EMAIL_ADDRESS);
        }

        @Test
        void must_be_an_address() {
            example.emailAddress = "nope";
            assertRefused(INVALID_EMAIL_ADDRESS);
        }

        @Test
        void has_254_characters_at_most_which_is_checked_first() {
            String domain = "." + "b".repeat(60) + "." + "c".repeat(60) + "." + "d".repeat(60) + ".com";
            example.emailAddress = "a".repeat(60) + "@" + "x".repeat(254 - 61 - domain.length()) + domain;
            assertEquals(254, accepted().emailAddress().length());
            example.emailAddress = "a" + example.emailAddress;
            assertRefused(INVALID_EMAIL_ADDRESS_LENGTH);
            example.emailAddress = " ".repeat(255);
            assertRefused(INVALID_EMAIL_ADDRESS_LENGTH);
            example.emailAddress = " ".repeat(254);
            assertRefused(INVALID_EMAIL_ADDRESS);
        }

        @Test
        void is_as_long_as_its_schema_counts_in_code_points() {
            example.emailAddress = "\uD83D\uDE00".repeat(254);
            assertRefused(INVALID_EMAIL_ADDRESS);
            example.emailAddress += "x";
            assertRefused(INVALID_EMAIL_ADDRESS_LENGTH);
        }

        @Test
        void is_no_longer_than_the_setting_says() {
            ContactRules strict = new ContactRules(new RuleSettings(14, Set.of(86), false));
            assertEquals(List.of(INVALID_EMAIL_ADDRESS_LENGTH), codes(strict.check(example.command())));
        }
    }

    @Nested
    class PhoneNumber {

        @Test
        void may_be_absent() {
            example.phoneNumber = null;
            assertNull(accepted().phone());
        }

        @Test
        void is_missing_where_the_setting_requires_it() {
            example.phoneNumber = null;
            ContactRules strict = new ContactRules(new RuleSettings(254, Set.of(86), true));
            assertEquals(List.of(MISSING_PHONE_NUMBER), codes(strict.check(example.command())));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\t\n", "\u3000"})
        void is_missing_if_blank(String number) {
            example.phoneNumber = number;
            assertRefused(MISSING_PHONE_NUMBER);
        }

        @Test
        void must_be_well_formed_and_of_an_allowed_country() {
            example.phoneNumber = "86-12900001234";
            assertRefused(INVALID_PHONE_NUMBER);
            example.phoneNumber = "852-91234567";
            assertRefused(INVALID_MOBILE_COUNTRY_CODE);
        }
    }

    @Nested
    class TheTitle {

        @ParameterizedTest
        @NullAndEmptySource
        void must_be_there(@Nullable String title) {
            example.title = title;
            assertRefused(MISSING_TITLE);
        }

        @ParameterizedTest
        @EnumSource
        void is_one_of_the_operation(Title title) {
            example.title = title.wireName();
            assertEquals(title, accepted().title());
        }

        @ParameterizedTest
        @ValueSource(strings = {" ", "ceo", "CTO", "CEO ", "Technical Director", "TECHNICAL_DIRECTOR"})
        void is_no_other(String title) {
            example.title = title;
            assertRefused(INVALID_TITLE);
        }
    }

    @Nested
    class MessageTypes {

        @ParameterizedTest
        @NullSource
        @ValueSource(strings = "none")
        void must_be_there(@Nullable String none) {
            example.messageTypes = none == null ? null : List.of();
            assertRefused(MISSING_MESSAGE_TYPES);
        }

        @Test
        void may_be_all_of_the_operation() {
            example.messageTypes = List.of(MessageType.values()).stream()
                    .map(MessageType::wireName)
                    .toList();
            assertEquals(List.of(MessageType.values()), accepted().messageTypes());
        }

        @Test
        void keep_their_order_and_lose_their_repeats() {
            example.messageTypes =
                    List.of("SecurityMessage", "ServiceMessage", "SecurityMessage", "FaultMessage", "ServiceMessage");
            assertEquals(
                    List.of(SECURITY_MESSAGE, SERVICE_MESSAGE, FAULT_MESSAGE),
                    accepted().messageTypes());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "Spam", "faultMessage", "FaultMessage ", "FAULT_MESSAGE"})
        void are_no_others(String type) {
            example.messageTypes = List.of(type);
            assertRefused(INVALID_MESSAGE_TYPES);
            example.messageTypes = List.of("FaultMessage", type);
            assertRefused(INVALID_MESSAGE_TYPES);
        }
    }

    @Nested
    class Settings {

        @Test
        void refuse_a_code_that_is_no_country_calling_code_and_name_the_setting() {
            for (int code : new int[] {0, -1, 2, 999, 8613}) {
                IllegalArgumentException refusal = assertThrows(
                        IllegalArgumentException.class, () -> new RuleSettings(254, Set.of(86, code), false));
                assertTrue(String.valueOf(refusal.getMessage()).startsWith("phoneCountryCodes"));
            }
        }

        @Test
        void refuse_an_email_length_below_one() {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> new RuleSettings(0, Set.of(86), false));
            assertTrue(String.valueOf(refusal.getMessage()).startsWith("maxEmailLength"));
        }
    }

    private Contact accepted() {
        return rules.check(example.command())
                .match(
                        Checked.Addition::contact,
                        change -> {
                            throw new AssertionError("adds no contact");
                        },
                        refused -> {
                            throw new AssertionError("refused: " + refused.codes());
                        });
    }

    private void assertRefused(ErrorCode code) {
        assertEquals(List.of(code), codes(rules.check(example.command())));
    }

    private static List<ErrorCode> codes(Checked checked) {
        return checked.match(acceptable -> List.of(), change -> List.of(), Checked.Refused::codes);
    }

    @Test
    void what_other_settings_could_have_accepted_is_kept_with_the_refusal() {
        example.phoneNumber = "852-51234567";
        Checked.Refused otherCode = assertInstanceOf(Checked.Refused.class, rules.check(example.command()));
        assertEquals("tom", requireNonNull(otherCode.content()).name());

        example.phoneNumber =
                "44-07400123456"; // whatever codes are allowed, the national prefix is not dialled from abroad
        Checked.Refused british = assertInstanceOf(Checked.Refused.class, rules.check(example.command()));
        assertEquals(
                new Phone("44-07400123456", "+447400123456"),
                requireNonNull(british.content()).phone());

        example.phoneNumber = "51234567";
        assertNull(assertInstanceOf(Checked.Refused.class, rules.check(example.command()))
                .content());
    }

    /** A command that meets every rule, until a test changes it. */
    private static final class Example {
        @Nullable
        String requestId = "r-1";

        @Nullable
        String directoryId = "rd-1";

        @Nullable
        String name = "tom";

        @Nullable
        String emailAddress = "Tom@Example.com";

        @Nullable
        String phoneNumber = "86-13900001234";

        @Nullable
        String title = "CEO";

        @Nullable
        List<String> messageTypes = new ArrayList<>(List.of("SecurityMessage", "FaultMessage"));

        AddMessageContact command() {
            return new AddMessageContact(
                    requestId, directoryId, name, emailAddress, phoneNumber, title, messageTypes, Set.of());
        }
    }
}
