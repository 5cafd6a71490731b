package dev.messagecontact.ops;

import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.KafkaTool;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Follows the runbooks page by page on one installation: runs each command line and each query that stands there, in the
 * page's order, with its placeholders filled. Of Kafka's own tools those for topics, transactions and
 * groups are run; compose and kubectl are not.
 */
@Order(1) // long
class RunbooksIT {

    private static final Path FOLDER = Path.of("ops/runbooks");

    /** What a page has in code: a line of a block, or words between backquotes; a tool of Kafka's only in a block. */
    private static final Pattern STEP =
            Pattern.compile("(?m)(?:^ +|`)(?:\\./contacts ([^`#\\n]+)|((?:select|insert|alter role) [^`;]+?)(?:;|`))"
                    + "|^ +(kafka-(?:topics|transactions|consumer-groups)\\.sh .+)$");

    private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|[^\\s\"])+");
    private static final List<String> TABLES =
            List.of("resource_directory", "message_contact", "command_rejection", "batch_receipt");
    private static final int COMMANDS = 20;
    /** So many are refused wrongly by the bad release. */
    private static final int WRONG = 2;

    private final TestStage stage = TestStage.with(2);
    private final Map<String, String> settings =
            new HashMap<>(Map.of("TOPICS_PARTITIONS", "2", "REJECTIONS_KEPT", "P30D"));
    private final Set<String> followed = new HashSet<>();
    private final List<Connection> strangers = new ArrayList<>();
    private RunningWorker worker;
    private int submitted;
    /** Of all tools of Kafka's on the page that is followed. */
    private String toolsOutput = "";

    /** What an operator does between two steps of a page, by the beginning of the second one. */
    private final Map<String, Runnable> before = new HashMap<>();

    /** Steps that end with another code than 0. */
    private final Map<String, Integer> exitCodes = new HashMap<>();

    @BeforeEach
    void open() {
        asPlanned();
        stage.database()
                .execute("do $$ begin create role contacts_worker; exception when duplicate_object then null; end $$");
        submit(COMMANDS);
        stage.submit(List.of(stage.record("rd-0".getBytes(UTF_8), "{".getBytes(UTF_8))));
        submitted++;
        worker = stage.startWorker();
        stage.answers(submitted);
    }

    /** The topics of a stage as {@code contacts topics} would have made them. */
    private void asPlanned() {
        Map<String, String> kept = Map.of("retention.ms", "2592000000");
        List.of(stage.commands(), stage.events().results(), stage.events().errors())
                .forEach(topic -> stage.configure(topic, kept));
        stage.configure(
                stage.outcomes(), Map.of("retention.ms", "2592000000", "message.timestamp.type", "LogAppendTime"));
        stage.configure(
                stage.events().deadLetters(), Map.of("retention.ms", "2592000000", "max.message.bytes", "1064972"));
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection stranger : strangers) {
            stranger.close();
        }
        stage.database().execute("drop role contacts_worker");
        stage.close();
    }

    @Test
    void what_the_pages_tell_an_operator_to_type_does_what_they_say() throws Exception {
        besideRunningWorkers();
        whileAllWorkersAreStopped();
        withEventsThatAreWrongOrGone();
        followed.add("offset-gap"); // below
        assertEquals(pagesWithSteps(), followed, "every page is followed");
    }

    @Test
    void a_gap_is_passed_over_as_its_page_says() throws Exception {
        worker.stop();
        RecordMetadata unanswered = submit(1).get(0);
        stage.deleteCommands(unanswered.partition(), unanswered.offset() + 1);
        exitCodes.putAll(Map.of("offsets", 1, "offsets move", 0));
        follow(
                "offset-gap",
                Map.of(
                        "P", Integer.toString(unanswered.partition()),
                        "TOPIC", stage.commands(),
                        "message-contact-worker", stage.group()));
    }

    private void besideRunningWorkers() throws Exception {
        follow("upgrade-and-rollback", Map.of());
        follow("no-worker", Map.of());
        follow("not-ready", Map.of());
        follow("verifications-late-or-doubled", Map.of("REQUEST_ID", "r-1", "SENDERS_GROUP", stage.group()));
        follow("leaked-credentials", Map.of());
        ConsumerRecord<byte[], byte[]> deadLetter =
                stage.all(stage.events().deadLetters()).get(0);
        follow(
                "poison-flood",
                Map.of(
                        "--since ...",
                        "--since 2020-01-01T00:00:00Z",
                        "PARTITION:OFFSET",
                        deadLetter.partition() + ":" + deadLetter.offset()));
        follow("commands-wait", Map.of());
        hangingTransactions();
        stage.database().execute("select pg_create_physical_replication_slot('slot_of_the_runbooks')");
        follow("disk-full", Map.of("NAME", "slot_of_the_runbooks"));
        follow("rotate-passwords", Map.of());
        follow(
                "data-subject-requests",
                Map.of(
                        "REQUEST_ID", "r-2",
                        "rd-3G2b1x", "rd-0",
                        "c-UnCaInIFdAC377Zi", DerivedIds.contactId("rd-0", "r-2")));
        submitted++; // the deletion
    }

    /** Of two publishers, who leave their transactions open: the first one's is known, the second one's is taken for forgotten. */
    private void hangingTransactions() throws Exception {
        try (Producer<byte[], byte[]> known = stage.transactionalProducer("known-to-the-runbooks");
                Producer<byte[], byte[]> forgotten = stage.transactionalProducer("forgotten-by-the-runbooks")) {
            RecordMetadata first = leaveOpen(known);
            RecordMetadata second = leaveOpen(forgotten);
            follow(
                    "hanging-transaction",
                    Map.of(
                            "TOPIC", stage.commands(),
                            "N", Integer.toString(second.partition()),
                            "ID", "known-to-the-runbooks",
                            "OFFSET", Long.toString(second.offset()),
                            "PID", stranger()));
            assertEquals(2, lines("\t(?:" + first.offset() + "|" + second.offset() + ")\\s*$"), toolsOutput);
            assertEquals(2, lines("^(?:known|forgotten)-\\S+ .*Ongoing"), toolsOutput);
            assertEquals(endFor(IsolationLevel.READ_UNCOMMITTED), endFor(IsolationLevel.READ_COMMITTED));
        }
    }

    /** The end of the partition for such readers. */
    private long endFor(IsolationLevel level) throws Exception {
        TopicPartition partition = new TopicPartition(stage.commands(), 0);
        try (Admin admin = stage.admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private RecordMetadata leaveOpen(Producer<byte[], byte[]> publisher) throws Exception {
        publisher.beginTransaction();
        return publisher
                .send(new ProducerRecord<>(stage.commands(), 0, null, "never".getBytes(UTF_8)))
                .get();
    }

    private long lines(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(toolsOutput)
                .results()
                .count();
    }

    private void whileAllWorkersAreStopped() throws Exception {
        keepBackup();
        answerMore(10);
        worker.stop();
        follow("stop-all-workers", Map.of());
        follow("failover", Map.of());
        restoreBackup();
        follow("restored-backup", Map.of());
        stage.database().execute("drop schema backup cascade");
        stage.database().execute("drop schema public cascade");
        stage.database().execute("create schema public");
        exitCodes.put("offsets", 1);
        follow("lost-database", Map.of("rd-...", "rd-of-fifty"));
        follow("another-cluster", Map.of());
        RecordMetadata damaged = submit(1).get(0);
        Map<String, String> places = Map.of(
                "P", Integer.toString(damaged.partition()),
                "N", Long.toString(damaged.offset()),
                "M", Long.toString(damaged.offset() + 1));
        follow("unreadable-record", places);
        // It was not damaged after all, and is answered by the next worker: a replay of everything refuses what was
        // skipped.
        assertEquals(
                0,
                run(List.of("offsets", "move", "--partition", places.get("P"), "--to", places.get("N")))
                        .exitCode());
    }

    private void withEventsThatAreWrongOrGone() throws Exception {
        worker = stage.startWorker(Map.of("PHONE_COUNTRY_CODES", "49"));
        submit(WRONG - 1); // and one that was skipped
        stage.answers(submitted + replayed());
        worker.stop();
        exitCodes.put("audit --from", 1);
        before.put("explain", () -> {
            submitted += WRONG + replayed();
            worker = stage.startWorker();
            stage.answers(submitted);
        });
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        follow(
                "bad-release",
                Map.of(
                        "OFFSET", "0",
                        "CODE", "InvalidParameter.MobileCountryCode",
                        "2026-03-01T08:00:00Z", now.minusSeconds(3_600).toString(),
                        "2026-03-01T09:00:00Z", now.plusSeconds(3_600).toString(),
                        "REQUEST_ID", "r-1"));
        before.put("topics --check", () -> settings.put("TOPICS_PARTITIONS", "3"));
        follow("adding-partitions", Map.of("message-contact.commands", stage.commands(), "24", "3"));
        worker.stop();
        try (Admin admin = stage.admin()) {
            admin.deleteTopics(List.of(stage.events().results())).all().get();
        }
        follow("lost-output-topic", Map.of());
    }

    private int replayed() {
        return (int) stage.all(stage.events().results(), stage.events().errors()).stream()
                .filter(answer -> answer.headers().lastHeader("ce_replayed") != null)
                .count();
    }

    private List<RecordMetadata> submit(int count) {
        List<ProducerRecord<byte[], byte[]>> commands = IntStream.range(submitted, submitted + count)
                .mapToObj(i -> adding(stage, "rd-" + i / 10, "r-" + i, "tom" + letters(i)))
                .toList();
        submitted += count;
        return stage.submit(commands);
    }

    private void answerMore(int count) {
        submit(count);
        stage.answers(submitted);
    }

    /** Somebody who leaves a transaction open; gives the process that serves him. */
    private String stranger() throws SQLException {
        Connection stranger = stage.databaseAddress().connect();
        strangers.add(stranger);
        stranger.setAutoCommit(false);
        var pid = stranger.createStatement().executeQuery("select pg_backend_pid()");
        pid.next();
        return pid.getString(1);
    }

    private void keepBackup() {
        stage.database().execute("create schema backup");
        TABLES.forEach(table -> stage.database().execute("create table backup." + table + " as table " + table));
    }

    private void restoreBackup() {
        stage.database().execute("truncate " + String.join(", ", TABLES));
        TABLES.forEach(table -> stage.database().execute("insert into " + table + " table backup." + table));
    }

    private void follow(String page, Map<String, String> placeholders) throws Exception {
        followed.add(page);
        toolsOutput = "";
        Matcher step = STEP.matcher(Files.readString(FOLDER.resolve(page + ".md")));
        while (step.find()) {
            if (step.group(1) != null) {
                type(page, step.group(1).strip(), placeholders);
            } else if (step.group(2) != null) {
                stage.database().execute(filled(step.group(2), placeholders));
            } else {
                useTool(page, step.group(3), placeholders);
            }
        }
        before.clear();
        exitCodes.clear();
    }

    private void type(String page, String step, Map<String, String> placeholders) {
        valueFor(step, before).ifPresent(Runnable::run);
        List<String> words = WORD.matcher(filled(step, placeholders))
                .results()
                .map(word -> word.group().replace("\"", ""))
                .collect(Collectors.toCollection(ArrayList::new));
        CommandLineRun ran = run(words);
        if (ran.exitCode() == 2 && ran.err().contains("it needs --yes")) { // the test is no terminal
            words.add("--yes");
            ran = run(words);
        }
        int expected = valueFor(step, exitCodes).orElse(0);
        String all = page + ": " + words + "\n" + ran.out() + ran.err();
        assertEquals(expected, ran.exitCode(), all);
        if (words.get(0).equals("audit")) {
            assertEquals(expected == 0, ran.out().endsWith("complete\n"), all);
        }
    }

    private void useTool(String page, String step, Map<String, String> placeholders) throws Exception {
        Map<String, String> all = new HashMap<>(placeholders);
        all.put("$KAFKA_BOOTSTRAP_SERVERS", stage.bootstrapServers());
        List<String> words = List.of(filled(step, all).split("\\s+"));
        KafkaTool ran = KafkaTool.run(words);
        assertEquals(0, ran.exitCode(), () -> page + ": " + words + "\n" + ran.output());
        toolsOutput += ran.output();
    }

    private static <T> Optional<T> valueFor(String step, Map<String, T> byBeginning) {
        return byBeginning.entrySet().stream()
                .filter(each -> step.startsWith(each.getKey()))
                .max(Comparator.comparing(each -> each.getKey().length()))
                .map(Map.Entry::getValue);
    }

    private CommandLineRun run(List<String> words) {
        return CommandLineRun.of(stage.environment(settings), words.toArray(String[]::new));
    }

    /** The longest first: one placeholder may hold another one's letters. */
    private static String filled(String text, Map<String, String> placeholders) {
        String filled = text;
        List<String> names = placeholders.keySet().stream()
                .sorted((one, other) -> other.length() - one.length())
                .toList();
        for (String name : names) {
            String whole = Pattern.quote(name);
            filled = filled.replaceAll(
                    name.matches("\\w+") ? "\\b" + whole + "\\b" : whole,
                    Matcher.quoteReplacement(placeholders.get(name)));
        }
        return filled;
    }

    private static Set<String> pagesWithSteps() throws IOException {
        Set<String> pages = new HashSet<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".md", "");
                if (!name.equals("README")
                        && STEP.matcher(Files.readString(file)).find()) {
                    pages.add(name);
                }
            }
        }
        assertTrue(pages.size() > 15, () -> "the pattern finds too little: " + pages);
        return pages;
    }
}
