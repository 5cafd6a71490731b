package dev.messagecontact.intake;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.Stage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a member of the group must look for: nothing that it reads says so. */
class GroupIT {

    @Test
    void a_survivor_tells_that_nobody_takes_from_the_partitions_of_a_killed_worker() throws Exception {
        try (Stage stage = Stage.with(4)) {
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

    @Test
    void commands_behind_the_open_transaction_of_a_publisher_are_shown() {
        try (Stage stage = Stage.with(1);
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

    private static List<ProducerRecord<byte[], byte[]>> commands(Stage stage, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> adding(stage, "rd-" + i, "r-" + i, "tom" + letters(i)))
                .toList();
    }
}
