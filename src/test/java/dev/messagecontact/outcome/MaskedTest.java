package dev.messagecontact.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTest {

    @ParameterizedTest
    @CsvSource({
        "someone@example.com, som***@example.com",
        "tom@example.com, t***@example.com",
        "anna@example.com, an***@example.com",
        "a@example.com, ***@example.com",
        "@example.com, ***@example.com",
    })
    void an_address_keeps_its_domain_and_at_most_half_of_the_local_part(String address, String masked) {
        assertEquals(masked, Masked.emailAddress(address));
    }

    @Test
    void no_half_character_is_left_of_an_address() {
        assertEquals("\uD83D\uDE00***@x.org", Masked.emailAddress("\uD83D\uDE00\uD83D\uDE00@x.org"));
    }

    @Test
    void nothing_is_shown_of_what_is_no_address() {
        assertEquals("***", Masked.emailAddress("someone"));
        assertEquals("***", Masked.emailAddress(""));
    }

    @ParameterizedTest
    @CsvSource({
        "86-13900001234, 86-139****1234",
        "44-7400123456, 44-****56",
        "1-123456789012345, 1-123****2345",
        "49-1234, 49-****4",
        "86-, 86-****",
    })
    void a_number_keeps_its_country_code_and_never_more_than_the_documented_digits(String phone, String masked) {
        assertEquals(masked, Masked.phoneNumber(phone));
    }

    @ParameterizedTest
    @CsvSource({"13900001234", "-13900001234", "139000-01234"})
    void nothing_is_shown_of_what_is_no_number(String phone) {
        assertEquals("****", Masked.phoneNumber(phone));
    }
}
