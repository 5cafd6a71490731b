package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.ops.Health.Check;
import dev.messagecontact.registration.Stage;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthTest {

    private @Nullable String topics;
    private final FakeClock clock = new FakeClock();
    private final WorkerMetrics worker = new WorkerMetrics("test", clock, OpenTelemetry.noop());
    private final Health health = new Health(worker, Duration.ofSeconds(60), () -> topics);

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
        lane.partitions(Map.of(commands(3), PartitionStatus.UNKNOWN));
        assertDown("partitions", "lane 0 does not know the start offset of partition 3 yet");

        lane.partitions(Map.of(commands(3), new PartitionStatus(5L, 9L, 0, null)));

        assertEquals("up", health.ready().status());
    }

    @Test
    void a_stopped_partition_is_named_with_its_gap() {
        Stop stop = new Stop(58, 42, "the next command is 42 offsets away");
        working().partitions(Map.of(commands(3), new PartitionStatus(58L, 120L, 0, stop)));

        assertDown("partitions", "lane 0 has stopped partition 3 at offset 58: the next command is 42 offsets away");
        assertEquals("up", health.live().status());
    }

    @Test
    void an_outage_makes_it_unready_until_a_batch_goes_well_and_never_dead() {
        LaneMetrics lane = working();
        lane.failed(new DataAccessException("gone", new SQLException("gone", "08006")));
        clock.advance(Duration.ofSeconds(12));
        lane.polls(true);

        assertDown(
                "database",
                "lane 0 cannot store its batches in the database: database, for 12 s: database: SQLException, "
                        + "SQLSTATE 08006");
        assertDown("intake", "lane 0 takes no commands: database, for 12 s: database: SQLException, SQLSTATE 08006");
        assertNull(reason("broker"));
        assertEquals("up", health.live().status());

        lane.recovered();
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_fault_of_the_broker_is_told_from_one_of_the_database() {
        working().failed(new TimeoutException("no answer"));

        assertDown(
                "broker",
                "lane 0 cannot publish its batches to the broker: kafka, for 0 s: Kafka: TimeoutException: no "
                        + "answer");
        assertNull(reason("database"));
    }

    @Test
    void a_broker_that_says_nothing_for_long_is_down() {
        LaneMetrics lane = working();
        lane.brokerAnswers(false);
        clock.advance(Duration.ofSeconds(5));
        assertEquals("up", health.ready().status());

        clock.advance(Duration.ofSeconds(1));
        lane.brokerAnswers(false);
        assertDown("broker", "lane 0 has had no answer from the broker for 6 s");

        lane.brokerAnswers(true);
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_broker_that_gives_commands_or_takes_events_answers() {
        LaneMetrics lane = working();
        lane.brokerAnswers(false);
        clock.advance(Duration.ofSeconds(4));
        lane.takes(List.of(ConsumerRecords.empty()), 10);
        clock.advance(Duration.ofSeconds(2));
        assertDown("broker", "lane 0 has had no answer from the broker for 6 s");

        TopicPartition partition = new TopicPartition("commands", 0);
        var record = new ConsumerRecord<>("commands", 0, 1L, new byte[0], new byte[0]);
        lane.takes(List.of(new ConsumerRecords<>(Map.of(partition, List.of(record)), Map.of())), 10);
        assertEquals("up", health.ready().status());
        lane.brokerAnswers(false);
        clock.advance(Duration.ofSeconds(6));
        assertDown("broker", "lane 0 has had no answer from the broker for 6 s");

        lane.begins(Stage.PUBLISH);
        lane.publishes();
        lane.published(List.of(), Duration.ofMillis(20));
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_broker_that_throttles_may_answer_later_by_as_much() {
        LaneMetrics lane = working();
        lane.clients().consumer(throttle("consumer-fetch-manager-metrics", "fetch-throttle-time-max", 9_000));
        lane.clients().producer(throttle("producer-metrics", "produce-throttle-time-max", Double.NaN));
        lane.brokerAnswers(false);
        clock.advance(Duration.ofSeconds(14));
        assertEquals("up", health.ready().status());
        clock.advance(Duration.ofSeconds(1));
        assertDown("broker", "lane 0 has had no answer from the broker for 15 s");
        lane.brokerAnswers(true);

        lane.clients().producer(throttle("producer-metrics", "produce-throttle-time-max", 11_000));
        lane.begins(Stage.PUBLISH);
        lane.publishes();
        clock.advance(Duration.ofSeconds(16));
        assertEquals("up", health.ready().status());
        clock.advance(Duration.ofSeconds(1));
        assertDown("broker", "lane 0 waits for the broker, for 17 s so far");
    }

    private static Map<MetricName, Metric> throttle(String group, String name, double millis) {
        MetricName key = new MetricName(name, group, "", Map.of("client-id", "worker-0"));
        return Map.of(key, new Metric() {
            @Override
            public MetricName metricName() {
                return key;
            }

            @Override
            public Object metricValue() {
                return millis;
            }
        });
    }

    @Test
    void how_a_topic_stands_counts_once_lanes_work_and_before() {
        lane(0).polls(true);
        topics = "topic commands has cleanup.policy compact";
        assertDown("topics", "topic commands has cleanup.policy compact");

        topics = null;
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_stage_that_hangs_is_told_while_it_hangs() {
        LaneMetrics lane = working();
        lane.begins(Stage.PERSIST);
        clock.advance(Duration.ofSeconds(7));
        assertDown("database", "lane 0 waits for the database, for 7 s so far");
        lane.ends(Stage.PERSIST);
        lane.begins(Stage.ASK);
        clock.advance(Duration.ofSeconds(6));
        assertDown("database", "lane 0 waits for the database, for 6 s so far");
        lane.ends(Stage.ASK);
        lane.begins(Stage.PUBLISH);
        lane.publishes();
        clock.advance(Duration.ofSeconds(8));
        lane.begins(Stage.PERSIST); // of the next batch
        assertDown("broker", "lane 0 waits for the broker, for 8 s so far");
        lane.published(List.of(), Duration.ofSeconds(8));
        lane.ends(Stage.PERSIST);
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
        second.died(new IllegalStateException());

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
    void commands_hidden_by_an_open_transaction_are_named() {
        working().partitions(Map.of(commands(3), new PartitionStatus(5L, 5L, 70, null)));

        assertDown(
                "partitions",
                "lane 0 cannot read 70 offsets of partition 3: an open transaction of a publisher hides them");
    }

    @Test
    void partitions_without_an_owner_are_down_once_they_had_time_to_move() {
        LaneMetrics lane = working();
        lane.unowned(List.of(commands(1), commands(4)));
        clock.advance(Duration.ofSeconds(15));
        assertEquals("up", health.ready().status());

        clock.advance(Duration.ofSeconds(1));
        assertDown("group", "lane 0 reports that no worker of the group reads partitions [1, 4]");

        lane.unowned(List.of());
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_lane_that_answers_nothing_while_commands_wait_is_down() {
        LaneMetrics lane = working();
        clock.advance(Duration.ofMinutes(10));
        lane.polls(true);
        lane.partitions(Map.of(commands(3), new PartitionStatus(5L, 9L, 0, null)));
        clock.advance(Duration.ofSeconds(61));
        lane.polls(true);
        assertDown("progress", "lane 0 has commands waiting and has answered none for 61 s");

        lane.begins(Stage.PUBLISH);
        lane.publishes();
        lane.published(List.of(), Duration.ofMillis(20));
        assertEquals("up", health.ready().status());
    }

    @Test
    void a_partition_of_which_no_command_is_answered_while_others_move_is_named() {
        LaneMetrics lane = working();
        lane.partitions(Map.of(commands(3), PartitionStatus.UNKNOWN, commands(4), PartitionStatus.UNKNOWN));
        clock.advance(Duration.ofMinutes(20));
        lane.polls(true);
        for (long minute = 0; minute <= 10; minute++) {
            lane.partitions(Map.of(
                    commands(3), new PartitionStatus(5L, 9L + minute, 0, null),
                    commands(4), new PartitionStatus(minute, 900L, 0, null)));
            lane.published(List.of(), Duration.ofMillis(20));
            assertEquals("up", health.ready().status());
            clock.advance(Duration.ofMinutes(1));
            lane.polls(true);
            lane.published(List.of(), Duration.ofMillis(20));
        }
        assertDown("progress", "lane 0 has answered no command of partition 3 for more than 600 s, although some wait");

        lane.partitions(Map.of(commands(3), new PartitionStatus(6L, 19L, 0, null)));
        assertEquals("up", health.ready().status());
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

    private static CommandPartition commands(int number) {
        return new CommandPartition(Origin.UPSTREAM, number);
    }
}
