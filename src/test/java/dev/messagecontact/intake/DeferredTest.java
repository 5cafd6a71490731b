package dev.messagecontact.intake;

import static dev.messagecontact.registration.Requests.adding;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Room;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DeferredTest {

    private static final TopicPartition PARTITION = new TopicPartition("commands", 0);
    private static final Request TOM = adding(7, "rd-1", "r-1", "tom");
    private static final Request ANN = adding(8, "rd-1", "r-2", "ann");

    private long now = Long.MAX_VALUE - 1; // a clock may begin anywhere
    private final Deferred deferred = new Deferred(Duration.ofSeconds(5), () -> now);

    @Test
    void a_request_may_wait_until_its_budget_is_spent_and_then_no_longer() {
        deferred.replace(List.of(TOM));
        pass(Duration.ofMillis(4_999));
        assertEquals(List.of(TOM), deferred.requests());
        pass(Duration.ofMillis(1));
        assertEquals(List.of(TOM.withoutWaiting()), deferred.requests());
    }

    @Test
    void one_that_is_deferred_again_keeps_its_deadline_and_a_new_one_gets_its_own() {
        deferred.replace(List.of(TOM));
        pass(Duration.ofSeconds(3));
        deferred.replace(List.of(TOM, ANN));
        pass(Duration.ofSeconds(2));
        assertEquals(List.of(TOM.withoutWaiting(), ANN), deferred.requests());
    }

    @Test
    void a_fault_gives_nobody_more_time() {
        deferred.replace(List.of(TOM));
        pass(Duration.ofSeconds(4));
        deferred.forget();
        assertEquals(List.of(), deferred.requests());
        assertEquals(TOM, deferred.inTime(TOM));
        pass(Duration.ofSeconds(1));
        assertEquals(TOM.withoutWaiting(), deferred.inTime(TOM));
    }

    @Test
    void a_batch_without_it_between_fault_and_return_gives_it_no_more_time() {
        deferred.replace(List.of(TOM));
        pass(Duration.ofSeconds(4));
        deferred.forget();
        deferred.replace(List.of()); // a batch of another partition, or the first part of this one
        pass(Duration.ofSeconds(1));
        assertEquals(TOM.withoutWaiting(), deferred.inTime(TOM));
    }

    @Test
    void what_belongs_to_others_now_is_forgotten() {
        deferred.replace(List.of(TOM));
        deferred.keepOnly(Set.of(PARTITION));
        assertEquals(List.of(TOM), deferred.requests());
        deferred.keepOnly(Set.of(new TopicPartition("commands", 1)));
        assertEquals(List.of(), deferred.requests());
    }

    @Test
    void the_offsets_of_as_many_as_may_wait_fit_into_the_metadata_however_far_apart_they_are() {
        List<Long> farApart = LongStream.range(0, Deferred.MOST)
                .map(i -> i == 0 ? 0 : 99_999_999_000L + i)
                .boxed()
                .toList();
        int length = CommittedOffset.of(new Answered(99_999_999_999L, farApart))
                .metadata()
                .length();
        assertTrue(length < 4_096, "it takes " + length);
    }

    @Test
    void nobody_is_turned_away_for_want_of_room_before_a_fifth_of_the_budget() {
        assertEquals(new Room(Deferred.MOST, false), deferred.room());
        deferred.foundNoRoom();
        pass(Duration.ofMillis(999));
        deferred.foundNoRoom();
        assertEquals(new Room(Deferred.MOST, false), deferred.room());
        pass(Duration.ofMillis(1));
        assertEquals(new Room(Deferred.MOST, true), deferred.room());
    }

    @Test
    void once_the_budget_s_fifth_is_over_those_beyond_the_room_are_turned_away_until_there_is_room_again() {
        deferred.foundNoRoom();
        pass(Duration.ofSeconds(1));
        deferred.replace(Collections.nCopies(Deferred.MOST, TOM));
        assertTrue(deferred.room().turnsAway());
        deferred.replace(List.of(TOM));
        assertFalse(deferred.room().turnsAway());
        deferred.foundNoRoom();
        assertFalse(deferred.room().turnsAway());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
