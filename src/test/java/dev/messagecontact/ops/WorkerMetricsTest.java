package dev.messagecontact.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome.Rejected;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

public class WorkerMetricsTest {

    private static final TopicPartition PARTITION = new TopicPartition("commands", 0);

    private final FakeClock clock = new FakeClock();
    private final WorkerMetrics worker = new WorkerMetrics("test", clock, OpenTelemetry.noop());
    private final LaneMetrics lane = worker.lane(0);

    @Test
    void whatever_comes_the_series_are_those_that_were_there_from_the_start() {
        Set<String> before = Scrape.of(worker).series();

        for (int i = 0; i < 1_000; i++) {
            lane.writes(new MockProducer<>());
            ErrorCode code = ErrorCode.values()[i % ErrorCode.values().length];
            Kind kind = Kind.values()[i % Kind.values().length];
            lane.published(List.of(answer("rd-" + i, "r-" + i, kind, code)), Map.of());
            lane.failed(fault(i));
            lane.recovered();
        }

        assertEquals(before, Scrape.of(worker).series());
        assertEquals(999, Scrape.of(worker).sum("contacts_producers_recreated_total"));
        assertEquals(1_000, Scrape.of(worker).sum("contacts_commands_total"));
        assertEquals(1_000, Scrape.of(worker).sum("contacts_faults_total"));
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
        lane.published(List.of(), Map.of());

        for (EventKind kind : EventKind.values()) {
            assertEquals(1, Scrape.of(worker).sum("contacts_events_total", kind.label()));
        }
    }

    @Test
    void a_dead_letter_counts_once_and_not_again_in_a_replay() {
        lane.published(
                List.of(
                        answer("rd", "r-1", Kind.NEW, ErrorCode.COMMAND_NOT_JSON),
                        answer("rd", "r-1", Kind.REPLAYED, ErrorCode.COMMAND_NOT_JSON),
                        answer("rd", "r-2", Kind.NEW, ErrorCode.INVALID_NAME)),
                Map.of());

        assertEquals(1, Scrape.of(worker).sum("contacts_dead_letters_total"));
        assertEquals(2, Scrape.of(worker).sum("contacts_command_latency_seconds_count"));
    }

    @Test
    void a_key_that_is_not_the_directory_is_misrouted() {
        assertFalse(WorkerMetrics.isMisrouted(envelope("rd-1", "rd-1", 0)));
        assertFalse(WorkerMetrics.isMisrouted(envelope("rd-1", null, 0)));
        assertTrue(WorkerMetrics.isMisrouted(envelope("rd-2", "rd-1", 0)));
        assertTrue(WorkerMetrics.isMisrouted(envelope("rd-10", "rd-1", 0)));
        assertTrue(WorkerMetrics.isMisrouted(envelope(null, "rd-1", 0)));
    }

    @Test
    void a_stage_within_a_stage_counts_for_itself_only() {
        lane.time(Stage.PERSIST, () -> {
            clock.advance(Duration.ofMillis(30));
            lane.time(Stage.DECIDE, () -> clock.advance(Duration.ofMillis(5)));
            clock.advance(Duration.ofMillis(10));
        });

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
        lane.assigned(List.of(PARTITION));
        assertFalse(Scrape.of(worker).text().contains("contacts_partition_lag_offsets{"));
        lane.placed(PARTITION, 10, 110);
        assertEquals(100, lag());

        lane.published(List.of(), Map.of(PARTITION, new OffsetAndMetadata(60)));
        assertEquals(50, lag());
        lane.failed(fault(0));
        assertEquals(50, lag());
        lane.reach(Map.of(PARTITION, 200L));
        assertEquals(140, lag());
        lane.published(List.of(), Map.of(PARTITION, new OffsetAndMetadata(230)));
        assertEquals(0, lag());

        lane.revoked(List.of(PARTITION));
        assertFalse(Scrape.of(worker).text().contains("partition=\"0\""));
    }

    @Test
    void the_oldest_command_is_the_oldest_in_hand_until_it_is_answered() {
        lane.placed(PARTITION, 0, 2);
        long now = clock.wallTime();
        lane.received(now - 3_000);
        lane.received(now - 9_000);
        lane.received(now - 1_000);
        assertEquals(9, age());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(10, age());

        lane.waits(1, now - 3_000); // of a locked directory
        lane.published(List.of(), Map.of(PARTITION, new OffsetAndMetadata(2)));
        assertEquals(4, age());

        lane.waits(0, 0);
        lane.published(List.of(), Map.of());
        assertEquals(0, age());
    }

    @Test
    void commands_that_came_while_intake_was_paused_grow_old_too() {
        lane.placed(PARTITION, 0, 0);
        lane.failed(fault(0));
        lane.reach(Map.of(PARTITION, 5L));
        clock.advance(Duration.ofSeconds(70));
        lane.reach(Map.of(PARTITION, 9L));

        assertEquals(70, age());
    }

    @Test
    void a_failed_batch_stays_the_oldest_until_it_is_answered() {
        lane.placed(PARTITION, 0, 5);
        lane.received(clock.wallTime());
        lane.failed(fault(0));
        clock.advance(Duration.ofSeconds(20));
        lane.reach(Map.of(PARTITION, 7L));

        assertEquals(20, age());
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
        return new Answer(new Envelope(envelope.record(), requestId, directoryId), kind, new Rejected(code));
    }

    private static Envelope envelope(String key, String directoryId, long timestamp) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "commands",
                0,
                0,
                timestamp,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
        return new Envelope(record, "r", directoryId);
    }
}
