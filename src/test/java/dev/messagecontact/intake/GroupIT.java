package dev.messagecontact.intake;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member of the group must look for: nothing that it reads says so. */
@Order(1) // long
class GroupIT {

    @Test
    void a_survivor_tells_that_nobody_takes_from_the_partitions_of_a_killed_worker() throws Exception {
        try (TestStage stage = TestStage.with(4)) {
            stage.missMembersAfter("25000");
            Process killed = stage.startProcess(Map.of("WORKER_INSTANCE", "killed"), "worker");
            RunningWorker survivor = stage.startWorker();
            try {
                await("both own partitions")
                        .until(() -> survivor.metric("contacts_assigned_partitions") == 2
                                && stage.owners().size() == 2);
                stage.submit(commands(stage, 0, 40));
                stage.answers(40);
                assertEquals(0, survivor.metric("contacts_unowned_partitions"));
            } finally {
                killed.destroyForcibly().waitFor();
            }
            stage.submit(commands(stage, 40, 80));

            await("it is shown").until(() -> survivor.metric("contacts_unowned_partitions") == 2);
            stage.answers(80);
            await("it is over").until(() -> survivor.metric("contacts_unowned_partitions") == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "CONSUMER", " Consumer "})
    void a_directory_s_commands_and_outcomes_go_to_one_lane_however_the_protocol_is_written(String protocol)
            throws Exception {
        try (TestStage stage = TestStage.with(2);
                Admin admin = stage.admin()) {
            RunningWorker worker = stage.startWorker(Map.of("KAFKA_GROUP_PROTOCOL", protocol));
            await("it owns both").until(() -> partitions(worker).size() == 2);
            assertEquals(
                    "range",
                    admin.describeConsumerGroups(List.of(stage.group()))
                            .all()
                            .get()
                            .get(stage.group())
                            .partitionAssignor());
        }
    }

    @Test
    void commands_behind_the_open_transaction_of_a_publisher_are_shown() {
        try (TestStage stage = TestStage.with(1);
                KafkaProducer<byte[], byte[]> publisher = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                stage.bootstrapServers(),
                                "transactional.id",
                                stage.group() + "-publisher"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            RunningWorker worker = stage.startWorker();
            publisher.initTransactions();
            publisher.beginTransaction();
            commands(stage, 0, 1).forEach(publisher::send);
            publisher.flush();
            stage.submit(commands(stage, 1, 6));

            await("it is shown").until(() -> worker.metric("contacts_partition_held_back_offsets") == 6);
            assertTrue(
                    worker.reasons().contains("cannot read 6 offsets of partition 0: an open transaction"),
                    worker.reasons());
            publisher.commitTransaction();
            assertEquals(6, stage.answers(6).size());
            await("it is over").until(() -> worker.metric("contacts_partition_held_back_offsets") == 0);
        }
    }

    /** Such as a console consumer with the group's name: it reads the commands, answers none, and commits that it has read them. */
    @Test
    void partitions_that_a_member_takes_which_is_no_worker_are_told_also_when_no_more_commands_come() {
        try (TestStage stage = TestStage.with(2);
                Consumer<byte[], byte[]> stranger = stranger(stage)) {
            RunningWorker worker = stage.startWorker();
            await("it owns both").until(() -> partitions(worker).size() == 2);
            stage.submit(commands(stage, 0, 10));
            stage.answers(10);
            stranger.subscribe(List.of(stage.commands()));
            long looks = Duration.ofSeconds(25).toNanos(); // of the worker, two
            int sent = 10;
            for (long end = System.nanoTime() + looks; System.nanoTime() < end; sent += 5) {
                stage.submit(commands(stage, sent, sent + 5));
                stranger.poll(Duration.ofMillis(500));
            }
            for (long end = System.nanoTime() + looks; System.nanoTime() < end; ) {
                stranger.poll(Duration.ofMillis(500));
            }
            assertEquals(1, worker.metric("contacts_unowned_partitions"));
            assertTrue(worker.reasons().contains("no worker of the group reads partitions"), worker.reasons());
            stranger.unsubscribe();
            await("it is over").until(() -> worker.metric("contacts_unowned_partitions") == 0);
            await("what was not answered is named").until(() -> worker.reasons().contains("has stopped partition"));
        }
    }

    /** A killed worker leaves one behind, and its partitions move before the broker ends it. */
    @Test
    void a_partition_whose_offset_is_in_a_transaction_that_is_not_over_stops_alone_until_it_is() {
        try (TestStage stage = TestStage.with(2)) {
            RunningWorker survivor = stage.startWorker();
            RunningWorker other = stage.startWorker();
            await("both own partitions")
                    .until(() -> partitions(survivor).size() == 1
                            && partitions(other).size() == 1);
            TopicPartition first = new TopicPartition(stage.commands(), 0);
            TopicPartition second = new TopicPartition(stage.commands(), 1);
            stage.submit(List.of(to(first, stage, 0), to(second, stage, 1)));
            stage.answers(2);
            TopicPartition moves = partitions(survivor).contains(0) ? second : first;
            TopicPartition stays = moves.equals(first) ? second : first;

            try (Producer<byte[], byte[]> killed = openTransaction(stage, Map.of(moves, new OffsetAndMetadata(1)))) {
                other.stop();
                await("the survivor owns both").until(() -> partitions(survivor).size() == 2);
                stage.submit(List.of(to(moves, stage, 2), to(stays, stage, 3)));
                stage.answers(3);
                String reason = "a transaction that has its offset is not over";
                await("it is named").until(() -> survivor.reasons().contains(reason));
                stage.submit(List.of(to(stays, stage, 4)));
                stage.answers(4);
                assertEquals(0, survivor.metric("contacts_faults_total"));
                killed.abortTransaction();
            }
            stage.answers(5);
            await("it is ready").until(() -> survivor.reasons().isEmpty());
        }
    }

    /** Of the command topic. */
    private static List<Integer> partitions(RunningWorker worker) {
        return worker.metrics().lanes().stream()
                .flatMap(lane -> lane.partitions().keySet().stream())
                .filter(partition -> partition.origin() == Origin.UPSTREAM)
                .map(CommandPartition::number)
                .toList();
    }

    private static Consumer<byte[], byte[]> stranger(TestStage stage) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        stage.bootstrapServers(),
                        "group.id",
                        stage.group(),
                        "auto.commit.interval.ms",
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static ProducerRecord<byte[], byte[]> to(TopicPartition partition, TestStage stage, int number) {
        ProducerRecord<byte[], byte[]> command =
                commands(stage, number, number + 1).get(0);
        return new ProducerRecord<>(partition.topic(), partition.partition(), command.key(), command.value());
    }

    /** With these offsets of the group. */
    private static Producer<byte[], byte[]> openTransaction(
            TestStage stage, Map<TopicPartition, OffsetAndMetadata> offsets) {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        stage.bootstrapServers(),
                        "transactional.id",
                        stage.group() + "-killed",
                        "transaction.timeout.ms",
                        300_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(stage.group()));
        return producer;
    }

    private static List<ProducerRecord<byte[], byte[]>> commands(TestStage stage, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> adding(stage, "rd-" + i, "r-" + i, "tom" + letters(i)))
                .toList();
    }
}
