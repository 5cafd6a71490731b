package dev.messagecontact.recovery.resubmit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ops/runbooks/bad-release.md: what a wrong setting refused is accepted in the end, and the audit is complete. */
class ResubmitIT {

    private static final int COMMANDS = 1_200;
    private static final String CODE = "InvalidParameter.MobileCountryCode";

    private final TestStage stage = TestStage.with(2);

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void commands_that_a_wrong_setting_refused_are_accepted_once_it_is_mended_and_the_audit_is_complete() {
        refuseAll();
        CommandLineRun before = stage.run("audit", "--quiet");
        assertEquals(1, before.exitCode());
        assertTrue(before.out().contains("1,200 holes"), before.out());
        assertEquals(2, stage.run("resubmit").exitCode(), "it acts on everything, and nobody can be asked");
        assertEquals(
                "1,200 would be published; left alone: 0 that an earlier run has published, 1 that the rules of now"
                        + " refuse too\n",
                stage.run("resubmit", "--dry-run", "--code", CODE).out());
        assertEquals(
                "{\"published\":0,\"publishedBefore\":0,\"stillRefused\":0,\"unproven\":0}\n",
                stage.run("resubmit", "--dry-run", "--json", "--code", "InvalidParameter.Name")
                        .out());

        killAfterTheFirstBatch();
        assertEquals(
                "700 published; left alone: 500 that an earlier run has published, 1 that the rules of now refuse too\n",
                stage.run("resubmit", "--code", CODE).out());
        assertEquals(
                "0 published; left alone: 1,200 that an earlier run has published, 1 that the rules of now refuse too\n",
                stage.run("resubmit", "--yes").out());
        assertEquals(2 * COMMANDS + 1, stage.all(stage.commands()).size());
        assertEquals(
                List.of("contacts resubmit --code " + CODE + ": 700 published", "contacts resubmit --yes: 0 published"),
                stage.database()
                        .fetch("select command || ': ' || outcome from operator_action order by started_at")
                        .into(String.class));

        RunningWorker mended = stage.startWorker();
        stage.answers(2 * COMMANDS + 1);
        mended.stop();
        assertEquals(COMMANDS, stage.all(stage.events().results()).size());
        CommandLineRun after = stage.run("audit", "--quiet");
        assertTrue(after.out().endsWith("complete\n"), after.out() + after.err());
        assertEquals(0, after.exitCode());
    }

    @Test
    void commands_about_contacts_and_the_senders_confirmations_are_published_once_more_too() {
        stage.submit(List.of(
                Commands.adding(stage, "rd-1", "add-anna", "anna"),
                Commands.adding(stage, "rd-1", "add-bert", "bert")));
        RunningWorker strict = stage.startWorker(Map.of("COMMAND_MAX_DEPTH", "2"));
        stage.answers(2);
        String anna = DerivedIds.contactId("rd-1", "add-anna");
        String email = DerivedIds.verificationId(anna, "email", "anna@example.com");
        stage.submit(List.of(
                deep(stage.outcomes(), "\"ContactId\":\"%s\",\"VerificationId\":\"%s\"".formatted(anna, email)),
                deep(
                        stage.commands(),
                        "\"Action\":\"DeleteMessageContact\",\"RequestId\":\"delete\",\"ContactId\":\"%s\""
                                .formatted(DerivedIds.contactId("rd-1", "add-bert")))));
        stage.answers(4);
        strict.stop();
        assertEquals(2, stage.all(stage.events().errors()).size());

        CommandLineRun refused = stage.run("audit", "--quiet");
        assertTrue(refused.out().contains("wrong answer: 2\n"), refused.out());
        assertTrue(
                refused.out().contains("InvalidCommand.TooDeep, but the field rules accept the command"),
                refused.out());

        String once =
                "1 published; left alone: 0 that an earlier run has published, 0 that the rules of now refuse too\n";
        String never =
                "0 published; left alone: 1 that an earlier run has published, 0 that the rules of now refuse too\n";
        assertEquals(
                once, stage.run("resubmit", "--code", "InvalidCommand.TooDeep").out());
        assertEquals(
                once,
                stage.run("resubmit", "--outcomes", "--code", "InvalidCommand.TooDeep")
                        .out());
        assertEquals(never, stage.run("resubmit", "--outcomes", "--yes").out());
        RunningWorker mended = stage.startWorker();
        stage.answers(6);
        mended.stop();
        assertEquals(
                List.of("Active", "Deleted"),
                stage.database()
                        .fetch("select status from message_contact order by status")
                        .into(String.class));
        CommandLineRun audit = stage.run("audit", "--quiet");
        assertTrue(audit.out().endsWith("complete\n"), audit.out() + audit.err());
    }

    /** Until it ends, neither workers nor a second run can read what the first run has published. */
    @Test
    void while_the_transaction_of_a_publisher_is_open_a_second_run_publishes_nothing_twice() throws Exception {
        stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tom")));
        RunningWorker strict = stage.startWorker(Map.of("PHONE_COUNTRY_CODES", "49"));
        stage.answers(1);
        strict.stop();
        try (Producer<byte[], byte[]> publisher = stage.transactionalProducer(stage.group() + "-publisher")) {
            publisher.beginTransaction();
            publisher.send(Commands.adding(stage, "rd-1", "r-2", "ann"));
            publisher.flush();

            CompletableFuture<List<Long>> twice = Background.of(() -> List.of(published(), published()));

            assertThrows(TimeoutException.class, () -> twice.get(2, TimeUnit.SECONDS), "they wait for its end");
            publisher.abortTransaction();
            assertEquals(List.of(1L, 0L), twice.get(50, TimeUnit.SECONDS));
        }
    }

    private long published() {
        return new Resubmit(
                        stage.settings(Map.of()),
                        stage.database(),
                        Origin.UPSTREAM,
                        Pace.ANY,
                        Progress.NONE,
                        System::currentTimeMillis)
                .run(Selection.ALL)
                .sent();
    }

    /** A command that is nested deeper than the worker may read for now. */
    private ProducerRecord<byte[], byte[]> deep(String topic, String parameters) {
        String value = "{\"ResourceDirectoryId\":\"rd-1\",%s,\"Extra\":{\"a\":{\"b\":1}}}".formatted(parameters);
        return new ProducerRecord<>(
                topic, "rd-1".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    private void refuseAll() {
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            commands.add(Commands.adding(stage, "rd-" + i, "r-" + i, "tom"));
        }
        ProducerRecord<byte[], byte[]> bad = Commands.adding(stage, "rd-bad", "r-bad", "tom");
        String number = new String(bad.value(), StandardCharsets.UTF_8).replace("86-139", "7-139");
        commands.add(stage.record(bad.key(), number.getBytes(StandardCharsets.UTF_8)));
        stage.submit(commands);
        RunningWorker worker = stage.startWorker(Map.of("PHONE_COUNTRY_CODES", "49"));
        stage.answers(COMMANDS + 1);
        worker.stop();
        assertEquals(List.of(), stage.all(stage.events().results()));
    }

    private void killAfterTheFirstBatch() {
        Pace dying = new Pace(1, () -> 0, nanos -> {
            throw new IllegalStateException("killed");
        });
        Resubmit killed = new Resubmit(
                stage.settings(Map.of()), stage.database(), Origin.UPSTREAM, dying, Progress.NONE, () -> 0);
        assertThrows(IllegalStateException.class, () -> killed.run(Selection.ALL));
    }
}
