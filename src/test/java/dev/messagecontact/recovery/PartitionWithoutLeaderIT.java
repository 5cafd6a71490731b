package dev.messagecontact.recovery;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators can do while one partition has no leader: the disk that it is on is gone, and its broker goes on with the other. */
class PartitionWithoutLeaderIT {

    private static final int BROKER = 1;

    @TempDir
    private Path folder;

    @Test
    void the_others_are_shown_moved_audited_and_replayed_and_who_needs_it_names_it() throws Exception {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Path lost = Files.createDirectory(folder.resolve("lost"));
        Map<String, String> broker = Map.of(
                "log.dirs", kept + "," + lost,
                "controlled.shutdown.enable", "false", // it may take 5 minutes
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "1");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(broker);
                TestStage stage = TestStage.on(kafka, 2)) {
            answerTwo(stage);
            TopicPartition away = new TopicPartition(stage.commands(), 1);
            while (!lose(kafka, stage, away, kept, lost)) {
                kafka.stop();
                Files.delete(lost);
                Files.move(folder.resolve("away"), lost);
                kafka.restart();
            }

            CommandLineRun offsets = run(stage, "offsets");
            assertEquals(1, offsets.exitCode(), offsets.err());
            assertTrue(
                    offsets.out().replaceAll(" +", " ").contains(stage.commands() + " 1 - - - - - no leader\n"),
                    offsets.out() + offsets.err());
            assertTrue(offsets.out().replaceAll(" +", " ").contains(stage.commands() + " 0 0 1 1 1 1 ok\n"));
            assertTrue(run(stage, "offsets", "--json")
                    .out()
                    .contains("{\"topic\":\"" + stage.commands() + "\",\"partition\":1,\"state\":\"no-leader\"}\n"));

            assertDone(run(stage, "offsets", "move", "--partition", "0", "--to", "0", "--dry-run"));
            assertDone(run(stage, "audit", "--partition", "0"));
            assertDone(run(stage, "replay", "--partition", "0", "--dry-run"));
            assertNames(away, run(stage, "offsets", "move", "--partition", "1", "--to", "0", "--dry-run"));
            assertNames(away, run(stage, "audit"));
            assertNames(away, run(stage, "explain", "r-0"));
        }
    }

    private static void answerTwo(TestStage stage) {
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProducerRecord<byte[], byte[]> add = Commands.adding(stage, "rd-" + i, "r-" + i, "tom");
            commands.add(new ProducerRecord<>(add.topic(), i, add.key(), add.value()));
        }
        stage.submit(commands);
        RunningWorker worker = stage.startWorker();
        stage.answers(2);
        worker.stop();
    }

    /** Whether one partition is without a leader now and all others have theirs: a controller may hear too late of their moves. */
    private boolean lose(EmbeddedKafka kafka, TestStage stage, TopicPartition away, Path kept, Path lost)
            throws Exception {
        place(stage, away, kept, lost);
        kafka.stop();
        Files.move(lost, folder.resolve("away"));
        Files.createFile(lost);
        kafka.restart();
        try (Admin admin = stage.admin()) {
            await("it has no leader").until(() -> withoutLeader(admin).contains(away));
            return withoutLeader(admin).equals(Set.of(away));
        }
    }

    private static Set<TopicPartition> withoutLeader(Admin admin) throws Exception {
        Set<String> all = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(all).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .filter(partition ->
                                partition.leader() == null || partition.leader().isEmpty())
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .collect(Collectors.toSet());
    }

    /** Has one partition on a disk of its own. */
    private static void place(TestStage stage, TopicPartition alone, Path others, Path its) throws Exception {
        try (Admin admin = stage.admin()) {
            Map<TopicPartitionReplica, String> moves = new HashMap<>();
            disks(admin)
                    .forEach((disk, partitions) -> partitions.forEach(partition -> {
                        String goal = (partition.equals(alone) ? its : others).toString();
                        if (!goal.equals(disk)) {
                            moves.put(
                                    new TopicPartitionReplica(partition.topic(), partition.partition(), BROKER), goal);
                        }
                    }));
            admin.alterReplicaLogDirs(moves).all().get();
            await("it is alone").until(() -> disks(admin).get(its.toString()).equals(Set.of(alone)));
        }
    }

    private static Map<String, Set<TopicPartition>> disks(Admin admin) throws Exception {
        Map<String, Set<TopicPartition>> disks = new HashMap<>();
        Map<String, LogDirDescription> described =
                admin.describeLogDirs(List.of(BROKER)).allDescriptions().get().get(BROKER);
        described.forEach((disk, description) ->
                disks.put(disk, description.replicaInfos().keySet()));
        return disks;
    }

    private static void assertDone(CommandLineRun run) {
        assertEquals(0, run.exitCode(), run.out() + run.err());
    }

    private static void assertNames(TopicPartition away, CommandLineRun run) {
        assertTrue(
                run.err().contains(": " + away + ": no broker leads it now, or the one that does does not answer\n"),
                run.out() + run.err());
    }

    private static CommandLineRun run(TestStage stage, String... arguments) {
        return CommandLineRun.of(
                stage.environment(Map.of("KAFKA_DEFAULT_API_TIMEOUT_MS", "2000", "KAFKA_REQUEST_TIMEOUT_MS", "2000")),
                arguments);
    }
}
