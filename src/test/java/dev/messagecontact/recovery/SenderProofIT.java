package dev.messagecontact.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.token.TokenSigner;
import dev.messagecontact.command.Origin;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.outcome.Resubmission;
import dev.messagecontact.recovery.deadletters.DeadLetterBox;
import dev.messagecontact.recovery.deadletters.DeadLetterBox.Redriven;
import dev.messagecontact.recovery.deadletters.LetterSelection;
import dev.messagecontact.recovery.resubmit.Resubmit;
import dev.messagecontact.recovery.resubmit.Resubmit.Resubmitted;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.Permissions;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are published once more where senders need a permission. */
class SenderProofIT {

    @TempDir
    private Path folder;

    private final TestStage stage = TestStage.with(1);
    private Permissions permissions;

    @BeforeEach
    void writeFiles() throws Exception {
        permissions = new Permissions(folder);
        assertEquals(
                0,
                stage.run("directories", "set-account", "rd-1", Permissions.ACCOUNT)
                        .exitCode());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void what_a_token_no_longer_proves_is_not_published_once_more_and_a_copy_that_was_denied_mends_nothing()
            throws Exception {
        Map<String, String> strict = permissions.settings();
        strict.put("PHONE_COUNTRY_CODES", "49");
        stage.database().execute("alter table message_contact add constraint broken check (name <> 'broken')");
        ProducerRecord<byte[], byte[]> broken = Commands.adding(stage, "rd-1", "r-3", "broken");
        String german = new String(broken.value(), UTF_8).replace("86-13900001234", "49-15112345678");
        stage.submit(List.of(
                signed(Commands.adding(stage, "rd-1", "r-1", "tom")),
                Commands.adding(stage, "rd-1", "r-2", "unsigned"),
                signed(stage.record(broken.key(), german.getBytes(UTF_8)))));
        RunningWorker worker = stage.startWorker(strict);
        assertEquals(List.of("InvalidParameter.MobileCountryCode", "NoPermission", "InternalError"), stage.codes(3));
        worker.stop();
        stage.database().execute("alter table message_contact drop constraint broken");

        LongSupplier later = () -> Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
        WorkerSettings mended = stage.settings(permissions.settings());
        assertEquals(
                new Resubmitted(0, 0, 0, 1),
                new Resubmit(mended, stage.database(), Origin.UPSTREAM, Pace.ANY, Progress.NONE, later)
                        .run(Selection.ALL));
        assertEquals(
                new Redriven(0, 0, 0, 0, 0, 1),
                new DeadLetterBox(mended, later).redrive(LetterSelection.ALL, false, Pace.ANY, Progress.NONE));

        ConsumerRecord<byte[], byte[]> refused = stage.all(stage.commands()).stream()
                .filter(record -> record.offset() == 0)
                .findFirst()
                .orElseThrow();
        ProducerRecord<byte[], byte[]> denied = Resubmission.of(refused, commandsId());
        denied.headers().remove(TokenSigner.HEADER);
        stage.submit(List.of(denied));
        worker = stage.startWorker(permissions.settings());
        stage.codes(4);
        assertTrue(stage.run("audit", "--quiet").out().contains("wrong answer: 1\n"), "the copy was denied");
        worker.stop();
    }

    @Test
    void refusals_by_field_rules_are_published_once_more_while_their_token_is_valid_and_denials_are_not()
            throws Exception {
        Map<String, String> strict = permissions.settings();
        strict.put("PHONE_COUNTRY_CODES", "49");
        stage.submit(List.of(
                signed(Commands.adding(stage, "rd-1", "r-1", "tom")),
                Commands.adding(stage, "rd-1", "r-2", "unsigned")));
        RunningWorker worker = stage.startWorker(strict);
        stage.codes(2);
        worker.stop();
        CommandLineRun resubmit = CommandLineRun.of(stage.environment(permissions.settings()), "resubmit", "--yes");
        assertTrue(resubmit.out().startsWith("1 published; "), resubmit.out() + resubmit.err());
        assertEquals(0, resubmit.exitCode());
        stage.startWorker(permissions.settings());
        assertEquals("Added", stage.codes(3).get(2));
        assertEquals(0, stage.run("audit").exitCode(), () -> stage.run("audit").out());
    }

    private UUID commandsId() {
        try (Broker broker = new Broker(stage.settings(Map.of()).kafka())) {
            return broker.idOf(stage.commands());
        }
    }

    private ProducerRecord<byte[], byte[]> signed(ProducerRecord<byte[], byte[]> record) throws Exception {
        return permissions.signed(record, Permissions.ALICE);
    }
}
