package dev.messagecontact.durability;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.ops.FakeClock;
import dev.messagecontact.runtime.StartUp;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** What is said of topics that somebody changes under a running worker. */
class TopicWatchIT {

    private static final String MILLIS_OF_30_DAYS = "2592000000";

    private final FakeClock clock = new FakeClock();

    @Test
    void a_topic_of_commands_that_is_compacted_is_told_until_it_is_not() {
        try (TestStage stage = TestStage.with(1);
                LogLines lines = LogLines.of("dev.messagecontact.durability.TopicWatch");
                TopicWatch watch = new TopicWatch(stage.settings(Map.of()), clock::monotonicTime)) {
            await("it knows the retention").until(() -> watch.retention() > 0);
            assertNull(watch.problem());

            stage.configure(stage.outcomes(), Map.of("cleanup.policy", "compact,delete"));
            awaitProblem(
                    watch,
                    "topic %s has cleanup.policy compact,delete: it deletes all but the last command of a directory, answered or not"
                            .formatted(stage.outcomes()));
            stage.configure(stage.commands(), Map.of("cleanup.policy", "compact"));
            awaitProblem(
                    watch,
                    "topic %s has cleanup.policy compact: it deletes all but the last command of a directory, answered or not"
                            .formatted(stage.commands()));
            assertEquals(Double.NaN, watch.retention());
            assertEquals(2, lines.count("it deletes all but the last command"), "once each, however often it is seen");

            stage.configure(stage.outcomes(), Map.of("cleanup.policy", "delete"));
            stage.configure(stage.commands(), Map.of("cleanup.policy", "delete"));
            awaitProblem(watch, null);
        }
    }

    @Test
    void an_event_topic_that_brokers_have_made_anew_is_told_until_it_is_as_before() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Map.of("auto.create.topics.enable", "true"));
                TestStage stage = TestStage.on(kafka, 1);
                Admin admin = stage.admin();
                LogLines lines = LogLines.of("dev.messagecontact.durability.TopicWatch");
                TopicWatch watch = new TopicWatch(stage.settings(Map.of()), clock::monotonicTime)) {
            String results = stage.events().results();
            stage.configure(results, Map.of("retention.ms", MILLIS_OF_30_DAYS));
            try (LogLines start = LogLines.of("dev.messagecontact.runtime.BrokerChecks")) {
                assertTrue(new StartUp(stage.settings(Map.of()), stage.database()).awaitServices());
                assertEquals(1, start.count("the brokers create missing topics by themselves"));
            }
            stage.startWorker();
            stage.submit(List.of(Commands.adding(stage, "rd-1", "request-1", "one")));
            stage.answers(1);
            await("it knows the topics").until(() -> watch.retention() > 0);

            admin.deleteTopics(List.of(results)).all().get();
            stage.submit(List.of(Commands.adding(stage, "rd-2", "request-2", "two")));
            awaitProblem(
                    watch,
                    "topic %s was deleted and has come back with less: partitions 1, not 2, retention.ms 604800000, not %s"
                            .formatted(results, MILLIS_OF_30_DAYS));
            assertEquals(1, lines.count("topic " + results + " was deleted and is a new one now"));

            stage.configure(results, Map.of("retention.ms", MILLIS_OF_30_DAYS));
            TestTopics.grow(admin, results, 2);
            awaitProblem(watch, null);
            assertEquals(1, lines.count("topic " + results + " was deleted and is a new one now"));
        }
    }

    @Test
    void while_the_topic_of_verification_outcomes_is_gone_commands_are_answered_and_it_is_named() throws Exception {
        try (TestStage stage = TestStage.with(1);
                Admin admin = stage.admin();
                LogLines lines = LogLines.of("dev.messagecontact.durability.TopicWatch")) {
            RunningWorker worker = stage.startWorker();
            stage.submit(List.of(Commands.adding(stage, "rd-1", "request-1", "one")));
            stage.answers(1);
            await("it is ready").until(() -> worker.reasons().isEmpty());

            admin.deleteTopics(List.of(stage.outcomes())).all().get();
            String gone = "topic %s does not exist: `contacts topics` creates it".formatted(stage.outcomes());
            await("it is named").until(() -> worker.reasons().contains(gone));
            stage.submit(List.of(Commands.adding(stage, "rd-2", "request-2", "two")));
            stage.answers(2);
            assertTrue(worker.reasons().contains(gone), worker.reasons());
            assertEquals(1, lines.count(gone));

            stage.createTopic("outcomes", 2);
            await("it is ready again").until(() -> worker.reasons().isEmpty());
        }
    }

    private void awaitProblem(TopicWatch watch, String problem) {
        await("it tells: " + problem).untilAsserted(() -> {
            clock.advance(TopicWatch.INTERVAL);
            assertEquals(problem, watch.problem());
        });
    }
}
