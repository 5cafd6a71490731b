package dev.messagecontact.faults;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offsets that are moved, deleted or no longer there, and partitions that come. */
class OffsetsIT {

    private static final String POSITIONS = "dev.messagecontact.intake.Assignment";

    @TempDir
    private Path folder;

    @Test
    void a_partition_of_nothing_but_rejected_records_moves_on_and_each_is_dead_lettered_once() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(IntStream.range(0, 30)
                    .mapToObj(i -> stage.record(
                            i % 2 == 0 ? null : "k".getBytes(UTF_8), i % 3 == 0 ? null : new byte[] {(byte) 0xff}))
                    .toList());
            for (int restart = 0; restart < 3; restart++) {
                RunningWorker worker = stage.startWorker();
                stage.answers(30);
                await("all is committed").until(() -> stage.committed().equals(Map.of(0, 30L)));
                worker.stop();
            }
            assertEquals(30, stage.all(stage.events().errors()).size());
            assertEquals(30, stage.all(stage.events().deadLetters()).size());
        }
    }

    @Test
    void a_group_that_was_moved_back_is_answered_again_as_before_and_mails_nobody_twice() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            Ledger ledger = new Ledger(stage);
            ledger.submit(200);
            RunningWorker worker = stage.startWorker();
            ledger.awaitAnswers();
            worker.stop();
            Set<String> before = values(stage);
            moveBack(stage);
            ledger.submit(20);

            stage.startWorker();

            assertEquals(420, stage.answers(420).size());
            assertEquals(220, stage.database().fetchCount(MESSAGE_CONTACT));
            assertEquals(220, stage.all(stage.events().emailVerifications()).size());
            Set<String> after = values(stage);
            assertTrue(after.containsAll(before));
            assertEquals(220, after.size());
            assertEquals(
                    200,
                    stage.all(stage.events().results()).stream()
                            .filter(answer -> answer.headers().lastHeader("ce_replayed") != null)
                            .count());
        }
    }

    private static void moveBack(TestStage stage) throws Exception {
        try (Admin admin = stage.admin()) {
            await("nobody is in the group")
                    .until(() -> admin.describeConsumerGroups(List.of(stage.group()))
                            .all()
                            .get()
                            .get(stage.group())
                            .members()
                            .isEmpty());
            admin.alterConsumerGroupOffsets(
                            stage.group(), Map.of(new TopicPartition(stage.commands(), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
    }

    private static Set<String> values(TestStage stage) {
        return stage.all(stage.events().results()).stream()
                .map(answer -> new String(answer.value(), UTF_8))
                .collect(Collectors.toSet());
    }

    @Test
    void after_aborted_and_committed_transactions_of_a_sender_the_lag_is_0() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            Ledger ledger = new Ledger(stage);
            try (var sender = stage.transactionalProducer(stage.group() + "-sender")) {
                sender.beginTransaction();
                ledger.commands(10).forEach(sender::send);
                sender.commitTransaction();
                sender.beginTransaction();
                new Ledger(stage).commands(7).forEach(sender::send);
                sender.flush();
                sender.abortTransaction();
            }
            stage.startWorker();

            ledger.assertAllAnsweredOnce();
            long end = end(stage, 0);
            assertEquals(19, end, "two markers and seven aborted records take offsets");
            await("the group has committed the end")
                    .until(() -> stage.committed().equals(Map.of(0, end)));
        }
    }

    private static long end(TestStage stage, int partition) throws Exception {
        TopicPartition which = new TopicPartition(stage.commands(), partition);
        try (Admin admin = stage.admin()) {
            return admin.listOffsets(Map.of(which, OffsetSpec.latest()))
                    .all()
                    .get()
                    .get(which)
                    .offset();
        }
    }

    @Test
    void a_group_whose_offsets_are_gone_goes_on_where_the_database_says() throws Exception {
        try (TestStage stage = TestStage.with(2)) {
            Ledger ledger = new Ledger(stage);
            ledger.submit(100);
            RunningWorker worker = stage.startWorker();
            ledger.awaitAnswers();
            worker.stop();
            try (Admin admin = stage.admin()) {
                await("the group can be deleted").until(() -> deleted(admin, stage.group()));
            }
            ledger.submit(50);

            stage.startWorker();

            ledger.assertAllAnsweredOnce();
        }
    }

    private static boolean deleted(Admin admin, String group) throws Exception {
        try {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            return false; // a member is still about to leave
        }
    }

    @Test
    void a_partition_whose_commands_were_deleted_unread_stops_loudly_and_the_others_go_on() throws Exception {
        try (TestStage stage = TestStage.with(2);
                LogLines lines = LogLines.of(POSITIONS)) {
            Map<Integer, Long> unread = deleteUnread(stage, 0, 30);

            stage.startWorker();

            lines.await(stage.commands() + "-0 is stopped", "at offset 20", "30 offsets away", "OFFSETS_GAP=continue");
            await("the other partition is read to its end")
                    .until(() -> unread.get(1).equals(stage.committed().get(1)));
            assertEquals(20, stage.committed().get(0));
        }
    }

    @Test
    void a_partition_whose_commands_were_deleted_unread_goes_on_if_told_to() throws Exception {
        try (TestStage stage = TestStage.with(2);
                LogLines lines = LogLines.of(POSITIONS)) {
            Map<Integer, Long> unread = deleteUnread(stage, 0, 30);

            stage.startWorker(Map.of("OFFSETS_GAP", "continue"));

            lines.await(stage.commands() + "-0", "offset 20 is not there", "going on at 50, 30 offsets away");
            await("all is read").until(() -> stage.committed().equals(unread));
            assertEquals(
                    List.of("0: 20 to 50, OFFSETS_GAP=continue"),
                    stage.database()
                            .fetch("select partition || ': ' || from_offset || ' to ' || to_offset || ', ' || reason"
                                    + " from skipped_offsets")
                            .getValues(0, String.class));
        }
    }

    /** Answers 20 commands of each partition, then adds 60 and deletes some of one partition's. */
    private static Map<Integer, Long> deleteUnread(TestStage stage, int partition, int count) throws Exception {
        submitTo(stage, 0, 20);
        submitTo(stage, 1, 20);
        RunningWorker worker = stage.startWorker();
        stage.answers(40);
        await("all is committed").until(() -> stage.committed().equals(Map.of(0, 20L, 1, 20L)));
        worker.stop();
        submitTo(stage, 0, 60);
        submitTo(stage, 1, 60);
        stage.deleteCommands(partition, 20L + count);
        return Map.of(0, 80L, 1, 80L);
    }

    private static void submitTo(TestStage stage, int partition, int count) {
        stage.submit(IntStream.range(0, count)
                .mapToObj(i -> new org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]>(
                        stage.commands(), partition, null, "{}".getBytes(UTF_8)))
                .toList());
    }

    @Test
    void a_recreated_topic_starts_afresh_under_a_running_worker() throws Exception {
        try (TestStage stage = TestStage.with(2)) {
            Ledger ledger = new Ledger(stage);
            stage.startWorker(Map.of("KAFKA_METADATA_MAX_AGE_MS", "500"));
            ledger.submit(100);
            ledger.awaitAnswers();
            try (Admin admin = stage.admin()) {
                TestTopics.recreate(admin, stage.commands(), 2);
            }
            ledger.submit(30);

            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void a_topic_that_is_recreated_and_filled_while_a_worker_stands_still_is_answered_from_its_beginning()
            throws Exception {
        try (TestStage stage = TestStage.with(2);
                WorkerProcess worker = WorkerProcess.start(stage.environment(Map.of()), folder.resolve("worker.log"))) {
            Ledger ledger = new Ledger(stage);
            ledger.submit(100);
            ledger.awaitAnswers();
            worker.freeze();
            try (Admin admin = stage.admin()) {
                TestTopics.recreate(admin, stage.commands(), 2);
            }
            ledger.submit(300);
            worker.thaw();

            ledger.assertAllAnsweredOnce();
        }
    }

    /** A worker that is started anew each night need not come to as many batches as it deletes at a time. */
    @Test
    void the_receipts_of_a_run_are_deleted_by_the_next_one_however_few_its_batches() {
        try (TestStage stage = TestStage.with(2)) {
            Ledger ledger = new Ledger(stage);
            for (int run = 0; run < 3; run++) {
                RunningWorker worker = stage.startWorker();
                for (int batch = 0; batch < 5; batch++) {
                    ledger.submit(1);
                    ledger.awaitAnswers();
                }
                worker.stop();
            }
            stage.startWorker();

            await("the last one of each partition is left")
                    .until(() -> stage.database().fetchCount(BATCH_RECEIPT) == 4);
            ledger.submit(1);
            ledger.assertAllAnsweredOnce();
        }
    }

    @Test
    void nothing_is_skipped_when_partitions_are_added_under_load() throws Exception {
        try (TestStage stage = TestStage.with(3)) {
            Ledger ledger = new Ledger(stage);
            stage.startWorker();
            ledger.submit(100);
            try (Admin admin = stage.admin()) {
                TestTopics.grow(admin, stage.commands(), 6);
            }
            ledger.submit(300);

            ledger.assertAllAnsweredOnce();
            assertEquals(6, stage.committed().size());
        }
    }
}
