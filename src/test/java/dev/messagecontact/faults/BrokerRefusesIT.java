package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A broker that refuses rights and members, and one whose files are damaged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerRefusesIT {

    private final EmbeddedKafka kafka = EmbeddedKafka.start(Map.of(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found", "true",
            "group.consumer.max.size", "2"));

    @AfterAll
    void close() {
        kafka.close();
    }

    @Test
    void while_the_right_to_the_group_is_missing_readiness_names_it_and_afterwards_all_is_answered_once()
            throws Exception {
        try (TestStage stage = TestStage.on(kafka, 2);
                Admin admin = stage.admin()) {
            AclBinding all = groupAcl(stage, AclOperation.ALL, AclPermissionType.ALLOW);
            AclBinding none = groupAcl(stage, AclOperation.READ, AclPermissionType.DENY);
            stage.missMembersAfter("8000");
            Ledger ledger = new Ledger(stage);
            RunningWorker worker = stage.startWorker();
            ledger.submit(20);
            ledger.awaitAnswers();

            admin.createAcls(List.of(all, none)).all().get();
            await("readiness names the group")
                    .until(() -> worker.reasons().contains("access denied: group " + stage.group()));
            ledger.submit(100);
            assertFalse(worker.health().ready().up());
            admin.deleteAcls(List.of(none.toFilter())).all().get();
            await("it is unready until it has partitions, which belong to the dismissed consumer's session still")
                    .until(() -> {
                        boolean isReady = worker.health().ready().up();
                        boolean hasPartitions = worker.metric("contacts_assigned_partitions") > 0;
                        assertFalse(isReady && !hasPartitions);
                        return hasPartitions;
                    });
            ledger.assertAllAnsweredOnce();
            await("ready again").until(() -> worker.health().ready().up());
        }
    }

    private static AclBinding groupAcl(TestStage stage, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.GROUP, stage.group(), PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    @Test
    void a_worker_that_finds_the_group_full_says_so_and_takes_over_when_there_is_room() {
        try (TestStage stage = TestStage.on(kafka, 2)) {
            Ledger ledger = new Ledger(stage);
            RunningWorker first = stage.startWorker(Map.of("WORKER_LANES", "2"));
            ledger.submit(10);
            ledger.awaitAnswers();

            RunningWorker second = stage.startWorker();
            await("it says that the group is full")
                    .until(() -> second.reasons().contains("GroupMaxSizeReachedException"));
            first.stop();
            ledger.submit(10);

            ledger.assertAllAnsweredOnce();
            await("ready").until(() -> second.health().ready().up());
        }
    }

    @Test
    void a_byte_flipped_in_the_topic_stops_its_partition_alone_and_says_where_and_why() throws Exception {
        try (TestStage stage = TestStage.on(kafka, 2);
                LogLines log = LogLines.of("dev.messagecontact.intake.Assignment")) {
            Ledger ledger = new Ledger(stage);
            ledger.submit(200);
            int damaged = damage(stage);
            long healthy = stage.endOffset(1 - damaged);

            RunningWorker worker = stage.startWorker();

            assertEquals(healthy, stage.answers((int) healthy).size());
            String where = "has stopped partition " + damaged + " at offset 0: ";
            await("the partition is stopped").until(() -> worker.reasons().contains(where));
            assertTrue(worker.reasons().contains("corrupt"), worker.reasons());
            log.await(stage.commands() + "-" + damaged + " is stopped: ", "corrupt");
            assertEquals(1, worker.metric("contacts_partition_stopped", "\"" + damaged + "\""));
            assertEquals(0, worker.metric("contacts_partition_stopped", "\"" + (1 - damaged) + "\""));
            assertEquals(1, log.count(" is stopped: "));
            worker.stop();
            goPast(stage, damaged, (int) healthy);
        }
    }

    /** As ops/runbooks/unreadable-record.md says. */
    private static void goPast(TestStage stage, int damaged, int answered) throws Exception {
        TopicPartition partition = new TopicPartition(stage.commands(), damaged);
        long behind = stage.endOffset(damaged);
        try (Admin admin = stage.admin()) {
            admin.alterConsumerGroupOffsets(stage.group(), Map.of(partition, new OffsetAndMetadata(behind)))
                    .all()
                    .get();
        }
        for (String[] command :
                List.of(new String[] {"audit", "--quiet"}, new String[] {"rebuild", "--quiet", "--yes"}, new String[] {
                    "rebuild", "--quiet", "--dry-run"
                })) {
            CommandLineRun ran = stage.run(command);
            assertTrue(ran.err().contains(partition + " cannot be read at offset 0: "), ran.err());
            assertTrue(ran.err().contains("corrupt") && ran.err().contains("unreadable-record.md"), ran.err());
            assertEquals(1, ran.err().strip().lines().count(), ran.err());
        }
        for (List<String> command : List.of(
                List.of("explain", (1 - damaged) + ":0", "--quiet"),
                List.of("resubmit", "--dry-run", "--quiet"),
                List.of("dead-letters", "redrive", "--dry-run", "--quiet"),
                List.of("rebuild", "--accept-gap", "--yes", "--quiet"))) {
            try (LogLines log = LogLines.of("dev.messagecontact.kafka.TopicReader")) {
                CommandLineRun ran = stage.run(command.toArray(new String[0]));
                assertEquals(0, ran.exitCode(), command + ran.out() + ran.err());
                assertEquals(
                        command.contains("rebuild"),
                        ran.out().contains("as no answer to them is in the topics"),
                        ran.out());
                assertEquals(
                        command.contains("resubmit") || command.contains("rebuild") ? 2 : 1, // they read it twice
                        log.count(partition + " cannot be read at offset 0: "),
                        command.toString());
            }
        }
        stage.startWorker();
        stage.submit(new Ledger(stage)
                .commands(10).stream()
                        .map(each -> new ProducerRecord<>(stage.commands(), damaged, each.key(), each.value()))
                        .toList());
        stage.answers(answered + 10);
        CommandLineRun audit = stage.run(
                "audit", "--quiet", "--partition", Integer.toString(damaged), "--from", Long.toString(behind));
        assertEquals(0, audit.exitCode(), audit.out() + audit.err());
    }

    /** Flips one byte at the beginning of the larger partition; gives its number. */
    private int damage(TestStage stage) throws IOException {
        int larger = stage.endOffset(0) >= stage.endOffset(1) ? 0 : 1;
        try (Stream<Path> files = Files.list(kafka.folder().resolve(stage.commands() + "-" + larger))) {
            Path segment = files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
            // 300 bytes are in the first batch, behind its header.
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                file.seek(300);
                int was = file.read();
                file.seek(300);
                file.write(was ^ 1);
            }
        }
        return larger;
    }
}
