package dev.messagecontact.intake;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.CommandTopics;
import dev.messagecontact.intake.start.CommittedByGroup;
import dev.messagecontact.intake.start.PartitionStarts;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.kafka.PollBudget;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.OffsetsGap;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordDeserializationException.DeserializationExceptionOrigin;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jooq.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane round by round, on Kafka's own stand-ins for a consumer and a producer, and a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaneIT {

    /** A group without members. */
    private static final String NOBODY = "nobody";

    private final TestStage stage = TestStage.with(1);
    private final Admin admin = answering();
    private final List<MockConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final TopicPartition first = new TopicPartition(stage.commands(), 0);
    private final TopicPartition second = new TopicPartition(stage.commands(), 1);
    private UUID topicId;
    private Duration later = Duration.ZERO;
    private SenderCheck senders = SenderCheck.OFF;
    private RuntimeException noProducer;
    private RuntimeException noConsumer;
    private RuntimeException noPosition;
    private volatile CountDownLatch held;
    private final Map<TopicPartition, OffsetAndMetadata> committedByOthers = new HashMap<>();
    private Runnable othersGoOn;
    private final List<Boolean> waitedForUnderWay = new ArrayList<>();
    private final AtomicReference<Runnable> beforeCommit = new AtomicReference<>(() -> {});
    private TopicPartition takenAway;
    private final Set<TopicPartition> silent = new HashSet<>();
    private HeardByListener heard;
    private Lane lane;

    @BeforeEach
    void makeLane() {
        consumers.clear();
        producers.clear();
        waitedForUnderWay.clear();
        topicId = UUID.randomUUID();
        othersGoOn = () -> {};
        heard = new HeardByListener();
        PublishingThread publishing = new PublishingThread(
                new Publisher(this::producer, new OutcomeEvents(stage.events(), "test", () -> 1_000_000), topic -> {}),
                stage.database(),
                Executors.newSingleThreadExecutor());
        Partitions partitions = new Partitions(topic -> Origin.UPSTREAM, heard::partitions);
        Assignment assignment = new Assignment(
                partitions,
                new PartitionReceipts(partitions, stage.database(), heard),
                () -> Map.of(stage.commands(), topicId),
                new PartitionStarts(new Group(), readTo -> Map.of(), stage.database(), OffsetsGap.STOP, heard),
                publishing,
                () -> System.nanoTime() + later.toNanos());
        GroupMember member = new GroupMember(
                this::consumer,
                assignment,
                List.of(stage.commands()),
                new PollBudget(1_000_000, 1_000_000),
                System::nanoTime);
        LastingAdmin lastingAdmin = new LastingAdmin(() -> admin);
        DependencyProbe probe = new DependencyProbe(
                member,
                assignment,
                new GroupProbe(
                        lastingAdmin,
                        NOBODY,
                        new CommandTopics(lastingAdmin, List.of(stage.commands())),
                        partitions,
                        heard,
                        System::nanoTime),
                stage.database(),
                heard,
                () -> System.nanoTime() + later.toNanos());
        Recovery recovery =
                new Recovery(new Backoff(new SplittableRandom(1)), new FencingGuard("id", System::nanoTime), heard);
        Deferred deferred = new Deferred(Duration.ofSeconds(60), () -> System.nanoTime() + later.toNanos());
        lane = new Lane(
                member,
                assignment,
                new BatchPoll(member, assignment, new BatchSize(1_000, 1_000), new Linger(System::nanoTime), heard),
                new BatchReader(
                        () -> CompletableFuture.completedFuture(Map.of(stage.commands(), topicId)),
                        this::reader,
                        assignment,
                        deferred,
                        heard),
                new BatchSettler(
                        new Registrar(stage.database(), 20, 5, heard), assignment, deferred, recovery, probe, heard),
                deferred,
                publishing,
                recovery,
                probe,
                heard);
        lane.goRound();
    }

    @AfterEach
    void stopLane() {
        noProducer = null;
        noConsumer = null;
        noPosition = null;
        takenAway = null;
        senders = SenderCheck.OFF;
        silent.clear();
        committedByOthers.clear();
        lane.stop();
        lane.run();
    }

    @AfterAll
    void close() {
        admin.close();
        stage.close();
    }

    private RequestReader reader(String topic, UUID id) {
        return new RequestReader(
                id,
                Origin.UPSTREAM,
                new DecoderLimits(65_536, 100),
                new ContactRules(new RuleSettings(254, Set.of(86), false)),
                () -> senders);
    }

    private MockConsumer<byte[], byte[]> consumer() {
        if (noConsumer != null) {
            throw noConsumer;
        }
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
            @Override
            public synchronized void seek(TopicPartition partition, OffsetAndMetadata offset) {
                if (partition.equals(takenAway)) {
                    throw new IllegalStateException("No current assignment for partition " + partition);
                }
                super.seek(partition, offset);
            }

            @Override
            public synchronized long position(TopicPartition partition, Duration atMost) {
                if (noPosition != null && partition.equals(second)) {
                    throw noPosition;
                }
                return super.position(partition, atMost);
            }

            @Override
            public synchronized void pause(Collection<TopicPartition> partitions) {
                if (takenAway != null && partitions.contains(takenAway)) {
                    throw new IllegalStateException("No current assignment for partition " + takenAway);
                }
                super.pause(partitions);
            }

            @Override
            public synchronized Map<TopicPartition, Long> beginningOffsets(
                    Collection<TopicPartition> partitions, Duration timeout) {
                requireAnswers(partitions);
                return super.beginningOffsets(partitions, timeout);
            }

            @Override
            public synchronized Map<TopicPartition, Long> endOffsets(
                    Collection<TopicPartition> partitions, Duration timeout) {
                requireAnswers(partitions);
                return super.endOffsets(partitions, timeout);
            }
        };
        consumer.updateBeginningOffsets(Map.of(first, 0L, second, 0L));
        consumer.updateEndOffsets(Map.of(first, 0L, second, 0L));
        consumers.add(consumer);
        lead(1, 2);
        return consumer;
    }

    /** The real admin client, but that it gets no answer about the partitions that are silent. */
    private Admin answering() {
        return new ForwardingAdmin(Map.of("bootstrap.servers", stage.bootstrapServers())) {
            @Override
            public ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> asked, ListOffsetsOptions options) {
                ListOffsetsResult answers = super.listOffsets(asked, options);
                Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> each = new HashMap<>();
                asked.keySet()
                        .forEach(id -> each.put(id, silent.contains(id) ? silence() : answers.partitionResult(id)));
                return new ListOffsetsResult(each);
            }
        };
    }

    private static KafkaFuture<ListOffsetsResultInfo> silence() {
        KafkaFutureImpl<ListOffsetsResultInfo> failed = new KafkaFutureImpl<>();
        failed.completeExceptionally(new TimeoutException("no leader"));
        return failed;
    }

    /** As the real client: for all partitions of a question, or for none. */
    private void requireAnswers(Collection<TopicPartition> asked) {
        if (asked.stream().anyMatch(silent::contains)) {
            throw new TimeoutException("Failed to get offsets by times");
        }
    }

    /** The brokers with these numbers lead the partitions; null for no leader. */
    private void lead(Integer leaderOfFirst, Integer leaderOfSecond) {
        MockConsumer<byte[], byte[]> consumer = consumers.get(consumers.size() - 1);
        consumer.updatePartitions(first.topic(), List.of(ledBy(leaderOfFirst, first), ledBy(leaderOfSecond, second)));
    }

    private static PartitionInfo ledBy(Integer broker, TopicPartition partition) {
        Node leader = broker == null ? null : new Node(broker, "broker", 9092);
        return new PartitionInfo(partition.topic(), partition.partition(), leader, new Node[0], new Node[0]);
    }

    private MockProducer<byte[], byte[]> producer() {
        if (noProducer != null) {
            throw noProducer;
        }
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void sendOffsetsToTransaction(
                            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
                        super.sendOffsetsToTransaction(offsets, group);
                        beforeCommit.getAndSet(() -> {}).run();
                    }

                    @Override
                    public void commitTransaction() {
                        CountDownLatch latch = held;
                        held = null;
                        if (latch != null) {
                            join(latch);
                        }
                        super.commitTransaction();
                    }
                };
        producers.add(producer);
        return producer;
    }

    @Test
    void it_answers_what_it_takes_and_commits_with_it() {
        own(first, second);
        send(first, 0, "rd-a", 3);
        send(second, 0, "rd-b", 2);
        lane.goRound();
        lane.goRound();

        assertEquals(5, heard.answers.size());
        assertEquals(15, producer0().history().size());
        assertEquals(Map.of(first, upTo(3), second, upTo(2)), committed(producer0()));
        assertEquals(List.of(), heard.faults);
    }

    @Test
    void a_revoked_partition_leaves_behind_how_far_it_is_published() {
        own(first, second);
        send(first, 0, "rd-c", 3);
        lane.goRound();
        consumer0().rebalance(List.of(second));

        assertEquals(Set.of(1), heard.partitions.keySet());
        assertEquals(3, published());
        send(second, 0, "rd-d", 1);
        lane.goRound();
        assertEquals(4, heard.answers.size());
    }

    @Test
    void what_was_taken_of_a_lost_partition_is_not_answered() {
        own(first);
        lock("rd-e", () -> {
            send(first, 0, "rd-e", 2);
            lane.goRound();
            assertEquals(2, heard.waiting);
            consumer0().losePartitions(List.of(first));
        });
        lane.goRound();
        assertEquals(List.of(), heard.answers);
        assertEquals(0, heard.waiting);
        assertEquals(Map.of(), heard.partitions);
    }

    @Test
    void commands_for_others_are_taken_however_many_wait_for_a_locked_directory() {
        own(first);
        lock("rd-f", () -> {
            send(first, 0, "rd-f", 1_000);
            heard.whenDeciding = () -> later = later.plusSeconds(13); // the lock is not young any more
            lane.goRound();
            heard.whenDeciding = () -> {};
            lane.goRound();
            assertEquals(300, heard.waiting);
            assertEquals(700, heard.answers.size());
            send(first, 1_000, "rd-g", 5);
            lane.goRound();
            assertEquals(705, heard.answers.size());
            assertTrue(committed(producer0()).get(first).metadata().length() < 4_096);
        });
        lane.goRound();
        assertEquals(1_005, heard.answers.size());
        assertEquals(upTo(1_005), committed(producer0()).get(first));
    }

    @Test
    void nobody_is_turned_away_for_a_lock_of_a_moment_however_many_commands_meet_it() {
        own(first);
        AtomicInteger attempts = new AtomicInteger();
        lock("rd-moment", stranger -> {
            heard.whenDeciding = () -> {
                if (attempts.incrementAndGet() == 2) {
                    rollBack(stranger);
                }
            };
            send(first, 0, "rd-moment", 1_000);
            lane.goRound();
            lane.goRound();
        });

        assertEquals(Collections.nCopies(1_000, "Added"), outcomes());
        assertEquals(3, attempts.get());
        assertEquals(List.of(), heard.faults);
    }

    @Test
    void a_fault_of_a_moment_costs_neither_the_consumer_nor_the_size_of_batches() {
        own(first);
        consumer0().setPollException(new TimeoutException("the broker says nothing"));
        lane.goRound();
        send(first, 0, "rd-h", 1);
        lane.goRound();

        assertEquals(1, heard.faults.size());
        assertEquals(1, heard.answers.size());
        assertEquals(1, heard.recoveries);
        assertEquals(1, consumers.size());
        assertEquals(1_000, heard.limit);
        assertEquals(2, producers.size());
    }

    @Test
    void a_position_that_the_broker_does_not_tell_is_no_failure_of_the_command_at_hand() {
        own(first, second);
        noPosition = new TimeoutException("the partition has no leader that answers");
        send(first, 0, "rd-position", 1);
        lane.goRound();
        assertEquals(List.of(noPosition), heard.faults);
        noPosition = null;
        send(first, 0, "rd-position", 1);
        lane.goRound();
        lane.goRound();

        assertEquals(List.of("Added"), outcomes());
        assertEquals(upTo(1), committed(producers.get(1)).get(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MC001", "XX001"})
    void a_command_that_fails_alone_by_an_error_that_nobody_knows_stops_its_partition_alone(String sqlState) {
        String directory = "rd-" + sqlState.toLowerCase(Locale.ROOT);
        refuse(directory, sqlState, () -> {
            own(first, second);
            stopFirstBy(directory);
            send(second, 0, "rd-others-" + sqlState, 5);
            lane.goRound();
            lane.goRound();

            assertEquals(5, heard.answers.size());
            assertEquals(1, heard.faults.size());
            assertTrue(stopOf(0).reason().startsWith("the command at offset 0 could not be stored"));
        });
    }

    @Test
    void a_command_that_has_stopped_its_partition_is_tried_again_without_those_that_wait() {
        refuse("rd-tried", "MC001", () -> {
            own(first, second);
            stopFirstBy("rd-tried");
            lock("rd-beside", () -> {
                send(second, 0, "rd-beside", 2);
                lane.goRound();
                later = later.plusSeconds(2);
                send(first, 0, "rd-tried", 1);
                lane.goRound();
                assertEquals(1, heard.faults.size(), "the one before it was stopped");
                assertNotNull(stopOf(0));
            });
        });
        later = later.plusSeconds(3);
        send(first, 0, "rd-tried", 1);
        send(second, 0, "rd-beside", 2);
        lane.goRound();
        lane.goRound();
        assertEquals(List.of("Added", "Added", "Added"), outcomes());
        assertNull(heard.partitions.get(0).stopped());
    }

    @Test
    void those_that_are_left_out_of_a_batch_come_with_the_next_one() {
        refuse("rd-once", "MC001", () -> {
            own(first, second);
            stopFirstBy("rd-once");
        });
        lock("rd-left-out", () -> {
            send(second, 0, "rd-left-out", 2);
            send(second, 2, "rd-behind-left-out", 1);
            lane.goRound();
            lane.goRound();
            assertEquals(2, heard.waiting);
            later = later.plusSeconds(2);
            send(first, 0, "rd-once", 1);
            lane.goRound();
            assertNull(heard.partitions.get(0).stopped());
            assertEquals(2, heard.waiting);
            assertEquals(2, heard.answers.size());
            assertEquals(upTo(1), committed(producer0()).get(first));
            assertEquals(0, committed(producer0()).get(second).offset());
        });
        lane.goRound();
        assertEquals(4, heard.answers.size());
        assertEquals(upTo(3), committed(producer0()).get(second));
    }

    @Test
    void one_that_waits_itself_when_it_is_tried_again_leaves_the_others_alone_and_is_answered_in_time() {
        refuse("rd-waits-too", "MC001", () -> {
            own(first, second);
            stopFirstBy("rd-waits-too");
        });
        lock("rd-waits-too", () -> {
            later = later.plusSeconds(2);
            send(first, 0, "rd-waits-too", 1);
            lane.goRound();
            assertNotNull(stopOf(0));
            assertEquals(0, heard.waiting);
            later = later.plusSeconds(61);
            send(first, 0, "rd-waits-too", 1);
            lane.goRound();
            assertEquals(List.of("Rejected"), outcomes());
            assertEquals(1, heard.faults.size(), "the one before it was stopped");
        });
    }

    /** As far as one command can tell. */
    @Test
    void a_database_that_stalls_is_told_as_that_before_a_command_that_comes_alone_is_blamed() {
        refuse("rd-stalls", "57014", () -> {
            own(first, second);
            send(first, 0, "rd-stalls", 1);
            lane.goRound();
            assertEquals(1, heard.faults.size());
            assertNull(heard.partitions.get(0).stopped());
        });
        send(first, 0, "rd-stalls", 1);
        lane.goRound();
        lane.goRound();
        assertEquals(List.of("Added"), outcomes());
        assertEquals(1, heard.recoveries);
    }

    @Test
    void a_command_that_fails_alone_again_stops_its_partition_although_others_went_well_in_between() {
        refuse("rd-again", "57014", () -> {
            own(first, second);
            send(first, 0, "rd-again", 1);
            lane.goRound();
            send(second, 0, "rd-between", 1);
            lane.goRound();
            lane.goRound();
            assertEquals(1, heard.recoveries);
            send(first, 0, "rd-again", 1);
            lane.goRound();
            assertNotNull(stopOf(0));
            assertEquals(1, heard.faults.size());
        });
    }

    @Test
    void what_is_stored_of_a_batch_that_came_no_further_keeps_its_answer_though_its_key_is_withdrawn() {
        own(first, second);
        stage.database().execute("create sequence failures");
        refuse("rd-parts-3", "new.request_id = 'rd-parts-3'", """
                if nextval('failures') = 1 then raise check_violation; else raise disk_full; end if""", () -> {
            send(first, 0, "rd-parts", 4);
            lane.goRound();
        });
        assertEquals(1, heard.faults.size());
        assertEquals(Answered.before(2), lastReceipt().settled());

        senders = (record, inValue) -> new Sender.Unproven(Denial.UNKNOWN_KEY);
        send(first, 0, "rd-parts", 4);
        lane.goRound();
        lane.goRound();
        assertEquals(List.of("Added", "Added", "Rejected", "Rejected"), outcomes());
        assertEquals(Answered.before(4), lastReceipt().settled());
    }

    @Test
    void the_parts_of_a_batch_leave_receipts_of_what_has_an_answer_and_no_more() {
        own(first, second);
        lock("rd-wait-in-parts", () -> {
            send(first, 0, "rd-wait-in-parts", 2);
            lane.goRound();
            refuse("rd-alone", "new.request_id = 'rd-alone-3'", "raise check_violation", () -> {
                send(first, 2, "rd-alone", 8);
                lane.goRound();
            });
            lane.goRound();
            assertEquals(new Answered(10, List.of(0L, 1L)), lastReceipt().settled());
        });
        lane.goRound();
        lane.goRound();

        assertEquals(10, heard.answers.size());
        assertEquals(List.of(), heard.faults);
        assertEquals(
                List.of(
                        // of ten commands with two that wait, of which the one at offset 5 fails
                        "5 but 0,1", "7 but 0,1,5", "10 but 0,1,5", "10 but 0,1", "10 but "),
                receipts());
    }

    /** Of the first partition, without those of its start and of commands that all wait. */
    private List<String> receipts() {
        return stage.database()
                .selectFrom(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .and(BATCH_RECEIPT.PARTITION.eq(0))
                .and(BATCH_RECEIPT.SETTLED_OFFSET.gt(2L))
                .orderBy(BATCH_RECEIPT.FROM_OFFSET)
                .fetch(row -> row.get(BATCH_RECEIPT.SETTLED_OFFSET)
                        + Stream.of(row.get(BATCH_RECEIPT.OPEN_OFFSETS))
                                .map(String::valueOf)
                                .collect(Collectors.joining(",", " but ", "")));
    }

    /** A command for this directory that is refused, in the first partition. */
    private void stopFirstBy(String directory) {
        for (int i = 0; i < 2; i++) { // one failure may be the database's
            send(first, 0, directory, 1);
            lane.goRound();
        }
        assertNotNull(stopOf(0));
    }

    /** Meanwhile no contact can be added to this directory. */
    private void refuse(String directory, String sqlState, Runnable meanwhile) {
        refuse(
                directory,
                "new.directory_id = '%s'".formatted(directory),
                "raise exception 'no' using errcode = '%s'".formatted(sqlState),
                meanwhile);
    }

    /** Meanwhile contacts that fulfil this condition are not added. */
    private void refuse(String trigger, String condition, String failure, Runnable meanwhile) {
        String name = trigger.replace('-', '_');
        stage.database().execute("""
                create function %1$s() returns trigger language plpgsql as $$ begin %2$s; end $$;
                create trigger %1$s before insert on message_contact
                for each row when (%3$s) execute function %1$s()""".formatted(name, failure, condition));
        meanwhile.run();
        stage.database().execute("drop function %s cascade".formatted(name));
    }

    private List<String> outcomes() {
        return heard.answers.stream()
                .map(answer -> answer.outcome().getClass().getSimpleName())
                .toList();
    }

    @Test
    void a_broker_that_is_away_before_there_is_a_client_is_waited_for() {
        noProducer = new TimeoutException("the broker says nothing");
        makeLane();
        assertEquals(List.of(noProducer), heard.faults);

        noProducer = null;
        lane.goRound();
        assertEquals(1, consumers.size());
    }

    @Test
    void a_fresh_consumer_that_is_not_to_be_had_at_once_is_waited_for() {
        own(first);
        consumer0().setPollException(new GroupAuthorizationException("Not authorized to access group"));
        lane.goRound();
        noConsumer = new TimeoutException("the broker says nothing");
        lane.goRound();
        assertEquals(2, heard.faults.size());
        assertEquals(Map.of(), heard.partitions);

        noConsumer = null;
        lane.goRound();
        assertEquals(2, consumers.size());
    }

    @Test
    void a_dead_consumer_is_replaced_and_the_group_is_named() {
        own(first);
        consumer0().setPollException(new GroupAuthorizationException("Not authorized to access group"));
        lane.goRound();
        lane.goRound();

        assertEquals(2, consumers.size());
        assertTrue(consumer0().closed());
        assertTrue(String.valueOf(heard.faults.get(0).getMessage()).contains("access denied: group"));
        assertEquals(Map.of(), heard.partitions);
        own(first);
        send(first, 0, "rd-i", 1);
        lane.goRound();
        assertEquals(1, heard.answers.size());
    }

    @Test
    void a_batch_that_the_broker_does_not_take_comes_again_in_smaller_ones_and_is_stored_once() {
        own(first);
        send(first, 0, "rd-j", 3);
        producer0().commitTransactionException = new TimeoutException("the quota is spent");
        lane.goRound();
        assertEquals(List.of(), heard.answers);
        assertTrue(producer0().closed());

        send(first, 0, "rd-j", 3);
        lane.goRound();
        assertEquals(1, heard.limit);
        assertEquals(3, heard.answers.size());
        assertEquals(9, producers.get(1).history().size());
        assertEquals(1, heard.recoveries);
    }

    @Test
    void a_partition_that_the_client_has_dropped_in_the_background_is_no_bug() {
        own(first);
        takenAway = first;
        lane.goRound();
        takenAway = null;
        send(first, 0, "rd-r", 1);
        lane.goRound();

        assertEquals(1, heard.faults.size());
        assertTrue(String.valueOf(heard.faults.get(0).getMessage()).contains("No current assignment"));
        assertEquals(1, heard.answers.size());
    }

    @Test
    void a_partition_that_the_client_drops_while_a_fault_is_dealt_with_is_no_bug_either() {
        own(first, second);
        lane.goRound();
        takenAway = first;
        consumer0().setPollException(new TimeoutException("the broker says nothing"));
        lane.goRound();
        assertEquals(Set.of(second), consumer0().paused());
        takenAway = null;
        send(second, 0, "rd-u", 1);
        lane.goRound();

        assertEquals(1, heard.faults.size());
        assertEquals(1, heard.answers.size());
    }

    @Test
    void a_producer_that_has_lost_its_way_is_replaced() {
        own(first);
        send(first, 0, "rd-s", 1);
        producer0().commitTransactionException = new IllegalStateException("Invalid transition attempted");
        lane.goRound();
        send(first, 0, "rd-s", 1);
        lane.goRound();

        assertEquals(1, heard.faults.size());
        assertEquals(2, producers.size());
        assertEquals(1, heard.answers.size());
    }

    @Test
    void while_a_large_batch_is_published_the_next_one_is_taken_and_settled() throws Exception {
        own(first);
        CountDownLatch commit = holdNextCommit();
        send(first, 0, "rd-m", 250);
        lane.goRound();
        assertEquals(List.of(), heard.answers, "it is not published yet");

        send(first, 250, "rd-n", 250);
        Thread second = new Thread(lane::goRound);
        second.start();
        await("the next batch is settled").until(() -> settled() == 500);
        assertEquals(List.of(), heard.answers, "the batch before is published first");
        commit.countDown();
        second.join();
        lane.goRound();

        assertEquals(500, heard.answers.size());
        assertEquals(upTo(500), committed(producer0()).get(first));
        assertEquals(List.of(250, 500), commits(producer0(), first));
        assertEquals(List.of(), heard.faults);
    }

    @Test
    void a_partition_is_revoked_when_the_batch_under_way_is_published() throws Exception {
        own(first, second);
        CountDownLatch commit = holdNextCommit();
        send(first, 0, "rd-o", 250);
        lane.goRound();
        consumer0().schedulePollTask(() -> consumer0().rebalance(List.of(second)));
        Thread round = new Thread(lane::goRound);
        round.start();
        await("the revocation waits").until(() -> round.getState() == Thread.State.WAITING);
        assertEquals(Set.of(0, 1), heard.partitions.keySet());
        commit.countDown();
        round.join();

        assertEquals(Set.of(1), heard.partitions.keySet());
        assertEquals(250, heard.answers.size());
        assertEquals(250, published(), "the next owner finds it published");
        assertEquals(List.of(), heard.faults);
    }

    @Test
    void two_batches_come_again_when_the_first_was_not_published_and_are_stored_once() {
        own(first);
        producer0().commitTransactionException = new TimeoutException("the broker says nothing");
        send(first, 0, "rd-p", 250);
        lane.goRound();
        send(first, 250, "rd-q", 5);
        lane.goRound();
        assertEquals(1, heard.faults.size());
        assertEquals(List.of(), heard.answers);
        assertEquals(255, settled());
        assertTrue(producer0().closed());

        send(first, 0, "rd-p", 250);
        lane.goRound();
        assertEquals(125, heard.limit, "the batch that failed had 250 commands, whatever the next one had");
        send(first, 250, "rd-q", 5);
        lane.goRound();
        lane.goRound();
        assertEquals(255, heard.answers.size());
        assertEquals(
                Set.of(Answer.Kind.RECOVERED),
                heard.answers.stream().map(Answer::kind).collect(Collectors.toSet()));
        assertEquals(upTo(255), committed(producers.get(1)).get(first));
        assertEquals(1, heard.recoveries);
    }

    @Test
    void a_record_that_cannot_be_read_stops_its_partition_alone() {
        own(first, second);
        consumer0().setPollException(tooLarge(first));
        lane.goRound();
        send(second, 0, "rd-k", 2);
        lane.goRound();

        assertEquals(2, heard.answers.size());
        assertEquals("it is too large", stopOf(0).reason());
        assertNull(heard.partitions.get(1).stopped());
        assertEquals(List.of(), heard.faults);
        assertTrue(consumer0().paused().contains(first));
        assertFalse(consumer0().paused().contains(second));
    }

    private static RecordDeserializationException tooLarge(TopicPartition partition) {
        return new RecordDeserializationException(
                DeserializationExceptionOrigin.VALUE,
                partition,
                0,
                0,
                TimestampType.LOG_APPEND_TIME,
                null,
                null,
                new RecordHeaders(),
                "Error deserializing VALUE",
                new SerializationException("it is too large"));
    }

    @Test
    void a_batch_that_was_not_published_when_a_record_could_not_be_read_is_a_failure_of_its_own() {
        own(first, second);
        producer0().commitTransactionException = new TimeoutException("the broker says nothing");
        send(first, 0, "rd-unpublished", 250);
        lane.goRound();
        consumer0().setPollException(tooLarge(second));
        lane.goRound();
        assertEquals("it is too large", stopOf(1).reason());
        assertEquals(1, heard.faults.size(), "whoever counts events must hear that these were not published");
        assertTrue(producer0().closed());

        send(first, 0, "rd-unpublished", 250);
        lane.goRound();
        assertEquals(125, heard.limit);
        lane.goRound();
        assertEquals(250, heard.answers.size());
        assertEquals(1, heard.recoveries);
        assertEquals("it is too large", stopOf(1).reason());
    }

    @Test
    void commands_that_wait_for_a_directory_wait_no_more_when_a_record_cannot_be_read() {
        own(first, second);
        lock("rd-waits-no-more", () -> {
            send(first, 0, "rd-waits-no-more", 2);
            lane.goRound();
            assertEquals(2, heard.waiting);
            consumer0().setPollException(tooLarge(second));
            lane.goRound();
            assertEquals(0, heard.waiting, "they are read again");
        });
    }

    @Test
    void a_plain_failure_that_names_a_partition_is_that_partition_s() {
        own(first, second);
        consumer0()
                .setPollException(new KafkaException(
                        "Received exception when fetching the next record from " + second
                                + ". If needed, please seek past the record to continue consumption.",
                        new KafkaException("Record batch for partition " + second + " at offset 0 is invalid")));
        lane.goRound();
        lane.goRound();

        assertTrue(
                assertNotNullValue(heard.partitions.get(1).stopped()).reason().contains("is invalid"));
        assertNull(heard.partitions.get(0).stopped());
        assertSame(consumers.get(0), consumers.get(consumers.size() - 1));
    }

    @Test
    void what_a_compression_library_cannot_unpack_is_its_partition_s_too() {
        own(first, second);
        consumer0().schedulePollTask(() -> {
            consumer0()
                    .setPollException(
                            new KafkaException("Received exception when fetching the next record from " + first + "."));
            throw new UnsatisfiedLinkError("no snappyjava in java.library.path\nand more");
        });
        lane.goRound();
        lane.goRound();

        assertEquals(
                "a record cannot be unpacked here: UnsatisfiedLinkError: no snappyjava in java.library.path",
                stopOf(0).reason());
        assertNull(heard.partitions.get(1).stopped());
    }

    @Test
    void a_partition_whose_broker_does_not_answer_stops_alone_until_it_does() {
        silent.add(first);
        own(first, second);
        send(second, 0, "rd-silent", 2);
        lane.goRound();
        lane.goRound();

        assertEquals(2, heard.answers.size());
        assertTrue(stopOf(0).reason().startsWith("no broker leads it now, or the one that does does not answer"));
        assertNull(heard.partitions.get(0).lag());
        assertNull(heard.partitions.get(1).stopped());
        assertEquals(List.of(), heard.faults);

        later = later.plusSeconds(10);
        lane.goRound();
        assertNotNull(stopOf(0));
        assertEquals(List.of(), heard.faults);

        silent.clear();
        later = later.plusSeconds(10);
        send(first, 0, "rd-answers", 3);
        lane.goRound();
        lane.goRound();
        assertNull(heard.partitions.get(0).stopped());
        assertEquals(5, heard.answers.size());
    }

    @Test
    void that_nobody_takes_from_partitions_is_told_also_while_one_has_no_leader() throws Exception {
        silent.add(first);
        admin.alterConsumerGroupOffsets(NOBODY, Map.of(first, upTo(0))).all().get();
        try {
            makeLane();
            await("the look at the group is answered").until(() -> {
                lane.goRound();
                return !heard.unowned.isEmpty();
            });

            assertEquals(List.of(new CommandPartition(Origin.UPSTREAM, 0)), heard.unowned);
            assertEquals(Map.of(Origin.UPSTREAM, 1), heard.partitionCounts);
        } finally {
            admin.deleteConsumerGroups(List.of(NOBODY)).all().get();
        }
    }

    @Test
    void a_partition_that_loses_its_leader_stops_alone_where_it_was() {
        own(first, second);
        send(first, 0, "rd-led", 3);
        lane.goRound();
        consumer0().commitSync(committed(producer0()));
        lead(null, 2);
        silent.add(first);
        later = later.plusSeconds(10);
        lane.goRound();
        send(second, 0, "rd-led-too", 2);
        lane.goRound();

        assertEquals(3, stopOf(0).offset());
        assertNull(heard.partitions.get(1).stopped());
        assertEquals(5, heard.answers.size());
        assertEquals(1, heard.faults.size());
        assertEquals(1, heard.recoveries);
    }

    @Test
    void while_no_broker_answers_all_partitions_wait_and_none_is_stopped() {
        silent.addAll(Set.of(first, second));
        own(first, second);
        lane.goRound();
        lead(null, null);
        lane.goRound();

        assertEquals(2, heard.faults.size());
        assertNull(heard.partitions.get(0).stopped());
        assertNull(heard.partitions.get(1).stopped());
    }

    @Test
    void a_lasting_fault_is_one_line_for_each_attempt_however_many_partitions_there_are() {
        try (LogLines recovery = LogLines.of("dev.messagecontact.intake.Recovery");
                LogLines assignment = LogLines.of("dev.messagecontact.intake.Assignment")) {
            own(first, second);
            lane.goRound();
            for (int i = 0; i < 3; i++) {
                consumer0().setPollException(new TimeoutException("the broker says nothing"));
                lane.goRound();
            }
            lane.goRound();
            assertEquals(3, recovery.count("failed, next one in", "the broker says nothing"));
            assertEquals(2, assignment.count("resumes at offset"));
        }
    }

    @Test
    void a_lane_without_commands_notices_that_the_database_went_back_and_stops_the_partitions_it_is_about() {
        own(first, second);
        send(first, 0, "rd-l", 3);
        send(second, 0, "rd-m", 2);
        lane.goRound();
        consumer0().commitSync(committed(producer0()));
        takeBackReceipts(0, 1);
        later = later.plusSeconds(1); // not yet time to look
        lane.goRound();
        lane.goRound();
        assertNull(heard.partitions.get(0).stopped());

        later = later.plusSeconds(10);
        lane.goRound();
        assertEquals(1, heard.faults.size());
        lane.goRound();
        assertEquals(3, stopOf(0).missing());
        assertTrue(stopOf(0).reason().contains("the database has a receipt up to 0 only: it has lost 3 offsets"));
        assertTrue(stopOf(1).reason().contains("the database has lost answers of " + first));
        assertEquals(Set.of(first, second), consumer0().paused());
    }

    @Test
    void nothing_is_taken_while_the_database_lacks_answers_of_a_partition_of_another_lane() {
        committedByOthers.put(first, upTo(3));
        consumer0().updateEndOffsets(Map.of(first, 3L));
        own(second);
        send(second, 0, "rd-held", 2);
        lane.goRound();
        lane.goRound();
        assertTrue(stopOf(1).reason().contains("the database has lost answers of " + first));
        assertEquals(0, stopOf(1).missing());
        assertEquals(List.of(), heard.answers);

        Receipts.begin(stage.database(), List.of(Receipt.first(topicId, 0, Answered.before(3), 3)));
        later = later.plusSeconds(2);
        lane.goRound();
        assertNull(heard.partitions.get(1).stopped());
        send(second, 2, "rd-held-no-more", 2);
        lane.goRound();
        assertEquals(4, heard.answers.size());
    }

    @Test
    void a_batch_is_not_published_if_the_database_is_another_one_by_then() {
        own(first);
        send(first, 0, "rd-replaced", 2);
        beforeCommit.set(this::replaceDatabase);
        lane.goRound();
        lane.goRound();
        assertEquals(List.of(), heard.answers);
        assertTrue(producer0().transactionAborted());
        assertEquals(Map.of(), committed(producer0()));

        send(first, 0, "rd-replaced", 2);
        lane.goRound();
        lane.goRound();
        assertEquals(2, heard.answers.size());
        assertEquals(Map.of(first, upTo(2)), committed(producer0()));
    }

    @Test
    void what_others_publish_is_waited_for_once_on_each_server() {
        own(first);
        lane.goRound();
        own(first, second);
        lane.goRound();
        assertEquals(List.of(true, false), waitedForUnderWay);

        replaceDatabase();
        send(first, 0, "rd-elsewhere", 2);
        lane.goRound();
        lane.goRound();
        assertEquals(List.of(true, false, true), waitedForUnderWay);
    }

    /** Nothing is lost with it, as far as its rows go. */
    private void replaceDatabase() {
        try {
            stage.databaseAddress().copy();
            stage.databaseAddress().restore();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        stage.reconnect();
    }

    @Test
    void another_lane_that_goes_on_while_this_one_looks_has_lost_nothing() {
        othersGoOn = () -> {
            Receipts.begin(stage.database(), List.of(Receipt.first(topicId, 0, Answered.before(3), 3)));
            committedByOthers.put(first, upTo(3));
        };
        own(second);
        send(second, 0, "rd-beside", 2);
        lane.goRound();
        lane.goRound();
        assertEquals(2, heard.answers.size());
    }

    /** Other members would take it for one that nobody reads. */
    @Test
    void a_start_that_only_the_database_knows_is_committed_before_a_command_comes() {
        Receipts.begin(stage.database(), List.of(Receipt.first(topicId, 0, Answered.before(3), 3)));
        consumer0().updateEndOffsets(Map.of(first, 3L));
        own(first, second);
        lane.goRound();
        assertEquals(upTo(3), consumer0().committed(Set.of(first)).get(first));
        assertEquals(Set.of(first), consumer0().committed(Set.of(first, second)).keySet(), "the other is read from 0");
    }

    @Test
    void a_partition_that_a_tool_has_moved_forward_stops_alone() {
        consumer0().commitSync(Map.of(first, new OffsetAndMetadata(3)));
        own(first, second);
        send(second, 0, "rd-free", 2);
        lane.goRound();
        lane.goRound();
        assertTrue(stopOf(0).reason().contains("the database knows nothing of them"));
        assertNull(heard.partitions.get(1).stopped());
        assertEquals(2, heard.answers.size());
    }

    private Stop stopOf(int partition) {
        return assertNotNullValue(
                assertNotNullValue(heard.partitions.get(partition)).stopped());
    }

    @Test
    void what_is_answered_behind_a_waiting_command_and_that_command_later_leave_receipts() {
        own(first);
        lock("rd-waits-1", () -> {
            send(first, 0, "rd-waits-1", 2);
            lane.goRound();
            send(first, 2, "rd-behind-1", 3);
            lane.goRound();
            assertEquals(3, heard.answers.size());
            assertEquals(new Answered(5, List.of(0L, 1L)), lastReceipt().settled());
        });
        lane.goRound();
        assertEquals(5, heard.answers.size());
        assertEquals(Answered.before(5), lastReceipt().settled());
        assertEquals(3, lastReceipt().settledBefore());
    }

    @Test
    void a_database_that_lost_what_was_answered_behind_a_waiting_command_is_noticed() {
        own(first);
        lock("rd-waits-2", () -> {
            send(first, 0, "rd-waits-2", 2);
            lane.goRound();
            send(first, 2, "rd-behind-2", 3);
            lane.goRound();
        });
        consumer0().commitSync(committed(producer0()));
        takeBackReceipts(0, 1);
        lane.goRound();
        lane.goRound();
        assertEquals(3, stopOf(0).missing());
        assertEquals(3, heard.answers.size());
    }

    @Test
    void a_database_that_lost_only_the_answers_of_commands_that_had_waited_is_noticed() {
        own(first);
        lock("rd-waits-3", () -> {
            send(first, 0, "rd-waits-3", 2);
            lane.goRound();
            send(first, 2, "rd-behind-3", 3);
            lane.goRound();
        });
        lane.goRound();
        assertEquals(5, heard.answers.size());
        consumer0().commitSync(committed(producer0()));
        stage.database()
                .deleteFrom(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .and(BATCH_RECEIPT.FROM_OFFSET.eq(lastReceipt().settledBefore()))
                .execute();
        later = later.plusSeconds(10);
        lane.goRound();
        lane.goRound();
        assertTrue(stopOf(0).reason().contains("the database has no receipt for 2 of them, the first at offset 0"));
    }

    private Receipt lastReceipt() {
        return assertNotNullValue(Receipts.last(stage.database(), topicId).get(0));
    }

    /** As an older backup would. */
    private void takeBackReceipts(int partition, long settledAfter) {
        stage.database()
                .deleteFrom(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .and(BATCH_RECEIPT.PARTITION.eq(partition))
                .and(BATCH_RECEIPT.SETTLED_OFFSET.ge(settledAfter))
                .execute();
    }

    private static <T> T assertNotNullValue(T value) {
        assertNotNull(value);
        return value;
    }

    private static OffsetAndMetadata upTo(long offset) {
        return CommittedOffset.of(Answered.before(offset));
    }

    private final class Group implements CommittedByGroup {

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(boolean withUnderWay) {
            waitedForUnderWay.add(withUnderWay);
            othersGoOn.run();
            Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>(committedByOthers);
            MockConsumer<byte[], byte[]> consumer = consumers.get(consumers.size() - 1);
            all.putAll(consumer.committed(consumer.assignment()));
            return all;
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> stable(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
            partitions.forEach(id -> all.put(id, null));
            all.putAll(consumers.get(consumers.size() - 1).committed(partitions));
            return all;
        }
    }

    private void own(TopicPartition... partitions) {
        consumers.get(consumers.size() - 1).rebalance(List.of(partitions));
    }

    private MockConsumer<byte[], byte[]> consumer0() {
        return consumers.get(0);
    }

    private MockProducer<byte[], byte[]> producer0() {
        return producers.get(0);
    }

    /** What all transactions of the producer have committed in the end. */
    private static Map<TopicPartition, OffsetAndMetadata> committed(MockProducer<byte[], byte[]> producer) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        producer.consumerGroupOffsetsHistory().forEach(each -> each.values().forEach(all::putAll));
        return all;
    }

    /** Commands that add contacts to a directory come with the next poll. */
    private void send(TopicPartition partition, long from, String directory, int count) {
        MockConsumer<byte[], byte[]> consumer = consumers.get(consumers.size() - 1);
        consumer.schedulePollTask(() -> {
            for (int i = 0; i < count; i++) {
                ProducerRecord<byte[], byte[]> command =
                        Commands.adding(stage, directory, directory + "-" + i, "tom" + Commands.letters(i));
                consumer.addRecord(new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        from + i,
                        1_764_000_000_000L + i,
                        TimestampType.LOG_APPEND_TIME,
                        -1,
                        -1,
                        directory.getBytes(UTF_8),
                        command.value(),
                        new RecordHeaders(),
                        java.util.Optional.empty()));
            }
            consumer.updateEndOffsets(Map.of(partition, from + count));
        });
    }

    private static void join(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test waits for what waits for this");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next transaction of the producer is not over before the latch is counted down. */
    private CountDownLatch holdNextCommit() {
        CountDownLatch commit = new CountDownLatch(1);
        held = commit;
        return commit;
    }

    private long settled() {
        return lastReceipt(BATCH_RECEIPT.SETTLED_OFFSET);
    }

    private long published() {
        return lastReceipt(BATCH_RECEIPT.PUBLISHED_OFFSET);
    }

    /** Of the first partition. */
    private long lastReceipt(Field<Long> column) {
        return stage.database()
                .select(column)
                .from(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .and(BATCH_RECEIPT.PARTITION.eq(0))
                .orderBy(BATCH_RECEIPT.FROM_OFFSET.desc())
                .limit(1)
                .fetchSingle()
                .value1();
    }

    private static List<Integer> commits(MockProducer<byte[], byte[]> producer, TopicPartition partition) {
        return producer.consumerGroupOffsetsHistory().stream()
                .flatMap(each -> each.values().stream())
                .map(offsets -> (int) offsets.get(partition).offset())
                .toList();
    }

    private void lock(String directory, Runnable meanwhile) {
        lock(directory, stranger -> meanwhile.run());
    }

    private void lock(String directory, Consumer<Connection> meanwhile) {
        stage.database()
                .insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID, RESOURCE_DIRECTORY.CONTACT_LIMIT)
                .values(directory, 10_000)
                .execute();
        try (Connection stranger = stage.databaseAddress().connect()) {
            stranger.setAutoCommit(false);
            stranger.createStatement()
                    .execute("select 1 from resource_directory where directory_id = '" + directory + "' for update");
            meanwhile.accept(stranger);
            rollBack(stranger); // a connection that is closed lets go a moment later
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void rollBack(Connection stranger) {
        try {
            stranger.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
