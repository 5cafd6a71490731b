package dev.messagecontact.recovery;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PublishedAnswersIT {

    /** A worker that was killed leaves its transaction open; the answers of others stand behind it. */
    @Test
    void answers_behind_an_open_transaction_are_waited_for() {
        try (TestStage stage = TestStage.with(1);
                Producer<byte[], byte[]> killed = producer(stage)) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.partitionsFor(stage.events().results())
                    .forEach(partition ->
                            killed.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, null)));
            killed.flush();
            RunningWorker worker = stage.startWorker();
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tom")));
            await("it is answered").until(() -> stage.committed().equals(Map.of(0, 1L)));
            worker.stop();

            CompletableFuture<PublishedAnswers> answers = Background.of(() -> PublishedAnswers.of(
                    stage.settings(Map.of()),
                    Map.of(new TopicPartition(stage.commands(), 0), List.of(new Span(0, 1)))));
            assertThrows(TimeoutException.class, () -> answers.get(2, TimeUnit.SECONDS));
            killed.abortTransaction();

            assertTrue(answers.join().has(Origin.UPSTREAM, new RecordPosition(0, 0)));
        }
    }

    /** Publishers that date their records by what happened to them give older dates to later ones. */
    @Test
    void answers_are_of_this_topic_though_its_publishers_dated_it_until_now() {
        try (TestStage stage = TestStage.with(1)) {
            stage.configure(stage.commands(), Map.of("message.timestamp.type", "CreateTime"));
            long now = System.currentTimeMillis();
            stage.submit(List.of(
                    dated(now, Commands.adding(stage, "rd-1", "r-1", "tom")),
                    dated(now - 3_600_000, Commands.adding(stage, "rd-1", "r-2", "ann"))));
            RunningWorker worker = stage.startWorker();
            await("they are answered").until(() -> stage.committed().equals(Map.of(0, 2L)));
            worker.stop();
            stage.configure(stage.commands(), Map.of("message.timestamp.type", "LogAppendTime"));

            PublishedAnswers answers = PublishedAnswers.of(
                    stage.settings(Map.of()), Map.of(new TopicPartition(stage.commands(), 0), List.of(new Span(0, 2))));
            CommandLineRun audit = stage.run("audit");

            assertTrue(answers.has(Origin.UPSTREAM, new RecordPosition(0, 0)));
            assertTrue(answers.has(Origin.UPSTREAM, new RecordPosition(0, 1)));
            assertEquals(0, audit.exitCode(), audit::toString);
        }
    }

    private static ProducerRecord<byte[], byte[]> dated(long time, ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(record.topic(), null, time, record.key(), record.value());
    }

    private static Producer<byte[], byte[]> producer(TestStage stage) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        stage.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        stage.group() + "-killed"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
