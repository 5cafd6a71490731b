package dev.messagecontact.validation;

import static dev.messagecontact.command.ErrorCode.INVALID_MOBILE_COUNTRY_CODE;
import static dev.messagecontact.command.ErrorCode.INVALID_PHONE_NUMBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.command.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneRuleTest {

    private final PhoneRule rule = new PhoneRule(Set.of(86, 1, 39, 44, 852, 225, 800));

    @ParameterizedTest
    @ValueSource(strings = {"13900001234", "19912345678", "19203868088", "16612345678", "14000000000"})
    void a_chinese_mobile_number_has_11_digits_and_begins_with_13_to_19(String number) {
        assertAccepted("86-" + number, "+86" + number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "86",
                "86-",
                "-13912345678",
                "13912345678",
                "86-1391234567",
                "86-139123456789",
                "86-23912345678",
                "86-03912345678",
                "86-10912345678",
                "86-11912345678",
                "86-12912345678",
                "86 13912345678",
                "86--13912345678",
                "86-13912345678-",
                "86-139-1234-5678",
                "+86-13912345678",
                "0086-13912345678",
                "086-13912345678",
                "0-13912345678",
                "86-139****1234",
                "86-13912345678\n",
                " 86-13912345678",
                "86-13912345678 ",
                "86- 13912345678",
                "86-1391234567x",
                "86-1391234567٣",
                "8６-13912345678",
                "86-１3912345678",
                "86‐13912345678",
                "86–13912345678",
                "8613-912345678",
                "1234-5678",
                "a-12345678",
                "8a-13912345678",
                "86-013912345678",
                "86-8613912345678"
            })
    void any_other_is_invalid(String number) {
        assertRefused(number, INVALID_PHONE_NUMBER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7-9161234567", "49-15112345678", "999-1234", "2-123456789012345", "8-1234"})
    void a_well_formed_number_of_another_country_is_of_no_allowed_country(String number) {
        assertRefused(number, INVALID_MOBILE_COUNTRY_CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7-123", "7-1234567890123456", "7-", "7-12a4", "07-1234", "7777-1234"})
    void a_malformed_number_is_invalid_whatever_the_country(String number) {
        assertRefused(number, INVALID_PHONE_NUMBER);
    }

    @ParameterizedTest
    @CsvSource({
        "1-4155550123, +14155550123",
        "852-91234567, +85291234567",
        "44-7400123456, +447400123456",
        "44-07400123456, +447400123456", // the national prefix is not dialled from abroad
        "39-3123456789, +393123456789",
        "225-0123456789, +2250123456789", // here the zero is
    })
    void other_countries_are_left_to_the_library(String number, String e164) {
        assertAccepted(number, e164);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-5550123", // only local
                "1-41555501234",
                "852-9123456",
                "852-912345678",
                "44-1234",
                "44-740012345678901",
                "800-12345678" // a code without mobile numbers
            })
    void a_number_that_can_be_no_mobile_number_of_its_country_is_invalid(String number) {
        assertRefused(number, INVALID_PHONE_NUMBER);
    }

    @Test
    void without_allowed_countries_there_is_no_acceptable_number() {
        List<ErrorCode> broken = new ArrayList<>();
        assertNull(new PhoneRule(Set.of()).phone("86-13912345678", broken));
        assertEquals(List.of(INVALID_MOBILE_COUNTRY_CODE), broken);
    }

    private void assertAccepted(String number, String e164) {
        List<ErrorCode> broken = new ArrayList<>();
        assertEquals(new Phone(number, e164), rule.phone(number, broken));
        assertEquals(List.of(), broken);
    }

    private void assertRefused(String number, ErrorCode code) {
        List<ErrorCode> broken = new ArrayList<>();
        assertNull(rule.phone(number, broken));
        assertEquals(List.of(code), broken);
    }
}
