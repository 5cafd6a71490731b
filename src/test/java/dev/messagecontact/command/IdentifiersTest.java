package dev.messagecontact.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z9", "2DFCE4C9-04A9-4C83-BB14-FE791275EC53", "a.b_c:d-e", "-", "..", "0"})
    void a_request_id_has_letters_digits_dots_underscores_colons_hyphens(String id) {
        assertTrue(Identifiers.isRequestId(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\n", "a/b", "ä", "张", "a@b", "１", "a\0", "😀", "[a]", "{", "`", "a;b", "a,b"})
    void neither_id_has_anything_else(String id) {
        assertFalse(Identifiers.isRequestId(id));
        assertFalse(Identifiers.isDirectoryId(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rd-3G2b1x", "a", "_", "-", "A_z-9"})
    void a_directory_id_has_letters_digits_underscores_hyphens(String id) {
        assertTrue(Identifiers.isDirectoryId(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rd.x", "rd:x", "rd/../x"})
    void a_directory_id_has_no_dots_and_colons(String id) {
        assertFalse(Identifiers.isDirectoryId(id));
    }

    @Test
    void both_have_64_characters_at_most() {
        assertTrue(Identifiers.isRequestId("x".repeat(64)));
        assertTrue(Identifiers.isDirectoryId("x".repeat(64)));
        assertFalse(Identifiers.isRequestId("x".repeat(65)));
        assertFalse(Identifiers.isDirectoryId("x".repeat(65)));
    }
}
