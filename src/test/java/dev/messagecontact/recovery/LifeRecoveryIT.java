package dev.messagecontact.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.recovery.audit.Audit;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.recovery.audit.HoleKind;
import dev.messagecontact.recovery.explain.CommandLife;
import dev.messagecontact.recovery.explain.Explanation;
import dev.messagecontact.recovery.explain.NamedBy;
import dev.messagecontact.recovery.rebuild.Rebuild;
import dev.messagecontact.recovery.replay.Replay;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Contacts that were verified, asked to verify again and deleted, through every way back from a disaster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeRecoveryIT {

    private static final String DATA = "message_contact, resource_directory, command_rejection, field_refusal,"
            + " contact_action, resent_verification, early_confirmation";
    private static final List<String> DIRECTORIES = List.of("rd-1", "rd-2", "rd-3", "rd-4");

    private TestStage stage;
    /** That were published; a test adds what it publishes. */
    private int answers;

    private int commands;
    private List<String> told = List.of();
    private List<String> rows = List.of();
    private List<String> events = List.of();

    @BeforeAll
    void run() {
        stage = TestStage.with(2);
        RunningWorker worker = stage.startWorker(Map.of("WORKER_BATCH_SIZE", "7"));
        List<ProducerRecord<byte[], byte[]>> upstream = new ArrayList<>();
        DIRECTORIES.forEach(directory -> upstream.addAll(beginning(directory)));
        submit(upstream);
        List<ProducerRecord<byte[], byte[]>> outcomes = new ArrayList<>();
        DIRECTORIES.forEach(directory -> outcomes.addAll(confirmations(directory)));
        submit(outcomes);
        List<ProducerRecord<byte[], byte[]>> ends = new ArrayList<>();
        DIRECTORIES.forEach(directory -> ends.addAll(end(directory)));
        submit(ends);
        worker.stop();
        rows = StoredState.rows(stage);
        events = StoredState.events(stage);
        told = StoredState.events(
                stage, false, stage.events().results(), stage.events().errors());
        commands = answers;
        assertTrue(rows.stream().anyMatch(row -> row.contains("Active")));
        assertTrue(rows.stream().anyMatch(row -> row.contains("Deleted")));
        for (String table : (DATA + ", batch_receipt").split(", ")) {
            stage.database().execute("create table kept_" + table + " as table " + table);
        }
    }

    @AfterAll
    void close() {
        stage.close();
    }

    /** As they were when all was answered, in the database and in the group. */
    @BeforeEach
    void restore() throws Exception {
        for (String table : (DATA + ", batch_receipt").split(", ")) {
            stage.database().execute("truncate " + table);
            stage.database().execute("insert into " + table + " table kept_" + table);
        }
        moveGroup(OffsetSpec.latest());
    }

    @Test
    void the_audit_is_complete() {
        AuditReport report = audit();

        assertEquals(List.of(), report.holes());
        assertEquals(List.of(), report.notChecked());
        assertEquals(commands, report.count(AuditReport.Counted.COMMANDS));
        assertEquals(
                stage.all(stage.events().emailVerifications()).size(),
                report.count(AuditReport.Counted.EMAIL_VERIFICATIONS));
    }

    @Test
    void the_audit_finds_what_is_not_as_it_was_decided() {
        stage.database()
                .execute("update message_contact set status = 'Verifying', email_verified_at = null"
                        + " where directory_id = 'rd-1' and email_verified_at is not null");
        stage.database().execute("update contact_action set status = 'Active' where channel = 'sms'");
        stage.database().execute("delete from contact_action where action = 'DeleteMessageContact'");

        Map<HoleKind, Long> holes = audit().holesByKind();

        assertTrue(holes.getOrDefault(HoleKind.ROW_DIFFERS, 0L) > 0, holes.toString());
        assertTrue(holes.getOrDefault(HoleKind.ANSWER_DIFFERS, 0L) > 0, holes.toString());
        assertTrue(holes.getOrDefault(HoleKind.ANSWER_WITHOUT_ROW, 0L) >= DIRECTORIES.size(), holes.toString());
    }

    @Test
    void a_lost_database_is_made_again_row_for_row_and_nothing_is_published() {
        stage.database().execute("truncate " + DATA + ", batch_receipt");

        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        assertEquals(commands, rebuild.run(rebuild.missing(), false).answers());

        assertEquals(rows, StoredState.rows(stage));
        assertEquals(events, StoredState.events(stage));
    }

    @Test
    void a_group_that_was_rewound_answers_again_as_before_and_mails_nobody() throws Exception {
        int mails = mails();
        moveGroup(OffsetSpec.earliest());

        RunningWorker worker = stage.startWorker();
        stage.answers(answers + commands);
        worker.stop();

        assertEquals(rows, StoredState.rows(stage));
        assertEquals(mails, mails());
        assertAnsweredAgain();
        assertEquals(List.of(), audit().holes());
    }

    /** Each answer is there once more, and differs from the first by the mark of replays only. */
    private void assertAnsweredAgain() {
        String[] topics = {stage.events().results(), stage.events().errors()};
        List<String> all = new ArrayList<>(StoredState.events(stage, false, topics));
        for (int once = 0; once < answers / commands; once++) {
            told.forEach(all::remove);
        }
        assertEquals(told, all);
        answers += commands; // for whoever comes next
        events = StoredState.events(stage);
    }

    @Test
    void both_topics_are_replayed_as_they_were_answered_and_nobody_is_mailed() {
        int mails = mails();
        Replay replay = new Replay(stage.settings(Map.of()), stage.database(), Pace.ANY, Progress.NONE);

        Tally upstream = replay.run("upstream", replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false));
        Tally senders = replay.run("senders", replay.plan(Origin.SENDERS, Selection.ALL, false, false, false));

        assertEquals(commands, upstream.answers() + senders.answers());
        assertEquals(
                Set.of("verified", "EntityNotExists.Contact.Verification", "EntityNotExists.Contact"),
                senders.byCode().keySet());
        assertEquals(6L * DIRECTORIES.size(), senders.answers());
        assertEquals(rows, StoredState.rows(stage));
        assertEquals(mails, mails());
        assertAnsweredAgain();
    }

    @Test
    void the_history_of_a_contact_is_told_over_both_topics() {
        String anna = DerivedIds.contactId("rd-1", "add-anna");

        List<CommandLife> lives = new Explanation(stage.settings(Map.of()), stage.database(), Progress.NONE)
                .of(anna, Set.of(NamedBy.CONTACT_ID), null)
                .lives();

        assertEquals(
                List.of("Added", "verification_sent", "EntityNotExists.Contact.Verification", "verified", "verified"),
                lives.stream().map(CommandLife::decision).toList());
        assertEquals(
                List.of(3, 2, 1, 1, 1),
                lives.stream()
                        .map(life -> (int) life.events().stream()
                                .filter(event -> !event.replayed())
                                .count())
                        .toList());
    }

    private void submit(List<ProducerRecord<byte[], byte[]>> records) {
        stage.submit(records);
        answers += records.size();
        stage.answers(answers);
    }

    private int mails() {
        return stage.all(stage.events().emailVerifications(), stage.events().smsVerifications())
                .size();
    }

    private AuditReport audit() {
        return new Audit(stage.settings(Map.of()), stage.database(), Duration.ofSeconds(5), 100, Progress.NONE)
                .of(Selection.ALL);
    }

    private void moveGroup(OffsetSpec where) throws Exception {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        for (String topic : List.of(stage.commands(), stage.outcomes())) {
            question.put(new TopicPartition(topic, 0), where);
            question.put(new TopicPartition(topic, 1), where);
        }
        try (Admin admin = stage.admin()) {
            Map<TopicPartition, OffsetAndMetadata> to = new HashMap<>();
            admin.listOffsets(question)
                    .all()
                    .get()
                    .forEach((partition, offset) -> to.put(partition, new OffsetAndMetadata(offset.offset())));
            admin.alterConsumerGroupOffsets(stage.group(), to).all().get();
        }
    }

    /** Adds five, asks for three to be verified again, deletes one, and gives its name to another. */
    private List<ProducerRecord<byte[], byte[]>> beginning(String directory) {
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (String name : List.of("anna", "bert", "carl", "dora", "emil")) {
            commands.add(Commands.adding(stage, directory, "add-" + name, name));
        }
        commands.add(upstream(directory, "SendEmailVerificationForMessageContact", "again-anna", "anna"));
        commands.add(upstream(directory, "SendPhoneVerificationForMessageContact", "again-bert", "bert"));
        commands.add(upstream(directory, "SendEmailVerificationForMessageContact", "again-carl", "carl"));
        commands.add(upstream(directory, "SendEmailVerificationForMessageContact", "again-none", "nobody"));
        commands.add(upstream(directory, "DeleteMessageContact", "delete-dora", "dora"));
        commands.add(Commands.adding(stage, directory, "add-dora-two", "dora"));
        commands.add(upstream(directory, "SendEmailVerificationForMessageContact", "again-dora", "dora"));
        commands.add(upstream(directory, "DeleteMessageContact", "delete-dora", "dora"));
        commands.add(upstream(directory, "DeleteMessageContact", "delete-dora-two", "dora"));
        commands.add(Commands.adding(stage, directory, "add-dora", "dora"));
        return commands;
    }

    private List<ProducerRecord<byte[], byte[]>> confirmations(String directory) {
        String anna = DerivedIds.contactId(directory, "add-anna");
        String bert = DerivedIds.contactId(directory, "add-bert");
        String emil = DerivedIds.contactId(directory, "add-emil");
        String late = DerivedIds.contactId(directory, "add-late");
        return List.of(
                confirming(directory, anna, DerivedIds.verificationId(anna, "email", "anna@example.com", "again-anna")),
                confirming(directory, anna, DerivedIds.verificationId(anna, "email", "anna@example.com")),
                confirming(directory, bert, DerivedIds.verificationId(bert, "sms", "86-13900001234")),
                confirming(directory, emil, DerivedIds.verificationId(emil, "email", "emil@example.com")),
                confirming(directory, emil, "v-0000000000000000"),
                confirming(directory, late, DerivedIds.verificationId(late, "email", "late@example.com")));
    }

    /** Asks for what is verified already, deletes who is verified, and adds the one whose confirmation was there before. */
    private List<ProducerRecord<byte[], byte[]>> end(String directory) {
        return List.of(
                upstream(directory, "SendEmailVerificationForMessageContact", "again-emil", "emil"),
                upstream(directory, "SendEmailVerificationForMessageContact", "again-anna-late", "anna"),
                upstream(directory, "DeleteMessageContact", "delete-emil", "emil"),
                Commands.adding(stage, directory, "add-late", "late"));
    }

    private ProducerRecord<byte[], byte[]> upstream(String directory, String action, String requestId, String name) {
        String value = """
                {"Action":"%s","RequestId":"%s","ResourceDirectoryId":"%s","ContactId":"%s"}""".formatted(action, requestId, directory, DerivedIds.contactId(directory, "add-" + name));
        return new ProducerRecord<>(stage.commands(), directory.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private ProducerRecord<byte[], byte[]> confirming(String directory, String contactId, String verificationId) {
        String value = """
                {"ResourceDirectoryId":"%s","ContactId":"%s","VerificationId":"%s"}""".formatted(directory, contactId, verificationId);
        return new ProducerRecord<>(stage.outcomes(), directory.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
