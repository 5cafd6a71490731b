package dev.messagecontact.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LettersTest {

    /** Of another script before it became Han, in a Unicode version after that of Java 17. */
    private static final int OLD_CHINESE_ITERATION_MARK = 0x16FE3;

    @Test
    void the_table_is_what_this_java_release_knows_of_han_letters() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            // An older release knows fewer characters than the table.
            if (Character.isDefined(codePoint) && codePoint != OLD_CHINESE_ITERATION_MARK) {
                assertEquals(isHanLetter(codePoint), Letters.isHan(codePoint), Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void letters_that_no_java_release_up_to_25_knows_are_letters() {
        assertTrue(Letters.only(Character.toString(0x323B0) + Character.toString(0x33479))); // extension J
        assertTrue(Letters.only(Character.toString(0x16FF2) + Character.toString(0x2B73F)));
    }

    private static boolean isHanLetter(int codePoint) {
        int category = Character.getType(codePoint);
        return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN
                && (category == Character.OTHER_LETTER || category == Character.MODIFIER_LETTER);
    }
}
