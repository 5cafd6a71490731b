package dev.messagecontact.recovery.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The timestamps of commands do not say in which order they were decided: clocks differ, and partitions are read apart. */
class ClocksApartIT {

    private static final long NOW = Instant.now().toEpochMilli();

    private TestStage stage;

    @BeforeEach
    void open() {
        stage = TestStage.with(4);
        stage.letPublishersDate();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void what_seems_to_have_come_before_what_it_needs_is_made_again_like_all_else() {
        decide(
                at(0, 20, Commands.adding(stage, "rd-1", "r-1", "anna")),
                at(0, 40, about("DeleteMessageContact", "delete-1", "r-1")),
                at(1, 30, Commands.adding(stage, "rd-1", "r-2", "anna")),
                at(2, 10, about("SendEmailVerificationForMessageContact", "again", "r-2")),
                confirming("again"),
                at(2, 15, about("SendEmailVerificationForMessageContact", "too-late", "r-2")),
                confirming("too-late"),
                at(3, 5, Commands.adding(stage, "rd-1", "r-2", "anna")));
        List<String> rows = StoredState.rows(stage);

        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");
        Tally tally = rebuild(Progress.NONE);

        assertEquals(rows, StoredState.rows(stage));
        assertEquals(8, tally.answers());
        assertEquals(List.of(), StoredState.miscounted(stage));
    }

    @Test
    void one_that_was_interrupted_before_it_came_to_those_makes_them_too() {
        decide(
                at(0, 20, Commands.adding(stage, "rd-1", "r-1", "anna")),
                at(0, 40, about("DeleteMessageContact", "delete-1", "r-1")),
                at(1, 30, Commands.adding(stage, "rd-1", "r-2", "anna")),
                at(2, 10, about("SendEmailVerificationForMessageContact", "again", "r-2")),
                confirming("again"));
        List<String> rows = StoredState.rows(stage);

        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");
        assertThrows(
                IllegalStateException.class,
                () -> rebuild((step, done, total) -> {
                    if (step == Progress.Step.COMMANDS) {
                        throw new IllegalStateException("killed");
                    }
                }));
        rebuild(Progress.NONE);

        assertEquals(rows, StoredState.rows(stage));
    }

    @Test
    void answers_to_commands_dated_beyond_all_that_an_event_can_say_are_found() {
        long year12000 = Instant.parse("+12000-01-01T00:00:00Z").toEpochMilli();
        decide(new ProducerRecord<>(
                stage.commands(),
                0,
                year12000,
                "rd-1".getBytes(UTF_8),
                Commands.adding(stage, "rd-1", "r-1", "anna").value()));
        StoredState.forget(stage);
        stage.database().execute("truncate batch_receipt");

        Tally tally = rebuild(Progress.NONE);

        assertEquals(0, tally.unpublished());
    }

    /** One after the other. */
    @SafeVarargs
    private void decide(ProducerRecord<byte[], byte[]>... commands) {
        RunningWorker worker = stage.startWorker();
        for (int i = 0; i < commands.length; i++) {
            stage.submit(List.of(commands[i]));
            stage.answers(i + 1);
        }
        worker.stop();
    }

    private Tally rebuild(Progress progress) {
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), progress);
        return rebuild.run(rebuild.missing(), false);
    }

    private static ProducerRecord<byte[], byte[]> at(
            int partition, int second, ProducerRecord<byte[], byte[]> command) {
        long time = NOW - 60_000 + second * 1_000L;
        return new ProducerRecord<>(command.topic(), partition, time, command.key(), command.value());
    }

    private ProducerRecord<byte[], byte[]> about(String action, String requestId, String contactOf) {
        String command = """
                {"Action":"%s","RequestId":"%s","ResourceDirectoryId":"rd-1","ContactId":"%s"}""".formatted(action, requestId, DerivedIds.contactId("rd-1", contactOf));
        return stage.record("rd-1".getBytes(UTF_8), command.getBytes(UTF_8));
    }

    private ProducerRecord<byte[], byte[]> confirming(String sendRequestId) {
        String contactId = DerivedIds.contactId("rd-1", "r-2");
        String verificationId = DerivedIds.verificationId(contactId, "email", "anna@example.com", sendRequestId);
        String value = """
                {"ResourceDirectoryId":"rd-1","ContactId":"%s","VerificationId":"%s"}""".formatted(contactId, verificationId);
        return new ProducerRecord<>(stage.outcomes(), "rd-1".getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
