package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.PartitionStarts;
import dev.messagecontact.kafka.PollBudget;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.settings.OffsetsGap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.WakeupException;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupMemberTest {

    private static final Duration POLL = Duration.ofMillis(1);

    private final List<MockConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final HeardByListener heard = new HeardByListener();
    private final PollBudget budget = new PollBudget(1_000, 1_000);
    private final List<Integer> limits = new ArrayList<>();
    private double heartbeats;
    private volatile long now;
    private final CountDownLatch polls = new CountDownLatch(1);
    private GroupMember member;
    private MockConsumer<byte[], byte[]> instead;

    @BeforeEach
    void open() {
        Partitions partitions = new Partitions(topic -> Origin.UPSTREAM, heard::partitions);
        Assignment assignment = new Assignment(
                partitions,
                new PartitionReceipts(partitions, DSL.using(SQLDialect.POSTGRES), heard),
                () -> Map.of("commands", new UUID(0, 1)),
                new PartitionStarts(
                        null, // nobody asks where to start
                        readTo -> Map.of(),
                        DSL.using(SQLDialect.POSTGRES),
                        OffsetsGap.STOP,
                        heard),
                new PublishingThread(
                        new Publisher(
                                () -> {
                                    throw new AssertionError("nothing is published");
                                },
                                new OutcomeEvents(new EventTopics("a", "b", "c", "d", "e"), "test"),
                                kind -> {}),
                        DSL.using(SQLDialect.POSTGRES),
                        ForkJoinPool.commonPool()),
                () -> now);
        member = new GroupMember(this::consumer, assignment, List.of("commands"), budget, () -> now);
        member.open();
    }

    private MockConsumer<byte[], byte[]> consumer() {
        if (instead != null) {
            return instead;
        }
        String memberId = "member-" + (consumers.size() + 1);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
            @Override
            public synchronized ConsumerGroupMetadata groupMetadata() {
                return new ConsumerGroupMetadata("group", 1, memberId, Optional.empty());
            }

            @Override
            public synchronized Map<MetricName, ? extends Metric> metrics() {
                MetricName name = new MetricName("heartbeat-total", "consumer-coordinator-metrics", "", Map.of());
                double answered = heartbeats;
                return Map.of(name, new Metric() {
                    @Override
                    public MetricName metricName() {
                        return name;
                    }

                    @Override
                    public Object metricValue() {
                        return answered;
                    }
                });
            }
        };
        consumers.add(consumer);
        limits.add(budget.mostRecords(5_000));
        return consumer;
    }

    static Stream<KafkaException> fatal() {
        return Stream.of(
                new GroupAuthorizationException("no"),
                new GroupMaxSizeReachedException("full"),
                new UnknownServerException("a code that the client does not list"),
                new UnknownMemberIdException("gone"),
                new KafkaException("no more is known"));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void a_consumer_that_fails_for_good_is_replaced(KafkaException failure) {
        consumers.get(0).setPollException(failure);
        assertThrows(KafkaException.class, () -> member.poll(POLL, 10));
        assertFalse(member.isMember());
        assertThrows(KafkaException.class, () -> member.pollPaused(POLL), "it is silent from now on");
        member.open();
        assertEquals(2, consumers.size());
        assertTrue(consumers.get(0).closed());
        assertTrue(member.isMember());
    }

    static Stream<KafkaException> passing() {
        return Stream.of(
                new TimeoutException("slow"),
                new DisconnectException("gone for a moment"),
                new OffsetOutOfRangeException(Map.of(new TopicPartition("commands", 0), 1L)));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void a_consumer_that_fails_for_a_moment_is_kept(KafkaException failure) {
        consumers.get(0).setPollException(failure);
        assertThrows(KafkaException.class, () -> member.poll(POLL, 10));
        member.open();
        assertEquals(1, consumers.size());
    }

    @Test
    void a_member_whose_heartbeats_nobody_answers_for_a_minute_is_replaced() {
        beat(Duration.ofSeconds(120), true);
        assertEquals(1, consumers.size());
        beat(Duration.ofSeconds(60), false);
        assertEquals(1, consumers.size());
        beat(Duration.ofSeconds(10), false);
        assertEquals(2, consumers.size());
        beat(Duration.ofSeconds(55), false);
        assertEquals(2, consumers.size(), "the fresh one has its minute too");
    }

    @Test
    void one_answered_heartbeat_is_enough_for_another_minute() {
        beat(Duration.ofSeconds(55), false);
        beat(Duration.ofSeconds(5), true);
        beat(Duration.ofSeconds(55), false);
        assertEquals(1, consumers.size());
    }

    @Test
    void one_that_was_told_to_is_replaced() {
        member.replace();
        member.open();
        assertEquals(2, consumers.size());
    }

    @Test
    void one_whose_poll_is_too_much_for_the_memory_takes_a_few_records_at_a_time_for_some_minutes() {
        consumers.get(0).schedulePollTask(() -> {
            throw new OutOfMemoryError("Java heap space");
        });
        assertThrows(KafkaException.class, () -> member.poll(POLL, 10));
        beat(Duration.ofMinutes(10), true);
        assertEquals(List.of(5_000, 5), limits);
        beat(Duration.ofMinutes(10), true);
        assertEquals(List.of(5_000, 5, 5_000), limits);
    }

    /** The client counts by the wall clock: it waits for as long as that went back. */
    @Test
    void a_poll_that_does_not_return_is_ended_and_its_consumer_replaced() throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        MockConsumer<byte[], byte[]> hangs = new MockConsumer<>("none") {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
                polls.countDown();
                try {
                    woken.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                throw new WakeupException();
            }

            @Override
            public void wakeup() {
                woken.countDown();
            }
        };
        instead = hangs;
        member.replace();
        member.open();
        CompletableFuture<Void> poll = CompletableFuture.runAsync(() -> member.poll(POLL, 10));
        polls.await();
        now += Duration.ofSeconds(29).toNanos();
        member.wakeUp();
        assertEquals(1, woken.getCount());
        now += Duration.ofSeconds(2).toNanos();
        member.wakeUp();
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> poll.orTimeout(10, TimeUnit.SECONDS).join());
        assertTrue(failure.getMessage().contains("a poll did not return for 30 s"), failure.getMessage());
        instead = null;
        assertFalse(member.isMember());
        member.open();
        assertTrue(hangs.closed());
        now += Duration.ofSeconds(60).toNanos();
        member.wakeUp();
        assertEquals(0, member.poll(POLL, 10).count(), "nobody polls for long");
    }

    /** A broker that is away for a week costs ten thousand. */
    @Test
    void of_the_consumers_that_were_replaced_the_last_ones_are_remembered() {
        for (int i = 0; i < 1_000; i++) {
            member.replace();
            member.open();
        }
        assertEquals(100, member.dismissed().size());
        assertTrue(member.dismissed().contains("member-1000"));
        assertFalse(member.dismissed().contains("member-1001"), "it lives");
    }

    private void beat(Duration time, boolean answered) {
        for (long second = 0; second < time.toSeconds(); second++) {
            now += Duration.ofSeconds(1).toNanos();
            heartbeats += answered ? 1 : 0;
            member.open();
        }
    }
}
