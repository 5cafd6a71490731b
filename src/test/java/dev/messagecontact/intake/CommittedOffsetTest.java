package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.directory.Answered;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class CommittedOffsetTest {

    @Test
    void what_is_committed_is_read_back() {
        Answered answered = new Answered(120, List.of(100L, 103L, 119L));

        assertEquals(100, CommittedOffset.of(answered).offset());
        assertEquals(answered, CommittedOffset.read(CommittedOffset.of(answered)));
    }

    @Test
    void with_nothing_open_an_offset_says_all() {
        assertEquals(new OffsetAndMetadata(120), CommittedOffset.of(Answered.before(120)));
        assertEquals(Answered.before(120), CommittedOffset.read(new OffsetAndMetadata(120)));
    }

    @Test
    void an_offset_with_a_stranger_s_metadata_is_taken_as_it_is() {
        for (String strange :
                List.of("x", "answered", "answered 5 but", "answered 5 but x", "answered  but 1", " but ")) {
            assertEquals(Answered.before(7), CommittedOffset.read(new OffsetAndMetadata(7, strange)), strange);
        }
    }
}
