package dev.messagecontact.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.database.Database;
import dev.messagecontact.recovery.offsets.GroupOffsets;
import dev.messagecontact.recovery.offsets.Move;
import dev.messagecontact.recovery.offsets.PartitionOffsets;
import dev.messagecontact.recovery.offsets.PartitionOffsets.State;
import dev.messagecontact.recovery.offsets.Target;
import dev.messagecontact.recovery.rebuild.Rebuild;
import dev.messagecontact.recovery.replay.Replay;
import dev.messagecontact.recovery.replay.ReplayPlan;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.KafkaTool;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The disasters of ops/runbooks, and what is left of them when their commands were run: complete by the audit, every event as
 * before, nobody's verification requested twice. With {@code -Ddisaster.commands=100000} as large as life.
 */
@Order(1) // long
class DisastersIT {

    private static final Pattern ADOPTS = Pattern.compile("(?m)^ +\\./contacts (offsets adopt .+)$");
    private static final Pattern FORGETS = Pattern.compile("(?m)^ +(kafka-consumer-groups\\.sh .+)$");
    private static final int COMMANDS = Integer.getInteger("disaster.commands", 600);

    /** They refuse contacts that were added. */
    private static final Map<String, String> STRICTER =
            Map.of("PHONE_COUNTRY_CODES", "852", "CONTACTS_LIMIT_PER_DIRECTORY", "1", "COMMAND_MAX_BYTES", "1024");

    private final TestStage stage = TestStage.with(4);
    private final long started = System.nanoTime();
    private List<String> rows = List.of();
    private TreeSet<String> events = new TreeSet<>();
    private long verifications;

    @BeforeEach
    void answerAll() {
        stage.submit(SampleCommands.of(stage.commands(), COMMANDS));
        RunningWorker worker = stage.startWorker();
        stage.answers(COMMANDS);
        worker.stop();
        rows = StoredState.rows(stage);
        events = events();
        verifications = verifications();
        assertTrue(verifications > COMMANDS / 2);
    }

    @AfterEach
    void close() {
        stage.close();
        System.out.printf("%,d commands, %.1f s in all%n", COMMANDS, (System.nanoTime() - started) / 1e9);
    }

    @Test
    void lost_database() {
        stage.database()
                .execute(
                        "truncate message_contact, command_rejection, resource_directory, field_refusal, batch_receipt");
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        timed("rebuild", () -> rebuild.run(rebuild.missing(), false));
        assertAsBefore();
    }

    @Test
    void restored_backup() {
        int half = COMMANDS / 8;
        stage.database().execute("delete from message_contact where source_offset >= " + half);
        stage.database().execute("delete from command_rejection where source_offset >= " + half);
        stage.database().execute("delete from resource_directory");
        stage.database()
                .execute(
                        "insert into resource_directory select directory_id, count(*) from message_contact group by 1");
        stage.database().execute("delete from batch_receipt");
        stage.database()
                .execute("insert into batch_receipt select distinct source_topic, source_partition, -1, " + (half - 10)
                        + ", " + (half - 10) + " from message_contact");
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        timed("rebuild", () -> rebuild.run(rebuild.missing(), false));
        // Directories that never had a contact are made with their first command, not by a backup.
        assertEquals(rows, StoredState.rows(stage));
        assertAsBefore();
    }

    @Test
    void lost_output_topic() throws Exception {
        recreate(stage.events().results());
        Replay replay = replay();
        ReplayPlan plan = replay.plan(Origin.UPSTREAM, withCode(Selection.ADDED), false, false, false);
        timed("replay", () -> replay.run("results", plan));
        assertAsBefore();
    }

    @Test
    void lost_verification_topic() throws Exception {
        recreate(stage.events().emailVerifications());
        Replay replay = replay();
        ReplayPlan plan = replay.plan(Origin.UPSTREAM, withCode(Selection.ADDED), true, false, false);
        Tally tally = replay.run("verifications", plan);
        long sms = stage.all(stage.events().smsVerifications()).size();
        assertEquals(verifications, tally.verifications());
        verifications += sms / 2; // an SMS sender drops these by their ids
        assertAsBefore();
    }

    @Test
    void answers_told_wrongly_for_an_hour() {
        Replay replay = replay();
        timed("replay", () -> replay.run("all", replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false)));
        assertAsBefore();
    }

    @Test
    void offsets_moved_back_by_kafka_s_own_tool() throws Exception {
        kafkaConsumerGroups(stage, "--to-earliest");
        assertEquals(
                0,
                stage.committed().values().stream().mapToLong(Long::longValue).sum());

        RunningWorker worker = stage.startWorker();
        timed("worker", () -> stage.answers(2 * COMMANDS));
        worker.stop();
        assertAsBefore();
    }

    @Test
    void database_that_lost_its_last_rows() {
        int last = COMMANDS / 8;
        loseRowsFrom(last);
        try (LogLines lines = LogLines.of("dev.messagecontact.intake.Assignment")) {
            RunningWorker worker = stage.startWorker();
            lines.await("is stopped", "the database has a receipt up to " + last + " only");
            worker.stop();
        }
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        timed("rebuild", () -> rebuild.run(rebuild.missing(), false));
        assertTrue(offsets().all().stream().allMatch(each -> each.state() == State.OK));
        RunningWorker worker = stage.startWorker();
        worker.stop();
        assertAsBefore();
    }

    @Test
    void group_moved_forward_by_kafka_s_own_tool() throws Exception {
        stage.submit(SampleCommands.of(stage.commands(), 2 * COMMANDS).subList(COMMANDS, 2 * COMMANDS));
        kafkaConsumerGroups(stage, "--to-latest");
        try (LogLines lines = LogLines.of("dev.messagecontact.intake.Assignment")) {
            RunningWorker worker = stage.startWorker();
            lines.await("is stopped", "or a tool has moved the group over them");
            worker.stop();
        }
        for (PartitionOffsets each : offsets().all()) {
            assertEquals(State.DATABASE_BEHIND, each.state());
            Move move = offsets().plan(each.partition(), Target.parse("settled"));
            assertEquals(List.of(), move.skipped());
            offsets().make(move, "", "test");
        }
        RunningWorker worker = stage.startWorker();
        stage.answers(2 * COMMANDS);
        worker.stop();
        Aftermath.assertComplete(stage);
        long asked = stage
                .all(stage.events().emailVerifications(), stage.events().smsVerifications())
                .stream()
                .map(event -> EventReader.header(event, "ce_id"))
                .distinct()
                .count();
        assertEquals(asked, verifications(), "nobody is asked twice");
    }

    @Test
    void settings_changed_between_answer_and_rebuild() {
        stage.database()
                .execute(
                        "truncate message_contact, command_rejection, resource_directory, field_refusal, batch_receipt");
        Rebuild rebuild = new Rebuild(stage.settings(STRICTER), stage.database(), Progress.NONE);
        timed("rebuild", () -> rebuild.run(rebuild.missing(), false));
        assertAsBefore();
    }

    @Test
    void settings_changed_between_answer_and_repeat() throws Exception {
        kafkaConsumerGroups(stage, "--to-earliest");
        RunningWorker worker = stage.startWorker(STRICTER);
        stage.answers(2 * COMMANDS);
        worker.stop();
        assertAsBefore();
    }

    private static void kafkaConsumerGroups(TestStage stage, String where) throws Exception {
        KafkaTool ran = KafkaTool.run(List.of(
                "kafka-consumer-groups.sh",
                "--bootstrap-server",
                stage.bootstrapServers(),
                "--group",
                stage.group(),
                "--topic",
                stage.commands(),
                "--reset-offsets",
                where,
                "--execute"));
        assertEquals(0, ran.exitCode(), ran.output());
    }

    private GroupOffsets offsets() {
        return new GroupOffsets(stage.settings(Map.of()), stage.database(), Origin.UPSTREAM);
    }

    private void loseRowsFrom(int offset) {
        stage.database().execute("delete from message_contact where source_offset >= " + offset);
        stage.database().execute("delete from command_rejection where source_offset >= " + offset);
        stage.database().execute("delete from field_refusal where source_offset >= " + offset);
        stage.database()
                .execute("update resource_directory d set contact_count = (select count(*) from message_contact c"
                        + " where c.directory_id = d.directory_id)");
        stage.database().execute("delete from batch_receipt");
        stage.database()
                .execute(
                        "insert into batch_receipt select distinct source_topic, source_partition, -1, %d, %d from message_contact"
                                .formatted(offset, offset));
    }

    @Test
    void another_cluster() {
        try (TestStage elsewhere = copied();
                Database same = new Database(stage.settings(Map.of()).database())) {
            RunningWorker worker = elsewhere.startWorker(Map.of(), same);
            elsewhere.answers(COMMANDS);
            worker.stop();
            assertNobodyIsAskedAgain(elsewhere);
        }
    }

    @Test
    void another_cluster_with_translated_offsets() throws Exception {
        try (TestStage elsewhere = copied();
                Database same = new Database(stage.settings(Map.of()).database())) {
            Map<String, String> environment = new HashMap<>(elsewhere.environment(Map.of()));
            List.of("DATABASE_URL", "DATABASE_USERNAME", "DATABASE_PASSWORD")
                    .forEach(name ->
                            environment.put(name, stage.environment(Map.of()).get(name)));
            translateOffsets(elsewhere);

            assertTrue(CommandLineRun.of(environment, "offsets").out().contains("no receipt"));
            List<List<String>> steps = steps("another-cluster", ADOPTS);
            assertEquals(2, steps.size(), "of the commands and of the outcomes");
            steps.forEach(step -> CommandLineRun.of(environment, step.toArray(String[]::new)));
            CommandLineRun offsets = CommandLineRun.of(environment, "offsets");
            assertEquals(0, offsets.exitCode(), offsets.out() + offsets.err());

            RunningWorker worker = elsewhere.startWorker(Map.of(), same);
            elsewhere.answers(elsewhere.committed().size()); // the last one of each partition
            worker.stop();
            assertNobodyIsAskedAgain(elsewhere);
            CommandLineRun audit = CommandLineRun.of(environment, "audit", "--quiet");
            assertEquals(0, audit.exitCode(), audit.out() + audit.err());
            assertTrue(audit.out().contains("an operator has moved the group past them"), audit.out() + audit.err());
        }
    }

    /** The command topic as it is on other brokers, and no events. */
    private TestStage copied() {
        TestStage elsewhere = TestStage.with(4);
        elsewhere.submit(stage.all(stage.commands()).stream()
                .map(record -> new ProducerRecord<>(
                        elsewhere.commands(), record.partition(), null, record.key(), record.value(), record.headers()))
                .toList());
        return elsewhere;
    }

    /** As tools do: rather too early than too late. */
    private void translateOffsets(TestStage elsewhere) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> translated = new HashMap<>();
        stage.committed()
                .forEach((partition, offset) -> translated.put(
                        new TopicPartition(elsewhere.commands(), partition), new OffsetAndMetadata(offset - 1)));
        try (Admin admin = elsewhere.admin()) {
            admin.alterConsumerGroupOffsets(elsewhere.group(), translated).all().get();
        }
    }

    private void assertNobodyIsAskedAgain(TestStage elsewhere) {
        assertEquals(
                List.of(),
                elsewhere.all(
                        elsewhere.events().emailVerifications(),
                        elsewhere.events().smsVerifications()));
        assertEquals(contacts(rows), contacts(StoredState.rows(stage)));
    }

    @Test
    void group_moved_forward_before_a_worker_has_read_anything() throws Exception {
        try (TestStage untouched = TestStage.with(1)) {
            untouched.submit(SampleCommands.of(untouched.commands(), 60));
            kafkaConsumerGroups(untouched, "--to-latest");
            try (LogLines lines = LogLines.of("dev.messagecontact.intake.Assignment")) {
                RunningWorker worker = untouched.startWorker();
                lines.await("is stopped", "the database knows nothing of them");
                worker.stop();
            }
            List<List<String>> steps = steps("offset-gap", FORGETS);
            assertEquals(1, steps.size());
            for (List<String> step : steps) {
                KafkaTool ran = KafkaTool.run(filled(
                        step,
                        Map.of(
                                "$KAFKA_BOOTSTRAP_SERVERS", untouched.bootstrapServers(),
                                "message-contact-worker", untouched.group(),
                                "TOPIC:P", untouched.commands() + ":0")));
                assertEquals(0, ran.exitCode(), ran.output());
            }
            RunningWorker worker = untouched.startWorker();
            untouched.answers(60);
            worker.stop();
        }
    }

    /** The words of each line of a page that this finds. */
    private static List<List<String>> steps(String page, Pattern line) throws IOException {
        return line.matcher(Files.readString(Path.of("ops/runbooks", page + ".md")))
                .results()
                .map(step -> Pattern.compile("\"[^\"]*\"|\\S+")
                        .matcher(step.group(1))
                        .results()
                        .map(word -> word.group().replace("\"", ""))
                        .toList())
                .toList();
    }

    private static List<String> filled(List<String> words, Map<String, String> placeholders) {
        return words.stream().map(word -> placeholders.getOrDefault(word, word)).toList();
    }

    private void recreate(String topic) {
        try (var admin = stage.admin()) {
            TestTopics.recreate(admin, topic, 2);
        }
    }

    private static List<String> contacts(List<String> rows) {
        return rows.stream().filter(row -> row.startsWith("message_contact ")).toList();
    }

    private void assertAsBefore() {
        Aftermath.assertComplete(stage);
        assertEquals(rows, StoredState.rows(stage));
        assertEquals(events, events());
        assertEquals(verifications, verifications());
    }

    /** Each event once, however often it was told. */
    private TreeSet<String> events() {
        var topics = stage.events();
        return StoredState.events(
                        stage,
                        false,
                        topics.results(),
                        topics.errors(),
                        topics.emailVerifications(),
                        topics.smsVerifications(),
                        topics.deadLetters())
                .stream()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long verifications() {
        return stage.all(stage.events().emailVerifications(), stage.events().smsVerifications())
                .size();
    }

    private static Selection withCode(String code) {
        return new Selection(Set.of(), 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, null, null, code);
    }

    private Replay replay() {
        return new Replay(stage.settings(Map.of()), stage.database(), Pace.ANY, Progress.NONE);
    }

    private static void timed(String what, Runnable work) {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: %.1f s, %,.0f commands/s%n", what, seconds, COMMANDS / seconds);
    }
}
