package dev.messagecontact.recovery.replay;

import static dev.messagecontact.database.schema.Tables.REPLAY;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplayIT {

    private static final int COMMANDS = 300;
    /** Of real processes; more of them with {@code -Dreplay.kills=10}. */
    private static final int KILLS = Integer.getInteger("replay.kills", 1);

    private final TestStage stage = TestStage.with(3);
    private RunningWorker worker;

    @BeforeEach
    void answerAll() {
        stage.submit(SampleCommands.of(stage.commands(), COMMANDS));
        worker = stage.startWorker();
        stage.answers(COMMANDS);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void it_tells_every_answer_again_as_it_was_and_requests_no_verification() {
        List<String> before = answers(false);
        List<String> rows = StoredState.rows(stage);
        Map<Integer, Long> committed = stage.committed();
        worker.stop();

        Replay replay = replay();
        Tally tally = replay.run("all", replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false));

        assertEquals(COMMANDS, tally.answers());
        assertEquals(0, tally.verifications());
        List<String> twice = new ArrayList<>(before);
        twice.addAll(before);
        assertEquals(twice.stream().sorted().toList(), answers(false));
        assertEquals(COMMANDS, replayed().size());
        assertEquals(rows, StoredState.rows(stage));
        assertEquals(committed, stage.committed());
        assertEquals(verifications(), verificationIds().size(), "none twice");
    }

    /** Retention goes on while a replay is interrupted. */
    @Test
    void one_that_is_resumed_says_which_commands_are_gone_since_its_start() throws Exception {
        Replay replay = replay();
        ReplayPlan plan = replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false);
        ReplayPlan forced = replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, true);
        stage.deleteCommands(0, 2);

        OperatorException refused = assertThrows(OperatorException.class, () -> replay.run("cut", plan));
        Tally tally = replay.run("forced", forced);

        assertTrue(
                String.valueOf(refused.getMessage()).contains("the commands before offset 2, of which those from 0 on"),
                refused.toString());
        assertEquals(COMMANDS - 2, tally.answers());
    }

    /** Its gap is accepted, however it grows while the replay is interrupted. */
    @Test
    void one_that_was_begun_with_an_accepted_gap_is_resumed_although_more_commands_are_gone_since() throws Exception {
        ReplayPlan plan = plan(Selection.ALL, true);
        Journal journal = new Journal(stage.database());
        journal.begin("gap", plan, "me", Instant.now());
        stage.deleteCommands(0, 2);
        Journal.Entry begun = journal.find("gap").orElseThrow();
        assertEquals(
                COMMANDS - 2,
                replay().resume(begun, begun.plan(), Instant.now()).answers());

        ReplayPlan ofAnOldRelease = new ReplayPlan(
                plan.group(),
                plan.topicId(),
                Selection.ALL,
                false,
                null,
                false,
                plan(Selection.ALL, true).parts());
        journal.begin("strict", ofAnOldRelease, "me", Instant.now());
        stage.deleteCommands(0, 4);
        CommandLineRun refused = stage.run("replay", "--resume", "strict", "--quiet");
        assertEquals(1, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("--accept-gap"), refused.err());
        CommandLineRun accepted = stage.run("replay", "--resume", "strict", "--accept-gap", "--quiet");
        assertEquals(0, accepted.exitCode(), accepted.err());
        assertTrue(accepted.out().contains(" %d  answers and".formatted(COMMANDS - 4)), accepted.out());
    }

    @Test
    void one_that_met_a_lost_decision_is_finished_by_the_option_that_it_names() {
        stage.database().execute("delete from message_contact where source_partition = 0 and source_offset > 5");
        long forgotten = replay().look(plan(Selection.ALL, false)).forgottenCount();
        CommandLineRun refused = stage.run("replay", "--all", "--id", "lost", "--rate", "100", "--quiet");
        assertEquals(1, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("`--force` leaves them out"), refused.err());

        CommandLineRun forced = stage.run("replay", "--resume", "lost", "--force", "--quiet");

        assertEquals(0, forced.exitCode(), forced.err());
        assertTrue(forced.out().contains("not complete: "), forced.out());
        assertEquals(COMMANDS - forgotten, replayed().size(), "each once");
    }

    @Test
    void what_one_that_is_resumed_would_not_heed_is_refused() {
        for (List<String> option : List.of(
                List.of("--directory", "rd-1"),
                List.of("--partition", "0"),
                List.of("--outcomes"),
                List.of("--with-verifications"))) {
            List<String> line = new ArrayList<>(List.of("replay", "--resume", "any"));
            line.addAll(option);
            CommandLineRun refused = stage.run(line.toArray(String[]::new));
            assertEquals(2, refused.exitCode(), option + " " + refused);
        }
    }

    @Test
    void a_look_tells_and_stores_nothing() {
        List<String> events = StoredState.events(stage);
        Replay replay = replay();
        Tally tally = replay.look(replay.plan(Origin.UPSTREAM, Selection.ALL, true, false, false));
        assertEquals(COMMANDS, tally.answers());
        assertTrue(tally.verifications() > 0);
        assertEquals(events, StoredState.events(stage));
    }

    @Test
    void verifications_are_told_again_if_asked_for_with_the_same_ids() {
        int before = verifications();
        Set<String> ids = verificationIds();
        Replay replay = replay();
        Tally tally = replay.run("v", replay.plan(Origin.UPSTREAM, Selection.ALL, true, false, false));
        assertEquals(before, tally.verifications());
        assertEquals(2 * before, verifications());
        assertEquals(ids, verificationIds());
    }

    @Test
    void only_what_is_selected_is_told() {
        String directory = new String(stage.all(stage.events().results()).get(0).key(), UTF_8);
        List<Selection> selections = List.of(
                new Selection(Set.of(), 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, directory, null, null),
                new Selection(Set.of(1), 5, 25, Long.MIN_VALUE, Long.MAX_VALUE, null, null, null),
                new Selection(
                        Set.of(),
                        0,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        null,
                        null,
                        "LimitExceeded.Contacts"),
                new Selection(Set.of(), 0, Long.MAX_VALUE, Long.MIN_VALUE, 1, null, null, null));
        List<Long> told = selections.stream()
                .map(selection -> replay().look(replay().plan(Origin.UPSTREAM, selection, false, false, false))
                        .answers())
                .toList();
        long ofDirectory = allAnswers().stream()
                .filter(answer -> directory.equals(new String(answer.key(), UTF_8)))
                .count();
        long full = stage.all(stage.events().errors()).stream()
                .filter(error -> new String(error.value(), UTF_8).contains("\"Code\":\"LimitExceeded.Contacts\",\"Mes"))
                .count();
        assertEquals(List.of(ofDirectory, 20L, full, 0L), told);
    }

    @Test
    void killed_at_any_moment_and_resumed_it_tells_each_answer_once() {
        Random random = new Random(7);
        Replay all = replay();
        ReplayPlan plan = all.plan(Origin.UPSTREAM, Selection.ALL, true, false, false);
        for (int kill = 0; kill < 10; kill++) {
            AtomicInteger left = new AtomicInteger(random.nextInt(40));
            Pace dying = new Pace(80, () -> 0, nanos -> {
                if (left.getAndDecrement() == 0) {
                    throw new IllegalStateException("killed");
                }
            });
            Replay killed = new Replay(stage.settings(Map.of()), stage.database(), dying, Progress.NONE);
            try {
                killed.run("killed", plan);
            } catch (IllegalStateException e) {
                assertEquals("killed", e.getMessage());
            }
        }
        all.run("killed", plan);
        assertEquals(COMMANDS, replayed().size());
        assertEquals(0, all.run("killed", plan).answers());
        assertEquals(2 * verificationIds().size(), verifications());
    }

    @Test
    void of_two_at_once_the_later_finishes_and_the_other_one_gives_way() {
        Replay later = replay();
        ReplayPlan plan = plan(Selection.ALL, false);
        AtomicInteger portions = new AtomicInteger();
        Pace overtaken = new Pace(80, () -> 0, nanos -> {
            if (portions.getAndIncrement() == 2) {
                later.run("twice", plan);
            }
        });
        Replay first = new Replay(stage.settings(Map.of()), stage.database(), overtaken, Progress.NONE);

        KafkaException fenced = assertThrows(KafkaException.class, () -> first.run("twice", plan));

        assertEquals(KafkaFault.FENCED, KafkaFault.of(fenced), fenced.toString());
        assertEquals(COMMANDS, replayed().size());
    }

    @Test
    void processes_killed_at_any_moment_are_finished_by_the_next() throws Exception {
        Random random = new Random(9);
        List<String> begin = List.of("replay", "--all", "--id", "killed", "--rate", "150", "--with-verifications");
        List<String> resume = List.of("replay", "--resume", "killed", "--rate", "150");
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = stage.startProcess(Map.of(), (kill == 0 ? begin : resume).toArray(String[]::new));
            int enough = Math.min(COMMANDS, replayed().size() + 1 + random.nextInt(COMMANDS / (KILLS + 1)));
            await("it has told some").until(() -> replayed().size() >= enough);
            process.destroyForcibly().waitFor();
        }
        boolean isEnded = stage.database().fetchExists(REPLAY, REPLAY.ENDED_AT.isNotNull()); // before the last kill
        Process last = stage.startProcess(Map.of(), "replay", "--resume", "killed");
        assertEquals(isEnded ? 1 : 0, last.waitFor());
        assertEquals(COMMANDS, replayed().size());
        assertEquals(2 * verificationIds().size(), verifications());
    }

    @Test
    void what_the_database_does_not_remember_is_refused_and_left_out_if_forced() {
        stage.database().execute("delete from message_contact where source_partition = 0 and source_offset > 5");
        Replay replay = replay();
        ReplayPlan plan = replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false);
        long forgotten = replay.look(plan).forgottenCount();
        assertTrue(forgotten > 0);
        assertThrows(OperatorException.class, () -> replay.run("refused", plan));
        Tally forced = replay.run("forced", replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, true));
        assertEquals(forgotten, forced.forgottenCount());
        assertEquals(COMMANDS - forgotten, forced.answers());
    }

    /** Else a publisher whose contact is there would hear that it was refused. */
    @Test
    void what_today_s_rules_refuse_is_no_answer_where_the_database_has_lost_the_decision() {
        try (TestStage lost = TestStage.with(1)) {
            lost.submit(
                    List.of(Commands.adding(lost, "rd-1", "r-1", "tom"), Commands.adding(lost, "rd-1", "r-2", "tim")));
            RunningWorker answering = lost.startWorker();
            lost.answers(2);
            answering.stop();
            lost.database().execute("delete from message_contact where source_offset = 1");
            lost.database().execute("delete from batch_receipt");
            lost.database().execute("insert into batch_receipt select source_topic, 0, -1, 1, 1 from message_contact");
            Replay stricter = new Replay(
                    lost.settings(Map.of("EMAIL_MAX_LENGTH", "6")), lost.database(), Pace.ANY, Progress.NONE);
            ReplayPlan plan = stricter.plan(Origin.UPSTREAM, Selection.ALL, false, false, false);

            assertEquals(1, stricter.look(plan).forgottenCount());
            assertThrows(OperatorException.class, () -> stricter.run("stricter", plan));
        }
    }

    @Test
    void what_is_gone_from_the_topic_is_refused_and_left_out_if_the_gap_is_accepted() throws Exception {
        stage.deleteCommands(0, 10);
        OperatorException refused = assertThrows(OperatorException.class, () -> plan(Selection.ALL, false));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("the commands before offset 10 are gone"),
                refused.getMessage());
        assertThrows(
                OperatorException.class,
                () -> replay().plan(Origin.UPSTREAM, Selection.ALL, false, false, true),
                "forgotten decisions are another thing");
        assertEquals(COMMANDS - 10, replay().look(plan(Selection.ALL, true)).answers());

        long now = System.currentTimeMillis();
        assertThrows(
                OperatorException.class,
                () -> plan(since(now - Duration.ofDays(7).toMillis()), false));
        assertEquals(
                COMMANDS - 10,
                replay().look(plan(since(now - Duration.ofDays(6).toMillis()), false))
                        .answers(),
                "a week is kept");
        stage.configure(stage.commands(), Map.of("retention.bytes", "1000000000"));
        assertThrows(
                OperatorException.class,
                () -> plan(since(now - Duration.ofDays(6).toMillis()), false));
    }

    private ReplayPlan plan(Selection selection, boolean acceptGap) {
        return replay().plan(Origin.UPSTREAM, selection, false, acceptGap, false);
    }

    private static Selection since(long millis) {
        return new Selection(Set.of(), 0, Long.MAX_VALUE, millis, Long.MAX_VALUE, null, null, null);
    }

    @Test
    void it_runs_beside_a_worker_and_leaves_what_is_not_answered_to_it() {
        Replay replay = replay();
        ReplayPlan plan = replay.plan(Origin.UPSTREAM, Selection.ALL, false, false, false);
        stage.submit(List.of(Commands.adding(stage, "rd-new", "r-new", "tom")));
        assertEquals(COMMANDS, replay.run("beside", plan).answers());
        assertEquals(2 * COMMANDS + 1, stage.answers(2 * COMMANDS + 1).size());
    }

    private Replay replay() {
        return new Replay(stage.settings(Map.of()), stage.database(), Pace.ANY, Progress.NONE);
    }

    private List<String> answers(boolean withReplayedHeader) {
        return StoredState.events(
                stage,
                withReplayedHeader,
                stage.events().results(),
                stage.events().errors());
    }

    private List<ConsumerRecord<byte[], byte[]>> allAnswers() {
        return stage.all(stage.events().results(), stage.events().errors());
    }

    private List<ConsumerRecord<byte[], byte[]>> replayed() {
        return allAnswers().stream()
                .filter(answer -> answer.headers().lastHeader("ce_replayed") != null)
                .toList();
    }

    private int verifications() {
        return stage.all(stage.events().emailVerifications(), stage.events().smsVerifications())
                .size();
    }

    private Set<String> verificationIds() {
        return Set.copyOf(
                stage.all(stage.events().emailVerifications(), stage.events().smsVerifications()).stream()
                        .map(event -> EventReader.header(event, "ce_id"))
                        .toList());
    }
}
