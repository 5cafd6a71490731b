package dev.messagecontact.recovery.offsets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GroupOffsetsTest {

    @Test
    void moved_to_what_is_settled_the_group_takes_again_what_has_no_answer_and_nothing_else() {
        Receipt receipt = receipt(new Answered(20, List.of(12L)), 10);

        assertEquals(new Answered(20, List.of(12L)), GroupOffsets.answered(receipt, offset -> offset != 12));
        Set<Long> notPublished = Set.of(11L, 12L, 19L);
        assertEquals(
                new Answered(20, notPublished),
                GroupOffsets.answered(receipt, offset -> !notPublished.contains(offset)));
    }

    @Test
    void what_a_committed_offset_cannot_say_is_taken_again() {
        Receipt receipt = receipt(Answered.before(10_000), 10);

        Answered answered = GroupOffsets.answered(receipt, offset -> false);

        assertEquals(CommittedOffset.MOST_OPEN, answered.open().size());
        assertEquals(10, answered.firstOpen());
        assertEquals(10 + CommittedOffset.MOST_OPEN, answered.upTo());
    }

    private static Receipt receipt(Answered settled, long published) {
        return new Receipt(new UUID(0, 1), 0, 0, settled, published);
    }
}
