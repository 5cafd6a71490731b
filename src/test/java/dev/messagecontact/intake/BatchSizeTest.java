package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private final BatchSize size = new BatchSize(1_000, 1_000);

    @Test
    void it_is_what_the_settings_allow_while_all_goes_well() {
        size.wentWell(1_000);
        size.wentWell(0);
        size.wentWell(3);
        assertEquals(1_000, size.limit());
    }

    @Test
    void a_fresh_lane_starts_small_and_doubles_with_each_batch_however_small() {
        BatchSize fresh = new BatchSize(250, 5_000);
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            limits.add(fresh.limit());
            fresh.wentWell(1);
        }
        assertEquals(List.of(250, 500, 1_000, 2_000, 4_000, 5_000, 5_000), limits);
    }

    @Test
    void a_failure_ends_the_doubling_by_small_batches() {
        BatchSize fresh = new BatchSize(250, 5_000);
        fresh.failed(250);
        fresh.wentWell(1);
        assertEquals(125, fresh.limit());
    }

    @Test
    void it_halves_with_each_failure_down_to_one() {
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            size.failed(size.limit());
            limits.add(size.limit());
        }
        assertEquals(List.of(500, 250, 125, 62, 31, 15, 7, 3, 1, 1, 1, 1), limits);
    }

    @Test
    void it_doubles_up_to_half_of_where_the_trouble_began_and_then_grows_by_tenths() {
        size.failed(size.limit());
        size.failed(size.limit());
        size.failed(size.limit());
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            limits.add(size.limit());
            size.wentWell(size.limit());
        }
        assertEquals(List.of(125, 250, 500, 550, 605, 665, 731, 804, 884, 972, 1_000, 1_000), limits);
    }

    @Test
    void a_new_failure_on_the_way_up_sets_the_safe_size_anew() {
        size.failed(size.limit()); // 500 is safe
        size.wentWell(500);
        size.wentWell(550);
        size.failed(550); // at 605, with fewer
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            limits.add(size.limit());
            size.wentWell(size.limit());
        }
        assertEquals(List.of(275, 302, 332), limits);
    }

    @Test
    void batches_smaller_than_the_limit_say_nothing_about_larger_ones() {
        size.failed(size.limit());
        size.wentWell(499);
        size.wentWell(0);
        assertEquals(500, size.limit());
    }

    @Test
    void a_batch_far_below_the_limit_that_fails_is_halved_itself() {
        size.failed(20);
        assertEquals(10, size.limit());
    }

    @Test
    void a_largest_of_one_stays_one() {
        BatchSize one = new BatchSize(250, 1);
        one.failed(1);
        one.wentWell(1);
        assertEquals(1, one.limit());
    }
}
