package dev.messagecontact.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.Stage;
import dev.messagecontact.validation.Checked.Refused;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

public class WorkerMetricsTest {

    private final FakeClock clock = new FakeClock();
    private final WorkerMetrics worker = new WorkerMetrics("test", clock, OpenTelemetry.noop());
    private final LaneMetrics lane = worker.lane(0);

    @Test
    void whatever_comes_the_series_are_those_that_were_there_from_the_start() {
        Set<String> before = seriesWithoutCollections();

        for (int i = 0; i < 1_000; i++) {
            lane.writes(new MockProducer<>());
            ErrorCode code = ErrorCode.values()[i % ErrorCode.values().length];
            Kind kind = Kind.values()[i % Kind.values().length];
            published(List.of(answer("rd-" + i, "r-" + i, kind, code)));
            lane.failed(fault(i));
            lane.recovered();
        }

        assertEquals(before, seriesWithoutCollections());
        assertEquals(999, Scrape.of(worker).sum("contacts_producers_recreated_total"));
        assertEquals(1_000, Scrape.of(worker).sum("contacts_commands_total"));
        assertEquals(1_000, Scrape.of(worker).sum("contacts_faults_total"));
    }

    @Test
    void partitions_that_nobody_reads_are_no_number_while_the_owners_may_not_be_known() {
        assertEquals(0, Scrape.of(worker).sum("contacts_unowned_partitions"));

        lane.ownersKnown(false);
        assertEquals(Double.NaN, Scrape.of(worker).sum("contacts_unowned_partitions"));

        lane.ownersKnown(true);
        assertEquals(0, Scrape.of(worker).sum("contacts_unowned_partitions"));
    }

    @Test
    void events_count_when_their_batch_is_published_and_not_if_it_failed() {
        lane.sends(EventKind.RESULTS);
        lane.sends(EventKind.EMAIL_VERIFICATIONS);
        lane.failed(new ProducerFencedException("fenced"));
        assertEquals(0, Scrape.of(worker).sum("contacts_events_total"));

        lane.sends(EventKind.RESULTS);
        lane.sends(EventKind.EMAIL_VERIFICATIONS);
        lane.sends(EventKind.SMS_VERIFICATIONS);
        lane.sends(EventKind.ERRORS);
        lane.sends(EventKind.DEAD_LETTERS);
        published(List.of());

        for (EventKind kind : EventKind.values()) {
            assertEquals(1, Scrape.of(worker).sum("contacts_events_total", kind.label()));
        }
    }

    @Test
    void a_dead_letter_counts_once_and_not_again_in_a_replay() {
        published(List.of(
                answer("rd", "r-1", Kind.NEW, ErrorCode.COMMAND_NOT_JSON),
                answer("rd", "r-1", Kind.REPLAYED, ErrorCode.COMMAND_NOT_JSON),
                answer("rd", "r-2", Kind.NEW, ErrorCode.INVALID_NAME)));

        assertEquals(1, Scrape.of(worker).sum("contacts_dead_letters_total"));
        assertEquals(2, Scrape.of(worker).sum("contacts_command_latency_seconds_count"));
    }

    @Test
    void a_key_that_is_not_the_directory_is_misrouted() {
        assertFalse(AnswerMetrics.isMisrouted(envelope("rd-1", "rd-1", 0)));
        assertFalse(AnswerMetrics.isMisrouted(envelope("rd-1", null, 0)));
        assertTrue(AnswerMetrics.isMisrouted(envelope("rd-2", "rd-1", 0)));
        assertTrue(AnswerMetrics.isMisrouted(envelope("rd-10", "rd-1", 0)));
        assertTrue(AnswerMetrics.isMisrouted(envelope(null, "rd-1", 0)));
    }

    @Test
    void a_stage_within_a_stage_counts_for_itself_only() {
        lane.begins(Stage.PERSIST);
        clock.advance(Duration.ofMillis(30));
        lane.begins(Stage.DECIDE);
        clock.advance(Duration.ofMillis(5));
        lane.ends(Stage.DECIDE);
        clock.advance(Duration.ofMillis(10));
        lane.ends(Stage.PERSIST);

        assertEquals(0.040, Scrape.of(worker).sum("contacts_stage_seconds_sum", "persist"), 1e-9);
        assertEquals(0.005, Scrape.of(worker).sum("contacts_stage_seconds_sum", "decide"), 1e-9);
    }

    @Test
    void time_without_intake_counts_for_the_latest_cause_while_it_lasts() {
        lane.failed(fault(0));
        clock.advance(Duration.ofSeconds(3));
        lane.failed(fault(1));
        clock.advance(Duration.ofSeconds(4));
        assertEquals(4, Scrape.of(worker).sum("contacts_paused_seconds_total", "kafka"));

        lane.recovered();
        clock.advance(Duration.ofSeconds(5));

        assertEquals(3, Scrape.of(worker).sum("contacts_paused_seconds_total", "database"));
        assertEquals(4, Scrape.of(worker).sum("contacts_paused_seconds_total", "kafka"));
    }

    @Test
    void lag_counts_from_the_first_command_without_an_answer_and_never_below_zero() {
        lane.partitions(Map.of(commands(0), PartitionStatus.UNKNOWN));
        assertFalse(Scrape.of(worker).text().contains("contacts_partition_lag_offsets{"));
        stands(10, 110);
        assertEquals(100, lag());
        stands(60, 110);
        assertEquals(50, lag());
        lane.failed(fault(0));
        assertEquals(50, lag());
        stands(230, 200);
        assertEquals(0, lag());

        lane.partitions(Map.of());
        assertFalse(Scrape.of(worker).text().contains("partition=\"0\""));
    }

    @Test
    void the_oldest_command_is_the_oldest_in_hand_until_it_is_answered() {
        stands(0, 2);
        long now = clock.wallTime();
        lane.received(List.of(request(now - 3_000), request(now - 9_000), request(now - 1_000)));
        assertEquals(9, age());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(10, age());

        lane.deferred(List.of(request(now - 3_000)));
        stands(2, 2);
        published(List.of());
        assertEquals(4, age());

        lane.deferred(List.of());
        published(List.of());
        assertEquals(0, age());
    }

    @Test
    void commands_that_came_while_intake_was_paused_grow_old_too() {
        stands(0, 0);
        lane.failed(fault(0));
        stands(0, 5);
        lane.brokerAnswers(true);
        clock.advance(Duration.ofSeconds(70));
        stands(0, 9);
        lane.brokerAnswers(true);

        assertEquals(70, age());
    }

    @Test
    void a_failed_batch_stays_the_oldest_until_it_is_answered() {
        stands(0, 5);
        lane.received(List.of(request(clock.wallTime())));
        lane.failed(fault(0));
        clock.advance(Duration.ofSeconds(20));
        stands(0, 7);
        lane.brokerAnswers(true);

        assertEquals(20, age());
    }

    @Test
    void a_partition_that_goes_on_hides_no_older_command_of_one_that_stands() {
        long now = clock.wallTime();
        PartitionStatus stopped = new PartitionStatus(7L, 12L, 0, new Stop(7, 0, "a row that the database refuses"));
        lane.partitions(Map.of(commands(0), PartitionStatus.UNKNOWN, commands(1), PartitionStatus.UNKNOWN));
        lane.received(List.of(request(0, now - 60_000)));
        lane.failed(fault(0));
        lane.partitions(Map.of(commands(0), PartitionStatus.UNKNOWN, commands(1), PartitionStatus.UNKNOWN));
        lane.partitions(Map.of(commands(0), stopped, commands(1), new PartitionStatus(0L, 9L, 0, null)));
        assertEquals(60, age());

        Request fresh = request(1, now);
        lane.received(List.of(fresh));
        published(List.of(new Answer(fresh.envelope(), Kind.NEW, new Rejected(fresh.refusals()))));
        assertEquals(60, age());

        lane.partitions(Map.of(commands(1), new PartitionStatus(9L, 9L, 0, null)));
        assertEquals(0, age());
    }

    @Test
    void of_two_backlogs_the_older_one_counts_whichever_was_answered_last() {
        long now = clock.wallTime();
        lane.partitions(Map.of(
                commands(0),
                new PartitionStatus(1L, 90L, 0, null),
                commands(1),
                new PartitionStatus(1L, 90L, 0, null)));
        for (Request request : List.of(request(0, now - 3_600_000), request(1, now - 1_000))) {
            lane.received(List.of(request));
            published(List.of(new Answer(request.envelope(), Kind.NEW, new Rejected(request.refusals()))));
        }
        assertEquals(3_600, age());
    }

    /** A lane that hangs does not know that the group has given its partition to another one. */
    @Test
    void a_partition_that_two_lanes_take_for_theirs_is_shown_once_as_the_one_has_it_that_polls() {
        LaneMetrics other = worker.lane(1);
        lane.partitions(Map.of(commands(0), new PartitionStatus(1L, 9L, 0, null)));
        clock.advance(Duration.ofSeconds(1));
        other.polls(true);
        other.partitions(Map.of(commands(0), new PartitionStatus(4L, 9L, 0, null)));

        assertEquals(5, Scrape.of(worker).sum("contacts_partition_lag_offsets"));
        clock.advance(Duration.ofSeconds(1));
        lane.polls(true);
        assertEquals(8, Scrape.of(worker).sum("contacts_partition_lag_offsets"));
    }

    @Test
    void a_stopped_partition_and_one_with_hidden_commands_are_shown() {
        Stop stop = new Stop(5, 42, "missing");
        lane.partitions(Map.of(
                commands(0), new PartitionStatus(5L, 9L, 0, stop), commands(1), new PartitionStatus(5L, 9L, 3, null)));

        Scrape scrape = Scrape.of(worker);

        assertEquals(1, scrape.sum("contacts_partition_stopped", "partition=\"0\""));
        assertEquals(42, scrape.sum("contacts_partition_gap_offsets", "partition=\"0\""));
        assertEquals(0, scrape.sum("contacts_partition_stopped", "partition=\"1\""));
        assertEquals(3, scrape.sum("contacts_partition_held_back_offsets", "partition=\"1\""));
    }

    private void stands(long next, long end) {
        lane.partitions(Map.of(commands(0), new PartitionStatus(next, end, 0, null)));
    }

    private static Request request(long timestamp) {
        return request(0, timestamp);
    }

    private static Request request(int partition, long timestamp) {
        return new Request(
                envelope(partition, "rd", "rd", timestamp),
                new RecordId(new UUID(0, 0), partition, timestamp),
                new Refused(List.of(ErrorCode.INVALID_NAME)),
                Past.NONE);
    }

    /** The JVM's garbage collections have a series for each cause, from its first collection on. */
    private Set<String> seriesWithoutCollections() {
        Set<String> series = Scrape.of(worker).series();
        series.removeIf(each -> each.startsWith("jvm_gc_"));
        return series;
    }

    private double lag() {
        return Scrape.of(worker).sum("contacts_partition_lag_offsets", "partition=\"0\"");
    }

    private double age() {
        return Scrape.of(worker).sum("contacts_oldest_command_age_seconds");
    }

    private static RuntimeException fault(int number) {
        return number % 2 == 0
                ? new DataAccessException("gone " + number, new SQLException("gone", "08006"))
                : new ProducerFencedException("fenced " + number);
    }

    private Answer answer(String directoryId, String requestId, Kind kind, ErrorCode code) {
        Envelope envelope = envelope(directoryId, directoryId, clock.wallTime());
        return new Answer(
                new Envelope(envelope.record(), Origin.UPSTREAM, requestId, directoryId), kind, new Rejected(code));
    }

    private static Envelope envelope(String key, String directoryId, long timestamp) {
        return envelope(0, key, directoryId, timestamp);
    }

    private static Envelope envelope(int partition, String key, String directoryId, long timestamp) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "commands",
                partition,
                0,
                timestamp,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
        return new Envelope(record, Origin.UPSTREAM, "r", directoryId);
    }

    private void published(List<Answer> answers) {
        lane.begins(Stage.PUBLISH);
        lane.publishes();
        lane.published(answers, Duration.ofMillis(20));
    }

    private static CommandPartition commands(int number) {
        return new CommandPartition(Origin.UPSTREAM, number);
    }
}
