package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.ops.Health.Check;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final TopicPartition PARTITION = new TopicPartition("commands", 3);

    private final FakeClock clock = new FakeClock();
    private final WorkerMetrics worker = new WorkerMetrics("test", clock, OpenTelemetry.noop());
    private final Health health = new Health(worker, Duration.ofSeconds(60));

    @Test
    void before_its_lanes_run_a_worker_lives_and_is_not_ready() {
        assertEquals("up", health.live().status());
        assertDown("lanes", "starting: no lane runs yet");
    }

    @Test
    void a_lane_that_has_joined_is_ready_even_without_partitions() {
        LaneMetrics lane = lane(0);
        assertDown("lanes", "lane 0 has not joined the group yet");

        lane.polls(true);

        assertEquals("up", health.ready().status());
    }

    @Test
    void a_partition_counts_once_it_is_placed() {
        LaneMetrics lane = working();
        lane.assigned(List.of(PARTITION));
        assertDown("partitions", "lane 0 has yet to find out where partition 3 goes on");

        lane.placed(PARTITION, 5, 9);

        assertEquals("up", health.ready().status());
    }

    @Test
    void a_stopped_partition_is_named_with_its_gap() {
        working().stopped(PARTITION, 100, 120, 42);

        assertDown("partitions", "lane 0 has stopped partition 3: the next command that is there is 42 offsets away");
        assertEquals("up", health.live().status());
    }

    @Test
    void an_outage_makes_it_unready_until_a_batch_goes_well_and_never_dead() {
        LaneMetrics lane = working();
        lane.failed(new DataAccessException("gone", new SQLException("gone", "08006")));
        clock.advance(Duration.ofSeconds(12));
        lane.polls(true);

        assertDown("database", "lane 0 finds that the database does not take its batches: database, for 12 s");
        assertDown("intake", "lane 0 takes no commands: database, for 12 s");
        assertNull(reason("broker"));
        assertEquals("up", health.live().status());

        lane.recovered();
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_fault_of_the_broker_is_told_from_one_of_the_database() {
        working().failed(new TimeoutException("no answer"));

        assertDown("broker", "lane 0 finds that the broker does not take its batches: kafka, for 0 s");
        assertNull(reason("database"));
    }

    @Test
    void a_broker_that_says_nothing_for_long_is_down() {
        LaneMetrics lane = working();
        lane.reachIsUnknown();
        clock.advance(Duration.ofSeconds(5));
        assertEquals("up", health.ready().status());

        clock.advance(Duration.ofSeconds(1));
        lane.reachIsUnknown();
        assertDown("broker", "lane 0 has had no answer from the broker for 6 s");

        lane.reach(Map.of());
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_stage_that_hangs_is_told_while_it_hangs() {
        LaneMetrics lane = working();
        lane.time(Stage.PERSIST, () -> {
            clock.advance(Duration.ofSeconds(7));
            assertDown("database", "lane 0 waits for the database, for 7 s so far");
        });
        lane.time(Stage.PUBLISH, () -> {
            clock.advance(Duration.ofSeconds(8));
            assertDown("broker", "lane 0 waits for the broker, for 8 s so far");
        });
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_lane_that_does_not_poll_within_the_bound_is_dead() {
        LaneMetrics lane = working();
        clock.advance(Duration.ofSeconds(60));
        assertEquals("up", health.live().status());

        clock.advance(Duration.ofSeconds(1));

        assertEquals(
                List.of(new Check("lane-0", "down", "has not polled for 61 s")),
                health.live().checks());
        assertDown("lanes", "lane 0 has not polled for 61 s");
        lane.polls(true);
        assertEquals("up", health.live().status());
    }

    @Test
    void one_dead_lane_among_others_is_enough() {
        working();
        LaneMetrics second = lane(1);
        second.polls(true);
        second.died();

        assertEquals(
                List.of(new Check("lane-0", "up", null), new Check("lane-1", "down", "died of a bug; see the log")),
                health.live().checks());
        assertDown("lanes", "lane 1 died of a bug; see the log");
    }

    @Test
    void a_worker_that_stops_in_good_order_is_unready_and_not_dead() {
        working().ended();
        clock.advance(Duration.ofHours(1));

        assertEquals("up", health.live().status());
        assertDown("lanes", "lane 0 has stopped");
    }

    @Test
    void the_verdicts_are_metrics_too() {
        working().failed(new TimeoutException("no answer"));

        Scrape scrape = Scrape.of(worker);

        assertEquals(0, scrape.sum("contacts_ready", "check=\"broker\""));
        assertEquals(1, scrape.sum("contacts_ready", "check=\"database\""));
        assertEquals(1, scrape.sum("contacts_lanes", "state=\"paused\""));
    }

    private LaneMetrics lane(int number) {
        return worker.lane(number);
    }

    private LaneMetrics working() {
        LaneMetrics lane = lane(0);
        lane.polls(true);
        return lane;
    }

    private void assertDown(String check, String reason) {
        assertEquals(reason, reason(check));
        assertEquals("down", health.ready().status());
    }

    private String reason(String check) {
        return health.ready().checks().stream()
                .filter(each -> each.name().equals(check))
                .findFirst()
                .orElseThrow()
                .reason();
    }
}
