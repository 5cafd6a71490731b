package dev.messagecontact.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoneTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Retention MONTH = new Retention(Duration.ofDays(30), null);
    private static final Offsets WHOLE = new Offsets(0, 7, daysAgo(20));

    @Test
    void nothing_is_gone_where_every_partition_begins_at_its_beginning() {
        assertEquals(Gone.NOTHING, Gone.of(List.of(WHOLE, new Offsets(0, 0, Offsets.ANY_TIME)), MONTH, NOW));
    }

    @Test
    void before_the_first_event_that_is_left_all_may_be_gone() {
        Offsets busy = new Offsets(100, 900, daysAgo(30));
        Offsets busier = new Offsets(200, 900, daysAgo(31));
        assertEquals(daysAgo(30), Gone.of(List.of(WHOLE, busy, busier), MONTH, NOW));
    }

    @Test
    void a_partition_whose_first_event_is_of_today_says_nothing_of_what_its_retention_keeps() {
        Offsets rarelyUsed = new Offsets(3, 4, daysAgo(0));
        assertEquals(daysAgo(29), Gone.of(List.of(WHOLE, rarelyUsed), MONTH, NOW));
    }

    @Test
    void nor_does_one_that_is_empty_because_its_events_are_expired() {
        Offsets empty = new Offsets(3, 3, Offsets.ANY_TIME);
        assertEquals(daysAgo(29), Gone.of(List.of(WHOLE, empty), MONTH, NOW));
        Retention tenMinutes = new Retention(Duration.ofMinutes(10), null);
        assertEquals(NOW.minus(Duration.ofMinutes(9)).toEpochMilli(), Gone.of(List.of(WHOLE, empty), tenMinutes, NOW));
    }

    @Test
    void what_is_deleted_by_size_or_by_an_unknown_rule_may_be_of_any_age() {
        List<Offsets> events = List.of(WHOLE, new Offsets(3, 4, daysAgo(0)));
        assertEquals(daysAgo(0), Gone.of(events, null, NOW));
        assertEquals(daysAgo(0), Gone.of(events, new Retention(Duration.ofDays(30), 1_000_000L), NOW));
        assertEquals(daysAgo(0), Gone.of(events, new Retention(null, null), NOW));
    }

    private static long daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days)).toEpochMilli();
    }
}
