package dev.messagecontact.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordPositionTest {

    @Test
    void the_text_form_is_read_back() {
        RecordPosition position = new RecordPosition(3, 4_000_000_017L);
        assertEquals("3:4000000017", position.toString());
        assertEquals(Optional.of(position), RecordPosition.parse("3:4000000017"));
        assertEquals("commands:3:4000000017", position.in("commands").toString());
    }

    @Test
    void no_other_text_is_a_position() {
        for (String text : new String[] {"", ":", "3", "3:", ":4", "-1:4", "3:4:5", "c:3:4", "3: 4", "9999999999:1"}) {
            assertEquals(Optional.empty(), RecordPosition.parse(text), text);
        }
    }
}
