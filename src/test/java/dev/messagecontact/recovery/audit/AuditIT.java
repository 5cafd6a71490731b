package dev.messagecontact.recovery.audit;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Commands.adding;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.jooq.impl.DSL.val;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.cli.print.AuditReportText;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.audit.AuditReport.Counted;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestServices;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.Workshop;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jooq.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Holes are planted into a clean run: in the database, which is restored after each test, or in a copy of a topic that
 * only the audit reads.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditIT {

    private static final int COMMANDS = 150;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final List<Table<?>> TABLES = List.of(MESSAGE_CONTACT, COMMAND_REJECTION, RESOURCE_DIRECTORY);

    private TestStage clean;
    private int copies;

    @BeforeAll
    void run() {
        clean = TestStage.with(3);
        clean.submit(SampleCommands.of(clean.commands(), COMMANDS));
        var worker = clean.startWorker();
        clean.answers(COMMANDS);
        worker.stop();
        TABLES.forEach(table ->
                clean.database().execute("create table kept_" + table.getName() + " as table " + table.getName()));
    }

    @AfterEach
    void restore() {
        for (Table<?> table : TABLES) {
            clean.database().deleteFrom(table).execute();
            clean.database().execute("insert into " + table.getName() + " table kept_" + table.getName());
        }
    }

    @AfterAll
    void end() {
        clean.close();
    }

    // Complete.

    @Test
    void a_clean_run_is_complete() {
        AuditReport report = audit(Map.of());
        assertEquals(List.of(), report.holes());
        assertTrue(report.isComplete());
        assertEquals(List.of(), report.notChecked());
        assertEquals(COMMANDS, report.count(Counted.COMMANDS));
        assertEquals(COMMANDS, report.count(Counted.RESULTS) + report.count(Counted.ERRORS));
        assertEquals(clean.database().fetchCount(MESSAGE_CONTACT), report.count(Counted.CONTACTS));
        assertEquals(clean.all(clean.events().deadLetters()).size(), report.count(Counted.DEAD_LETTERS));
        assertEquals(report.count(Counted.CONTACTS), report.count(Counted.EMAIL_VERIFICATIONS));
        assertEquals(clean.all(clean.events().smsVerifications()).size(), report.count(Counted.SMS_VERIFICATIONS));
    }

    @Test
    void a_report_that_cannot_be_written_is_no_hole() {
        PrintWriter full = new PrintWriter(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        int exitCode = Workshop.commandLine(clean.environment(Map.of()))
                .setOut(full)
                .setErr(new PrintWriter(new StringWriter()))
                .execute("audit", "--quiet");
        assertEquals(3, exitCode);
    }

    @Test
    void replays_are_counted_apart() throws Exception {
        try (TestStage stage = TestStage.with(2)) {
            stage.submit(SampleCommands.of(stage.commands(), 100));
            var worker = stage.startWorker();
            stage.answers(100);
            worker.stop();
            rewind(stage);

            var again = stage.startWorker();
            stage.answers(200);
            again.stop();

            AuditReport report = audit(stage, Map.of(), Selection.ALL);
            assertEquals(List.of(), report.holes());
            assertEquals(100, report.count(Counted.REPLAYED_ANSWERS));
            assertEquals(100, report.count(Counted.RESULTS) + report.count(Counted.ERRORS));
        }
    }

    private static void rewind(TestStage stage) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> beginning = Map.of(
                new TopicPartition(stage.commands(), 0), new OffsetAndMetadata(0),
                new TopicPartition(stage.commands(), 1), new OffsetAndMetadata(0));
        try (Admin admin = stage.admin()) {
            admin.alterConsumerGroupOffsets(stage.group(), beginning).all().get();
        }
    }

    @Test
    void it_waits_for_running_workers_and_leaves_out_what_comes_later() {
        try (TestStage stage = TestStage.with(3)) {
            stage.submit(SampleCommands.of(stage.commands(), 3000));
            stage.startWorker(Map.of("WORKER_BATCH_SIZE", "50"));

            AuditReport report = new Audit(
                            stage.settings(Map.of()), stage.database(), WAIT, 100, (step, done, total) -> {
                                if (step == Progress.Step.ROWS) {
                                    stage.submit(List.of(adding(stage, "rd-late", "late-" + done, "tom")));
                                }
                            })
                    .of(Selection.ALL);

            assertEquals(List.of(), report.holes());
            assertEquals(3000, report.count(Counted.COMMANDS));
        }
    }

    @Test
    void without_workers_it_cannot_be_done() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 60));
            Audit audit =
                    new Audit(stage.settings(Map.of()), stage.database(), Duration.ofMillis(1), 100, Progress.NONE);
            var failed = assertThrows(OperatorException.class, () -> audit.of(Selection.ALL));
            assertTrue(failed.getMessage().contains("60 offsets left"), failed.getMessage());
        }
    }

    @Test
    void commands_of_transactions_are_told_from_their_markers() {
        try (TestStage stage = TestStage.with(1)) {
            List<ProducerRecord<byte[], byte[]>> records = SampleCommands.of(stage.commands(), 60);
            try (var producer = producer(Map.of("transactional.id", stage.group() + "-upstream"))) {
                producer.initTransactions();
                for (int i = 0; i < 60; i += 10) {
                    producer.beginTransaction();
                    records.subList(i, i + 10).forEach(producer::send);
                    producer.commitTransaction();
                    producer.beginTransaction();
                    records.subList(0, 5).forEach(producer::send);
                    producer.flush();
                    producer.abortTransaction();
                }
            }
            stage.startWorker();

            AuditReport report = audit(stage, Map.of(), Selection.ALL);
            assertEquals(List.of(), report.holes());
            assertEquals(60, report.count(Counted.COMMANDS));
            assertEquals(List.of(new Part(0, 0, 60 + 6 * (1 + 5 + 1))), report.ranges());

            // and an answer to what was taken back is one to no command
            var aborted = inTopic(stage.commands(), 0, 11);
            ConsumerRecord<byte[], byte[]> answer =
                    stage.all(stage.events().results()).get(0);
            Headers headers = with(answer.headers(), "ce_id", "taken-back.0.11");
            publish(List.of(
                    new ProducerRecord<>(stage.events().results(), null, answer.key(), answer.value(), headers)));
            assertHole(audit(stage, Map.of(), Selection.ALL), HoleKind.ANSWER_WITHOUT_COMMAND, aborted);
        }
    }

    @Test
    void a_range_leaves_out_what_is_outside_of_it() {
        var dropped = event(clean.events().results(), any -> true);
        InTopic command = commandOf(dropped);
        var settings = Map.of("TOPICS_RESULTS", copyWithout(dropped));

        assertHole(
                audit(
                        clean,
                        settings,
                        Selection.ofOffsets(Set.of(command.partition()), command.offset(), command.offset() + 1)),
                HoleKind.ROW_WITHOUT_ANSWER,
                command);
        AuditReport others =
                audit(clean, settings, Selection.ofOffsets(Set.of(command.partition()), command.offset() + 1, 10_000));
        assertEquals(List.of(), others.holes());
        assertTrue(others.count(Counted.COMMANDS) > 0);
        assertTrue(others.notChecked().get(0).endsWith("rows are of commands that are deleted or out of range"));
    }

    @Test
    void what_is_deleted_is_named_and_not_missed() throws Exception {
        String results = copy(clean.events().results(), List::of);
        String deadLetters = copy(clean.events().deadLetters(), List::of);
        for (String topic : List.of(results, deadLetters)) {
            clean.configure(topic, Map.of("retention.ms", "1")); // it could have done this by itself, in its own time
            deleteRecords(topic, 0);
            deleteRecords(topic, 1);
        }

        AuditReport report = audit(Map.of("TOPICS_RESULTS", results, "TOPICS_DEAD_LETTERS", deadLetters));

        assertEquals(List.of(), report.holes());
        long added = audit(Map.of()).count(Counted.RESULTS);
        assertTrue(
                report.notChecked()
                        .contains(
                                added
                                        + " commands have no answer; it may have been deleted, because they are older than events are kept"),
                report.notChecked().toString());
        assertTrue(report.notChecked().stream().anyMatch(line -> line.startsWith(results + "-0: the events before")));
        assertEquals(added, report.olderThanEvents());
        assertTrue(
                AuditReportText.plain(report)
                        .endsWith("\ncomplete, as far as events are kept: " + added
                                + " commands without an answer are older than that\n"),
                AuditReportText.plain(report));
    }

    @Test
    void what_was_deleted_under_a_shorter_retention_than_today_s_is_named_and_not_missed() throws Exception {
        Map<String, String> copies = new HashMap<>();
        for (Map.Entry<String, String> each : Map.of(
                        "TOPICS_ERRORS", clean.events().errors(),
                        "TOPICS_SMS_VERIFICATIONS", clean.events().smsVerifications(),
                        "TOPICS_DEAD_LETTERS", clean.events().deadLetters())
                .entrySet()) {
            String copy = copy(each.getValue(), List::of);
            deleteRecords(copy, 0);
            deleteRecords(copy, 1);
            publish(List.of(old(copy, 1, each.getValue(), Instant.now()))); // and one since
            copies.put(each.getKey(), copy);
        }

        AuditReport report = audit(copies);

        assertEquals(Map.of(), report.holesByKind());
        assertEquals(audit(Map.of()).count(Counted.ERRORS), report.olderThanEvents());
    }

    /** One of an earlier topic, which counts for nothing, but was published at this time. */
    private ProducerRecord<byte[], byte[]> old(String copy, int partition, String topic, Instant time) {
        ConsumerRecord<byte[], byte[]> event = event(topic, any -> true);
        Headers headers = with(event.headers(), "ce_time", "2001-01-01T00:00:00.000Z");
        return new ProducerRecord<>(
                copy,
                partition,
                time.toEpochMilli(),
                event.key(),
                event.value(),
                with(headers, "dl-timestamp", "978307200000"));
    }

    @Test
    void an_event_lost_within_the_retention_is_missed_though_a_partition_of_its_topic_is_empty_by_expiry()
            throws Exception {
        var refusal = event(clean.events().errors(), error -> value(error).contains("InvalidParameter.Title"));
        String errors = copyWithout(refusal, 1 - refusal.partition());
        var request = event(clean.events().smsVerifications(), any -> true);
        String sms = copyWithout(request, 1 - request.partition());
        var letter = event(clean.events().deadLetters(), any -> true);
        String deadLetters = copyWithout(letter, 1 - letter.partition());

        AuditReport report = audit(
                Map.of("TOPICS_ERRORS", errors, "TOPICS_SMS_VERIFICATIONS", sms, "TOPICS_DEAD_LETTERS", deadLetters));

        assertEquals(
                1,
                report.count(HoleKind.COMMAND_WITHOUT_ANSWER),
                report.holesByKind().toString());
        assertEquals(
                1,
                report.count(HoleKind.MISSING_VERIFICATION),
                report.holesByKind().toString());
        assertEquals(
                1,
                report.count(HoleKind.MISSING_DEAD_LETTER),
                report.holesByKind().toString());
    }

    /** A copy without this event, with all events on its partition, and nothing left on the other where an event was. */
    private String copyWithout(ConsumerRecord<byte[], byte[]> dropped, int emptied) throws Exception {
        String copy = copy(dropped.topic(), any -> List.of());
        Instant longAgo = Instant.now().minus(Duration.ofDays(3)); // since then it kept all
        publish(List.of(
                old(copy, dropped.partition(), dropped.topic(), longAgo),
                new ProducerRecord<>(copy, emptied, null, new byte[0])));
        publish(changed(
                dropped.topic(),
                copy,
                each -> same(each, dropped) ? List.of() : List.of(on(dropped.partition(), each))));
        deleteRecords(copy, emptied);
        return copy;
    }

    private static void deleteRecords(String topic, int partition) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.bootstrapServers()))) {
            TestTopics.deleteRecords(admin, new TopicPartition(topic, partition), -1);
        }
    }

    @Test
    void deleted_commands_are_named() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(SampleCommands.of(stage.commands(), 100));
            stage.startWorker();
            stage.answers(100);
            stage.deleteCommands(0, 70);

            AuditReport report = audit(stage, Map.of(), Selection.ALL);

            assertEquals(List.of(), report.holes());
            assertEquals(30, report.count(Counted.COMMANDS));
            assertEquals(
                    stage.commands() + "-0: the commands before offset 70 are deleted",
                    report.notChecked().get(0));

            stage.configure(stage.commands(), Map.of("cleanup.policy", "compact,delete"));
            AuditReport compacted = audit(stage, Map.of(), Selection.ALL);
            assertEquals(
                    stage.commands() + ": commands may have been compacted away (cleanup.policy)",
                    compacted.notChecked().get(0));
            assertFalse(compacted.isComplete());
            assertFalse(compacted.hasHoles());
        }
    }

    @Test
    void events_of_an_earlier_topic_of_the_same_name_are_left_out() {
        var answer = event(clean.events().results(), any -> true);
        var request = event(clean.events().emailVerifications(), any -> true);
        String longAgo = "2001-01-01T00:00:00.000Z";
        AuditReport report = audit(Map.of(
                "TOPICS_RESULTS",
                copy(
                        clean.events().results(),
                        each -> same(each, answer) ? List.of(each, with(each, "ce_time", longAgo)) : List.of(each)),
                "TOPICS_EMAIL_VERIFICATIONS",
                copy(
                        clean.events().emailVerifications(),
                        each -> same(each, request) ? List.of(each, with(each, "ce_time", longAgo)) : List.of(each))));
        assertEquals(List.of(), report.holes());
        assertEquals(
                List.of(
                        "2 events are older than the first command: of an earlier topic of this name, or of deleted commands"),
                report.notChecked());
    }

    // Answers.

    @Test
    void a_contact_that_nobody_was_told_of_is_found() {
        var dropped = event(clean.events().results(), this::isFirst);
        assertHole(
                audit(Map.of("TOPICS_RESULTS", copyWithout(dropped))), HoleKind.ROW_WITHOUT_ANSWER, commandOf(dropped));
    }

    @Test
    void a_command_without_answer_is_found() {
        var dropped = event(clean.events().errors(), error -> value(error).contains("InvalidParameter.Title"));
        assertHole(
                audit(Map.of("TOPICS_ERRORS", copyWithout(dropped))),
                HoleKind.COMMAND_WITHOUT_ANSWER,
                commandOf(dropped));
    }

    @Test
    void a_command_with_two_answers_is_found() {
        var doubled = event(clean.events().results(), any -> true);
        String copy = copy(doubled.topic(), each -> same(each, doubled) ? List.of(each, each) : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_RESULTS", copy));
        assertHole(report, HoleKind.COMMAND_ANSWERED_TWICE, commandOf(doubled));
        InTopic second = report.holes().get(0).event();
        assertEquals(List.of(copy, doubled.partition()), List.of(second.topic(), second.partition()));
    }

    @Test
    void an_added_and_a_rejected_command_is_answered_twice() {
        var added = event(clean.events().results(), any -> true);
        var error = event(clean.events().errors(), any -> true);
        String copy = copy(
                clean.events().errors(),
                each -> same(each, error) ? List.of(each, with(each, "ce_id", header(added, "ce_id"))) : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_ERRORS", copy));
        // Which of them comes first is nobody's order; either way both do not fit.
        assertEquals(1, report.count(HoleKind.COMMAND_ANSWERED_TWICE));
        assertEquals(commandOf(added), report.holes().get(0).command());
    }

    @Test
    void an_answer_to_no_command_is_found() {
        var stray = event(clean.events().results(), any -> true);
        String copy = copy(
                stray.topic(),
                each -> same(each, stray)
                        ? List.of(each, with(each, "ce_id", "no-place"), with(each, "ce_id", "r.99.0"))
                        : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_RESULTS", copy));
        assertEquals(Map.of(HoleKind.ANSWER_WITHOUT_COMMAND, 2L), report.holesByKind());
        assertEquals(copy, report.holes().get(0).event().topic());
    }

    @Test
    void an_answer_with_a_wrong_date_is_found() {
        var altered = event(clean.events().results(), this::isFirst);
        String date = value(altered).replaceAll(".*\"CreateDate\":\"([^\"]*)\".*", "$1");
        String copy = copyWith(altered, replaced(altered, date, "2031-01-01 00:00:00"));
        assertHole(audit(Map.of("TOPICS_RESULTS", copy)), HoleKind.WRONG_ID_OR_DATE, commandOf(altered));
    }

    @Test
    void a_duplicate_with_a_date_of_its_own_is_found() {
        var altered = event(clean.events().results(), answer -> !isFirst(answer));
        String date = value(altered).replaceAll(".*\"CreateDate\":\"([^\"]*)\".*", "$1");
        String copy = copyWith(altered, replaced(altered, date, "2031-01-01 00:00:00"));
        assertHole(audit(Map.of("TOPICS_RESULTS", copy)), HoleKind.WRONG_ID_OR_DATE, commandOf(altered));
    }

    @Test
    void an_answer_with_a_wrong_contact_id_is_found() {
        var altered = event(clean.events().results(), this::isFirst);
        String copy = copyWith(altered, replaced(altered, "\"c-", "\"d-"));
        assertHole(audit(Map.of("TOPICS_RESULTS", copy)), HoleKind.WRONG_ID_OR_DATE, commandOf(altered));
    }

    @Test
    void an_answer_with_a_wrong_event_id_or_time_is_found() {
        var altered = event(clean.events().results(), any -> true);
        InTopic command = commandOf(altered);
        String id = "another.%d.%d".formatted(command.partition(), command.offset());
        assertHole(
                audit(Map.of("TOPICS_RESULTS", copyWith(altered, with(altered, "ce_id", id)))),
                HoleKind.WRONG_ID_OR_DATE,
                command);
        assertHole(
                audit(Map.of(
                        "TOPICS_RESULTS", copyWith(altered, with(altered, "ce_time", "2031-01-01T00:00:00.000Z")))),
                HoleKind.WRONG_ID_OR_DATE,
                command);
    }

    @Test
    void a_wrong_code_is_found() {
        var altered = event(clean.events().errors(), error -> value(error).contains("InvalidParameter.Title"));
        String copy = copyWith(altered, replaced(altered, "InvalidParameter.Title", "InvalidParameter.Name"));
        AuditReport report = audit(Map.of("TOPICS_ERRORS", copy));
        assertHole(report, HoleKind.WRONG_ANSWER, commandOf(altered));
        assertEquals(
                "InvalidParameter.Name instead of InvalidParameter.Title",
                report.holes().get(0).detail());
    }

    @Test
    void a_mismatch_that_is_none_is_found() {
        var altered = event(clean.events().errors(), error -> value(error).contains("IdempotentParameterMismatch"));
        String taken = ErrorCode.NAME_ALREADY_USED.code();
        String copy = copyWith(altered, replaced(altered, "IdempotentParameterMismatch", taken));
        assertHole(audit(Map.of("TOPICS_ERRORS", copy)), HoleKind.ANSWER_WITHOUT_ROW, commandOf(altered));
    }

    @Test
    void an_answer_with_other_words_is_found() {
        var altered = event(clean.events().errors(), any -> true);
        String copy = copyWith(altered, replaced(altered, "\"Retryable\":false", "\"Retryable\":true"));
        assertHole(audit(Map.of("TOPICS_ERRORS", copy)), HoleKind.ANSWER_DIFFERS, commandOf(altered));
        String withoutCorrelation = copyWith(altered, with(altered, "correlationId", "1"));
        assertHole(audit(Map.of("TOPICS_ERRORS", withoutCorrelation)), HoleKind.ANSWER_DIFFERS, commandOf(altered));
    }

    @Test
    void a_replay_that_tells_something_else_is_found() {
        var altered = event(clean.events().results(), any -> true);
        var replayed = with(altered, "ce_replayed", "true");
        String copy = copy(
                altered.topic(),
                each -> same(each, altered)
                        ? List.of(each, replayed, replaced(replayed, "\"c-", "\"d-"))
                        : List.of(each));
        assertHole(audit(Map.of("TOPICS_RESULTS", copy)), HoleKind.REPLAY_DIFFERS, commandOf(altered));
    }

    @Test
    void a_command_answered_only_in_a_replay_is_found() {
        var altered = event(clean.events().errors(), error -> value(error).contains("MissingParameter.Title"));
        String copy = copyWith(altered, with(altered, "ce_replayed", "true"));
        assertHole(audit(Map.of("TOPICS_ERRORS", copy)), HoleKind.COMMAND_WITHOUT_ANSWER, commandOf(altered));
    }

    // Rows.

    @Test
    void a_result_without_its_contact_is_found() {
        var answer = event(clean.events().results(), this::isFirst);
        InTopic command = commandOf(answer);
        clean.database()
                .deleteFrom(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.SOURCE_PARTITION.eq(command.partition()))
                .and(MESSAGE_CONTACT.SOURCE_OFFSET.eq(command.offset()))
                .execute();
        AuditReport report = audit(Map.of());
        assertTrue(
                report.holes().stream()
                        .anyMatch(hole -> hole.kind() == HoleKind.ANSWER_WITHOUT_ROW && command.equals(hole.command())),
                report.toString());
        assertEquals(1, report.count(HoleKind.WRONG_CONTACT_COUNT));
        assertEquals(0, report.count(HoleKind.SURPLUS_VERIFICATION));
    }

    @Test
    void a_rejection_that_was_forgotten_is_found() {
        var answer = event(clean.events().errors(), error -> value(error).contains("LimitExceeded.Contacts"));
        clean.database()
                .deleteFrom(COMMAND_REJECTION)
                .where(COMMAND_REJECTION.CODE.eq("LimitExceeded.Contacts"))
                .execute();
        assertHole(audit(Map.of()), HoleKind.ANSWER_WITHOUT_ROW, commandOf(answer));
    }

    @Test
    void a_contact_whose_command_was_rejected_is_found() {
        var answer = event(clean.events().errors(), error -> value(error).contains("InvalidParameter.Title"));
        InTopic command = commandOf(answer);
        clean.database()
                .update(COMMAND_REJECTION)
                .set(COMMAND_REJECTION.SOURCE_PARTITION, command.partition())
                .set(COMMAND_REJECTION.SOURCE_OFFSET, command.offset())
                .where(COMMAND_REJECTION.CODE.eq("LimitExceeded.Contacts"))
                .execute();
        AuditReport report = audit(Map.of());
        assertEquals(
                Map.of(HoleKind.ROW_WITHOUT_ANSWER, 1L),
                report.holesByKind(),
                () -> report.holes().toString());
        assertEquals(command, report.holes().get(0).command());
    }

    @Test
    void a_row_of_no_command_is_found() {
        clean.database()
                .update(COMMAND_REJECTION)
                .set(COMMAND_REJECTION.SOURCE_PARTITION, 99)
                .where(COMMAND_REJECTION.CODE.eq("LimitExceeded.Contacts"))
                .execute();
        AuditReport report = audit(Map.of());
        assertEquals(1, report.count(HoleKind.ROW_WITHOUT_COMMAND));
        assertEquals(99, report.holes().get(0).command().partition());
    }

    @Test
    void two_rows_of_one_command_are_found() {
        var answer = event(clean.events().results(), this::isFirst);
        InTopic command = commandOf(answer);
        clean.database()
                .execute(
                        "insert into message_contact select directory_id, 'c-another', request_id, 'other', email_address,"
                                + " phone_number, title, message_types, status, created_at, fingerprint, source_topic,"
                                + " source_partition, source_offset from message_contact where source_partition = {0}"
                                + " and source_offset = {1}",
                        val(command.partition()), val(command.offset()));
        AuditReport report = audit(Map.of());
        assertEquals(1, report.count(HoleKind.COMMAND_STORED_TWICE));
        assertEquals(1, report.count(HoleKind.WRONG_CONTACT_COUNT));
        assertEquals(command, report.holes().get(0).command());
    }

    @Test
    void a_wrong_date_of_a_contact_is_found() {
        InTopic command = commandOf(event(clean.events().results(), this::isFirst));
        change(command, "created_at = created_at + interval '1 millisecond'");
        AuditReport report = audit(Map.of());
        assertEquals(1, report.count(HoleKind.WRONG_ID_OR_DATE), report.toString());
        assertEquals(command, report.holes().get(0).command());
        assertEquals("in its row", report.holes().get(0).detail());
    }

    @Test
    void a_contact_with_other_content_is_found_and_not_quoted() {
        InTopic command = commandOf(event(clean.events().results(), this::isFirst));
        change(command, "email_address = 'another@example.org'");
        AuditReport report = audit(Map.of());
        assertHole(report, HoleKind.ROW_DIFFERS, command);
        assertFalse(report.toString().contains("@example"), report.toString());
    }

    @Test
    void a_status_that_its_dates_do_not_support_is_found() {
        InTopic command = commandOf(event(clean.events().results(), this::isFirst));
        change(command, "status = 'Active'");
        assertHole(audit(Map.of()), HoleKind.ROW_DIFFERS, command);
        change(command, "status = 'Active', email_verified_at = now()");
        assertEquals(List.of(), audit(Map.of()).holes());
    }

    @Test
    void a_wrong_contact_count_is_found() {
        clean.database()
                .execute("update resource_directory set contact_count = contact_count + 1"
                        + " where directory_id = 'rd-full'");
        clean.database().execute("delete from resource_directory where directory_id = 'rd-taken'");
        clean.database().execute("insert into resource_directory values ('rd-empty', 1, null)");
        AuditReport report = audit(Map.of());
        assertEquals(Map.of(HoleKind.WRONG_CONTACT_COUNT, 3L), report.holesByKind());
        Map<String, String> details = new TreeMap<>();
        report.holes().forEach(hole -> details.put(hole.id(), hole.detail()));
        assertEquals(
                Map.of(
                        "rd-empty", "counted 1, has 0",
                        "rd-full", "counted 21, has 20",
                        "rd-taken", "counted nowhere, has 1"),
                details);
    }

    // Verification requests.

    @Test
    void a_missing_verification_request_is_found() {
        var dropped = event(clean.events().smsVerifications(), any -> true);
        AuditReport report = audit(Map.of("TOPICS_SMS_VERIFICATIONS", copyWithout(dropped)));
        assertHole(report, HoleKind.MISSING_VERIFICATION, commandOfContact(dropped));
        assertEquals("sms", report.holes().get(0).detail());
    }

    @Test
    void a_surplus_verification_request_is_found() {
        var doubled = event(clean.events().emailVerifications(), any -> true);
        String copy = copy(doubled.topic(), each -> same(each, doubled) ? List.of(each, each) : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_EMAIL_VERIFICATIONS", copy));
        assertHole(report, HoleKind.SURPLUS_VERIFICATION, commandOfContact(doubled));
        assertEquals(copy, report.holes().get(0).event().topic());
    }

    @Test
    void a_replayed_verification_request_is_surplus() {
        var doubled = event(clean.events().emailVerifications(), any -> true);
        String copy = copy(
                doubled.topic(),
                each -> same(each, doubled) ? List.of(with(each, "ce_replayed", "true"), each) : List.of(each));
        assertHole(
                audit(Map.of("TOPICS_EMAIL_VERIFICATIONS", copy)),
                HoleKind.SURPLUS_VERIFICATION,
                commandOfContact(doubled));
    }

    @Test
    void a_verification_request_of_no_contact_is_surplus() {
        var stray = event(clean.events().emailVerifications(), any -> true);
        String copy = copy(
                stray.topic(),
                each -> same(each, stray)
                        ? List.of(each, replaced(each, "\"ContactId\":\"c-", "\"ContactId\":\"d-"))
                        : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_EMAIL_VERIFICATIONS", copy));
        assertEquals(Map.of(HoleKind.SURPLUS_VERIFICATION, 1L), report.holesByKind());
    }

    @Test
    void an_altered_verification_request_is_found() {
        var altered = event(clean.events().emailVerifications(), any -> true);
        assertHole(
                audit(Map.of(
                        "TOPICS_EMAIL_VERIFICATIONS",
                        copyWith(altered, replaced(altered, "@example.com", "@evil.com")))),
                HoleKind.VERIFICATION_DIFFERS,
                commandOfContact(altered));
        assertHole(
                audit(Map.of(
                        "TOPICS_EMAIL_VERIFICATIONS",
                        copyWith(altered, with(altered, "ce_time", "2031-01-01T00:00:00.000Z")))),
                HoleKind.WRONG_ID_OR_DATE,
                commandOfContact(altered));
    }

    // Dead letters.

    @Test
    void a_missing_dead_letter_is_found() {
        var dropped = event(clean.events().deadLetters(), any -> true);
        assertHole(
                audit(Map.of("TOPICS_DEAD_LETTERS", copyWithout(dropped))),
                HoleKind.MISSING_DEAD_LETTER,
                recordOf(dropped));
    }

    @Test
    void a_dead_letter_that_is_not_its_record_is_found() {
        var altered =
                event(clean.events().deadLetters(), letter -> value(letter).startsWith("{\"Name\":"));
        assertHole(
                audit(Map.of("TOPICS_DEAD_LETTERS", copyWith(altered, replaced(altered, "Name", "name")))),
                HoleKind.DEAD_LETTER_DIFFERS,
                recordOf(altered));
        assertHole(
                audit(Map.of("TOPICS_DEAD_LETTERS", copyWith(altered, with(altered, "dl-reason", "Other")))),
                HoleKind.DEAD_LETTER_DIFFERS,
                recordOf(altered));
        assertEquals(
                List.of(),
                audit(Map.of("TOPICS_DEAD_LETTERS", copyWith(altered, with(altered, "dl-worker-version", "9"))))
                        .holes());
    }

    @Test
    void a_dead_letter_that_points_to_its_large_record_is_as_good_and_one_that_does_not_is_found() {
        try (TestStage stage = TestStage.with(1)) {
            stage.configure(stage.events().deadLetters(), Map.of("max.message.bytes", "100000"));
            stage.submit(List.of(stage.record("k".getBytes(UTF_8), new byte[200_000])));
            stage.startWorker();
            stage.answers(1);
            assertEquals(List.of(), audit(stage, Map.of(), Selection.ALL).holes());

            var pointer = stage.all(stage.events().deadLetters()).get(0);
            String other = copy(pointer.topic(), each -> List.of(with(each, "dl-value-sha256", "0".repeat(64))));
            assertHole(
                    audit(stage, Map.of("TOPICS_DEAD_LETTERS", other), Selection.ALL),
                    HoleKind.DEAD_LETTER_DIFFERS,
                    inTopic(stage.commands(), 0, 0));
        }
    }

    @Test
    void a_surplus_dead_letter_is_found() {
        var doubled = event(clean.events().deadLetters(), any -> true);
        String copy = copy(doubled.topic(), each -> same(each, doubled) ? List.of(each, each) : List.of(each));
        assertHole(audit(Map.of("TOPICS_DEAD_LETTERS", copy)), HoleKind.SURPLUS_DEAD_LETTER, recordOf(doubled));
    }

    @Test
    void a_dead_letter_of_no_record_is_found() {
        var stray = event(clean.events().deadLetters(), any -> true);
        String copy = copy(
                stray.topic(),
                each -> same(each, stray) ? List.of(each, with(each, "dl-partition", "99")) : List.of(each));
        AuditReport report = audit(Map.of("TOPICS_DEAD_LETTERS", copy));
        assertEquals(Map.of(HoleKind.DEAD_LETTER_WITHOUT_RECORD, 1L), report.holesByKind());
        String other = copy(
                stray.topic(),
                each -> same(each, stray) ? List.of(each, with(each, "dl-topic", "other")) : List.of(each));
        assertEquals(
                List.of("1 dead letters are of other topics"),
                audit(Map.of("TOPICS_DEAD_LETTERS", other)).notChecked());
    }

    @Test
    void holes_beyond_the_list_are_counted() {
        String empty = copy(clean.events().deadLetters(), each -> List.of());
        AuditReport report = new Audit(
                        clean.settings(Map.of("TOPICS_DEAD_LETTERS", empty)), clean.database(), WAIT, 2, Progress.NONE)
                .of(Selection.ALL);
        assertEquals(2, report.holes().size());
        assertEquals(clean.all(clean.events().deadLetters()).size(), report.count(HoleKind.MISSING_DEAD_LETTER));
    }

    // The tools.

    private AuditReport audit(Map<String, String> topics) {
        return audit(clean, topics, Selection.ALL);
    }

    private static AuditReport audit(TestStage stage, Map<String, String> topics, Selection range) {
        return new Audit(stage.settings(topics), stage.database(), WAIT, 100, Progress.NONE).of(range);
    }

    private static void assertHole(AuditReport report, HoleKind kind, InTopic command) {
        assertEquals(
                Map.of(kind, 1L), report.holesByKind(), () -> report.holes().toString());
        assertEquals(command, report.holes().get(0).command());
    }

    private ConsumerRecord<byte[], byte[]> event(String topic, Predicate<ConsumerRecord<byte[], byte[]>> which) {
        return clean.all(topic).stream().filter(which).findFirst().orElseThrow();
    }

    private static boolean same(ConsumerRecord<?, ?> one, ConsumerRecord<?, ?> other) {
        return one.partition() == other.partition() && one.offset() == other.offset();
    }

    private interface Change {
        List<ConsumerRecord<byte[], byte[]>> of(ConsumerRecord<byte[], byte[]> event);
    }

    private String copyWithout(ConsumerRecord<byte[], byte[]> dropped) {
        return copy(dropped.topic(), each -> same(each, dropped) ? List.of() : List.of(each));
    }

    private String copyWith(ConsumerRecord<byte[], byte[]> event, ConsumerRecord<byte[], byte[]> altered) {
        return copy(event.topic(), each -> List.of(same(each, event) ? altered : each));
    }

    /** A topic with what a change makes of each event of another. */
    private String copy(String topic, Change change) {
        String copy = topic + "-" + ++copies;
        try (Admin admin = clean.admin()) {
            TestTopics.create(admin, List.of(new NewTopic(copy, 2, (short) 1)));
        }
        publish(changed(topic, copy, change));
        return copy;
    }

    private List<ProducerRecord<byte[], byte[]>> changed(String topic, String copy, Change change) {
        return clean.all(topic).stream()
                .flatMap(each -> change.of(each).stream())
                .map(each -> new ProducerRecord<>(copy, each.partition(), each.key(), each.value(), each.headers()))
                .toList();
    }

    private static void publish(List<ProducerRecord<byte[], byte[]>> events) {
        try (var producer = producer(Map.of())) {
            events.forEach(producer::send);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> besides) {
        Map<String, Object> config = new HashMap<>(besides);
        config.put("bootstrap.servers", TestServices.bootstrapServers());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ConsumerRecord<byte[], byte[]> with(
            ConsumerRecord<byte[], byte[]> event, String header, String value) {
        return changed(event, event.value(), with(event.headers(), header, value));
    }

    /** With the header's value in its old place, or else at the end. */
    private static Headers with(Headers headers, String name, String value) {
        Headers changed = new RecordHeaders();
        headers.forEach(header ->
                changed.add(header.key(), header.key().equals(name) ? value.getBytes(UTF_8) : header.value()));
        if (changed.lastHeader(name) == null) {
            changed.add(name, value.getBytes(UTF_8));
        }
        return changed;
    }

    private static ConsumerRecord<byte[], byte[]> on(int partition, ConsumerRecord<byte[], byte[]> event) {
        return new ConsumerRecord<>(
                event.topic(),
                partition,
                event.offset(),
                event.timestamp(),
                event.timestampType(),
                0,
                0,
                event.key(),
                event.value(),
                event.headers(),
                event.leaderEpoch());
    }

    private static ConsumerRecord<byte[], byte[]> replaced(
            ConsumerRecord<byte[], byte[]> event, String text, String by) {
        assertTrue(value(event).contains(text), "there is nothing to alter");
        return changed(event, value(event).replace(text, by).getBytes(UTF_8), event.headers());
    }

    private static ConsumerRecord<byte[], byte[]> changed(
            ConsumerRecord<byte[], byte[]> event, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                event.topic(),
                event.partition(),
                event.offset(),
                event.timestamp(),
                event.timestampType(),
                0,
                0,
                event.key(),
                value,
                headers,
                event.leaderEpoch());
    }

    private static String value(ConsumerRecord<byte[], byte[]> event) {
        return new String(event.value(), UTF_8);
    }

    private static String header(ConsumerRecord<byte[], byte[]> event, String name) {
        return EventReader.header(event, name);
    }

    private InTopic commandOf(ConsumerRecord<byte[], byte[]> answer) {
        String[] parts = header(answer, "ce_id").split("\\.");
        return inTopic(
                clean.commands(), Integer.parseInt(parts[parts.length - 2]), Long.parseLong(parts[parts.length - 1]));
    }

    private static InTopic inTopic(String topic, int partition, long offset) {
        return new RecordPosition(partition, offset).in(topic);
    }

    private InTopic recordOf(ConsumerRecord<byte[], byte[]> letter) {
        return inTopic(
                clean.commands(),
                Integer.parseInt(header(letter, "dl-partition")),
                Long.parseLong(header(letter, "dl-offset")));
    }

    private InTopic commandOfContact(ConsumerRecord<byte[], byte[]> request) {
        String contactId = value(request).replaceAll(".*\"ContactId\":\"([^\"]*)\".*", "$1");
        return clean.database()
                .select(MESSAGE_CONTACT.SOURCE_PARTITION, MESSAGE_CONTACT.SOURCE_OFFSET)
                .from(MESSAGE_CONTACT)
                .where(MESSAGE_CONTACT.CONTACT_ID.eq(contactId))
                .fetchSingle(row -> inTopic(clean.commands(), row.value1(), row.value2()));
    }

    /** Whether an answer is that of the command that made the contact. */
    private boolean isFirst(ConsumerRecord<byte[], byte[]> answer) {
        InTopic command = commandOf(answer);
        return clean.database()
                .fetchExists(
                        MESSAGE_CONTACT,
                        MESSAGE_CONTACT
                                .SOURCE_PARTITION
                                .eq(command.partition())
                                .and(MESSAGE_CONTACT.SOURCE_OFFSET.eq(command.offset())));
    }

    private void change(InTopic command, String assignment) {
        clean.database()
                .execute("update message_contact set " + assignment + " where source_partition = " + command.partition()
                        + " and source_offset = " + command.offset());
    }
}
