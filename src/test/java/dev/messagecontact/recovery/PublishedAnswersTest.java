package dev.messagecontact.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.recovery.PublishedAnswers.Known;
import dev.messagecontact.registration.PublishedAnswer;
import dev.messagecontact.settings.TopicNames;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PublishedAnswersTest {

    private static final TopicNames NAMES =
            new TopicNames("commands", "results", "errors", "emails", "sms", "letters", "outcomes");
    private static final long HEAP = 1L << 30;
    private static final long TIME = 1_764_000_000_000L;
    private static final Known ADDED = new Known(new PublishedAnswer(List.of()), false);
    private static final Known REPEAT = new Known(new PublishedAnswer(List.of()), true);

    @Test
    void each_command_has_its_own_answer_however_many_different_ones_there_are() {
        int different = ErrorCode.values().length;
        PublishedAnswers answers = wanting(0, 10_000);
        for (int i = 0; i < 10_000; i++) {
            add(answers, i, refused(i % different, i / different % different));
        }
        for (int i = 0; i < 10_000; i++) {
            assertEquals(refused(i % different, i / different % different).answer(), at(answers, i));
        }
        assertSame(at(answers, 0), at(answers, different * different));
    }

    @Test
    void an_answer_to_a_repeat_is_told_from_an_equal_one() {
        PublishedAnswers answers = wanting(0, 10);
        add(answers, 1, ADDED);
        add(answers, 2, REPEAT);
        assertEquals(at(answers, 1), at(answers, 2));
        assertFalse(answers.isRepeat(Origin.UPSTREAM, new RecordPosition(0, 1), TIME));
        assertTrue(answers.isRepeat(Origin.UPSTREAM, new RecordPosition(0, 2), TIME));
        assertFalse(answers.isRepeat(Origin.UPSTREAM, new RecordPosition(0, 3), TIME));
    }

    @Test
    void that_the_contact_was_added_does_not_replace_what_tells_more() {
        PublishedAnswers answers = wanting(0, 10);
        add(answers, 1, refused(3, 4));
        add(answers, 1, ADDED);
        assertEquals(refused(3, 4).answer(), at(answers, 1));
        add(answers, 2, ADDED);
        add(answers, 2, refused(5, 6));
        assertEquals(refused(5, 6).answer(), at(answers, 2));
    }

    @Test
    void an_answer_to_a_lost_command_is_none_to_the_one_in_its_place() {
        PublishedAnswers answers = wanting(0, 10);
        RecordPosition position = new RecordPosition(0, 1);
        answers.add(Origin.UPSTREAM, position, TIME, refused(3, 4));
        answers.add(Origin.UPSTREAM, position, TIME + 1, ADDED);
        answers.add(Origin.UPSTREAM, position, TIME + 2, REPEAT);
        assertEquals(refused(3, 4).answer(), answers.to(Origin.UPSTREAM, position, TIME));
        assertEquals(ADDED.answer(), answers.to(Origin.UPSTREAM, position, TIME + 1));
        assertFalse(answers.isRepeat(Origin.UPSTREAM, position, TIME + 1));
        assertTrue(answers.isRepeat(Origin.UPSTREAM, position, TIME + 2));
        assertNull(answers.to(Origin.UPSTREAM, position, TIME + 3));
        assertTrue(answers.has(Origin.UPSTREAM, position));
    }

    @Test
    void offsets_may_be_as_high_as_they_are() {
        long high = 5_000_000_000L;
        PublishedAnswers answers = wanting(high, high + 10);
        add(answers, high + 9, ADDED);
        assertNull(at(answers, high));
        assertEquals(ADDED.answer(), at(answers, high + 9));
    }

    @Test
    void answers_to_other_commands_are_not_kept() {
        PublishedAnswers answers = wanting(5, 10);
        add(answers, 4, ADDED);
        add(answers, 10, ADDED);
        answers.add(Origin.UPSTREAM, new RecordPosition(1, 7), TIME, ADDED);
        answers.add(Origin.SENDERS, new RecordPosition(0, 7), TIME, ADDED);
        for (int offset = 5; offset < 10; offset++) {
            assertNull(at(answers, offset));
        }
        assertThrows(IllegalArgumentException.class, () -> at(answers, 4));
    }

    @Test
    void what_may_not_fit_into_the_memory_is_refused_before_anything_is_read() {
        OperatorException refused = assertThrows(OperatorException.class, () -> wanting(0, 2_000_000_000));
        assertEquals(
                "the answers to 2,000,000,000 commands may take 9,600 MB of memory, and this Java has 1,024: give it more"
                        + " (-Xmx)",
                refused.getMessage());
    }

    private static PublishedAnswers wanting(long from, long to) {
        return new PublishedAnswers(
                NAMES, Map.of(new TopicPartition("commands", 0), List.of(new Span(from, to))), HEAP);
    }

    private static Known refused(int code, int another) {
        ErrorCode[] codes = ErrorCode.values();
        return new Known(new PublishedAnswer(List.of(codes[code], codes[another])), false);
    }

    private static void add(PublishedAnswers answers, long offset, Known answer) {
        answers.add(Origin.UPSTREAM, new RecordPosition(0, offset), TIME, answer);
    }

    private static PublishedAnswer at(PublishedAnswers answers, long offset) {
        return answers.to(Origin.UPSTREAM, new RecordPosition(0, offset), TIME);
    }
}
