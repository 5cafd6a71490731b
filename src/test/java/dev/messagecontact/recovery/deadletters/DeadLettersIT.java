package dev.messagecontact.recovery.deadletters;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.deadletters.DeadLetterBox.Redriven;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.TestTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLettersIT {

    private final TestStage stage = TestStage.with(2);
    private final DeadLetterBox box = new DeadLetterBox(stage.settings(Map.of()), System::currentTimeMillis);

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void what_is_meant_is_read_with_why_and_whence() {
        poison(6);
        List<DeadLetter> all = new ArrayList<>();
        box.read(LetterSelection.ALL, Progress.NONE, all::add);
        assertEquals(6, all.size());
        assertTrue(all.stream().allMatch(letter -> letter.origin().topic().equals(stage.commands())));
        List<DeadLetter> empty = new ArrayList<>();
        box.read(
                new LetterSelection("InvalidCommand.Empty", null, Long.MIN_VALUE, Long.MAX_VALUE, null),
                Progress.NONE,
                empty::add);
        assertEquals(3, empty.size());
    }

    @Test
    void each_is_sent_again_once_as_it_was_and_what_fails_again_gathers_no_headers() {
        RunningWorker worker = poison(6);
        assertEquals(new Redriven(6, 0, 0, 0, 0, 0), redrive(true));
        assertEquals(6, stage.all(stage.commands()).size());

        assertEquals(new Redriven(6, 0, 0, 0, 0, 0), redrive(false));

        List<ConsumerRecord<byte[], byte[]>> again = stage.all(stage.commands()).stream()
                .filter(record -> DeadLetter.markOf(record).isPresent())
                .toList();
        assertEquals(6, again.size());
        for (ConsumerRecord<byte[], byte[]> record : again) {
            assertArrayEquals(
                    "x".getBytes(UTF_8), record.headers().lastHeader("h").value());
            assertEquals(2, record.headers().toArray().length);
        }
        stage.answers(12);
        List<ConsumerRecord<byte[], byte[]>> letters = stage.all(stage.events().deadLetters());
        assertEquals(12, letters.size());
        assertTrue(
                letters.stream().allMatch(letter -> letter.headers().toArray().length == 7), "one of its own and ours");
        assertTrue(letters.stream().allMatch(letter -> DeadLetter.markOf(letter).isEmpty()));
        worker.stop();

        assertEquals(new Redriven(0, 6, 0, 6, 0, 0), redrive(false));
        assertEquals(new Redriven(6, 6, 0, 0, 0, 0), box.look(LetterSelection.ALL, true, Progress.NONE));
    }

    @Test
    void interrupted_and_run_again_it_sends_what_is_left() {
        poison(1_200).stop();
        Pace dying = new Pace(1, () -> 0, nanos -> {
            throw new IllegalStateException("killed");
        });
        assertThrows(IllegalStateException.class, () -> box.redrive(LetterSelection.ALL, false, dying, Progress.NONE));
        assertEquals(new Redriven(700, 500, 0, 0, 0, 0), redrive(false));
        assertEquals(1_200, redriven());
    }

    /** Dead letters are often kept for longer than commands, and with them go the marks of what was sent again. */
    @Test
    void what_an_earlier_run_may_have_sent_whose_marks_are_gone_is_not_sent_again_unasked() throws Exception {
        poison(2).stop();
        assertEquals(new Redriven(2, 0, 0, 0, 0, 0), redrive(false));
        stage.configure(stage.commands(), Map.of("retention.bytes", "1000000000"));
        deleteCommands();

        assertEquals(new Redriven(0, 0, 2, 0, 0, 0), redrive(false));
        assertEquals(new Redriven(2, 0, 0, 0, 0, 0), box.look(LetterSelection.ALL, true, Progress.NONE));
    }

    @Test
    void what_an_earlier_run_may_have_sent_into_an_earlier_topic_is_not_sent_again_unasked() throws Exception {
        poison(2).stop();
        assertEquals(new Redriven(2, 0, 0, 0, 0, 0), redrive(false));
        try (Admin admin = stage.admin()) {
            TestTopics.recreate(admin, stage.commands(), 2);
        }
        await("it is there").ignoreExceptions().until(() -> stage.endOffset(0) + stage.endOffset(1) == 0);
        assertEquals(new Redriven(0, 0, 2, 0, 0, 0), redrive(false), "while it is empty");
        stage.submit(List.of(stage.record("k".getBytes(UTF_8), "{}".getBytes(UTF_8))));
        assertEquals(new Redriven(0, 0, 2, 0, 0, 0), redrive(false));
    }

    /** A retention that was shorter until now, and purged topics, have deleted more than the retention of now tells. */
    @Test
    void what_is_gone_sooner_than_the_retention_says_is_not_sent_again_unasked() throws Exception {
        stage.submit(List.of(new ProducerRecord<>(stage.commands(), 0, null, "{}".getBytes(UTF_8))));
        stage.submit(List.of(new ProducerRecord<>(stage.commands(), 1, null, "{}".getBytes(UTF_8))));
        poison(2).stop();
        assertEquals(new Redriven(2, 0, 0, 0, 0, 0), redrive(false));
        int partition = stage.endOffset(0) > stage.endOffset(1) ? 0 : 1;
        stage.deleteCommands(partition, stage.endOffset(partition));

        assertEquals(new Redriven(0, 0, 2, 0, 0, 0), redrive(false));
        assertEquals(new Redriven(2, 0, 0, 0, 0, 0), box.look(LetterSelection.ALL, true, Progress.NONE));
    }

    private void deleteCommands() {
        stage.deleteCommands(0, -1);
        stage.deleteCommands(1, -1);
    }

    /** Until it ends, neither workers nor a second run can read what the first run has sent. */
    @Test
    void while_the_transaction_of_a_publisher_is_open_a_second_run_sends_nothing_twice() throws Exception {
        poison(2).stop();
        try (Producer<byte[], byte[]> publisher = stage.transactionalProducer(stage.group() + "-publisher")) {
            publisher.beginTransaction();
            publisher.send(stage.record("k".getBytes(UTF_8), "{}".getBytes(UTF_8)));
            publisher.flush();

            CompletableFuture<List<Redriven>> twice = Background.of(() -> List.of(redrive(false), redrive(false)));

            assertThrows(TimeoutException.class, () -> twice.get(2, TimeUnit.SECONDS), "they wait for its end");
            publisher.abortTransaction();
            assertEquals(
                    List.of(new Redriven(2, 0, 0, 0, 0, 0), new Redriven(0, 2, 0, 0, 0, 0)),
                    twice.get(50, TimeUnit.SECONDS));
        }
    }

    @Test
    void a_pointer_is_followed_to_the_record_while_it_is_there() throws Exception {
        stage.configure(stage.events().deadLetters(), Map.of("max.message.bytes", "20000"));
        byte[] large = "{".repeat(70_000).getBytes(UTF_8);
        stage.submit(List.of(stage.record("k".getBytes(UTF_8), large)));
        stage.startWorker();
        stage.answers(1);
        assertNull(stage.all(stage.events().deadLetters()).get(0).value());

        assertEquals(new Redriven(1, 0, 0, 0, 0, 0), redrive(false));

        ConsumerRecord<byte[], byte[]> again = stage.all(stage.commands()).get(1);
        assertArrayEquals(large, again.value());
        assertTrue(DeadLetter.markOf(again).isPresent());
    }

    @Test
    void a_pointer_into_a_topic_that_is_deleted_is_gone_and_the_others_are_sent() throws Exception {
        stage.configure(stage.events().deadLetters(), Map.of("max.message.bytes", "20000"));
        stage.submit(
                List.of(stage.record("k".getBytes(UTF_8), "{".repeat(70_000).getBytes(UTF_8))));
        RunningWorker worker = stage.startWorker();
        stage.answers(1);
        ConsumerRecord<byte[], byte[]> pointer =
                stage.all(stage.events().deadLetters()).get(0);
        for (String topic : List.of("of-old", "no topic's name")) {
            Headers headers = new RecordHeaders(pointer.headers());
            headers.remove("dl-topic").add("dl-topic", topic.getBytes(UTF_8));
            stage.submit(
                    List.of(new ProducerRecord<>(pointer.topic(), pointer.partition(), pointer.key(), null, headers)));
        }
        worker.stop();

        assertEquals(new Redriven(1, 0, 0, 0, 2, 0), redrive(false));
    }

    @Test
    void a_partition_is_one_of_the_command_topic() {
        poison(2);
        int partition = stage.all(stage.commands()).get(0).partition();
        assertEquals(2, of(new TopicPartition(stage.commands(), partition)).size());
        assertEquals(0, of(new TopicPartition(stage.commands(), 1 - partition)).size());
        assertEquals(0, of(new TopicPartition(stage.outcomes(), partition)).size());
    }

    private List<DeadLetter> of(TopicPartition partition) {
        List<DeadLetter> letters = new ArrayList<>();
        box.read(
                new LetterSelection(null, partition, Long.MIN_VALUE, Long.MAX_VALUE, null),
                Progress.NONE,
                letters::add);
        return letters;
    }

    private RunningWorker poison(int count) {
        stage.submit(IntStream.range(0, count)
                .mapToObj(i -> new ProducerRecord<>(
                        stage.commands(),
                        null,
                        null,
                        "k".getBytes(UTF_8),
                        i % 2 == 0 ? null : "{".getBytes(UTF_8),
                        List.<Header>of(new RecordHeader("h", "x".getBytes(UTF_8)))))
                .toList());
        RunningWorker worker = stage.startWorker();
        stage.answers(count);
        return worker;
    }

    private Redriven redrive(boolean dryRun) {
        return dryRun
                ? box.look(LetterSelection.ALL, false, Progress.NONE)
                : box.redrive(LetterSelection.ALL, false, Pace.ANY, Progress.NONE);
    }

    private long redriven() {
        return stage.all(stage.commands()).stream()
                .filter(record -> DeadLetter.markOf(record).isPresent())
                .count();
    }
}
