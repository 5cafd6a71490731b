package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactional ids that somebody else uses. */
class FencingIT {

    private static final Map<String, String> SAME_INSTANCE = Map.of("WORKER_INSTANCE", "twin");

    private TestStage stage;
    private Ledger ledger;

    @BeforeEach
    void open() {
        stage = TestStage.with(2);
        ledger = new Ledger(stage);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void of_two_workers_with_one_instance_name_one_gives_way_and_says_why() {
        RunningWorker one = stage.startWorker(SAME_INSTANCE);
        RunningWorker other = stage.startWorker(SAME_INSTANCE);
        CompletableFuture<Object> first =
                CompletableFuture.anyOf(Background.of(one::death), Background.of(other::death));
        await("one of them gives way").until(() -> {
            ledger.submit(20);
            return first.isDone();
        });

        assertTrue(first.join() instanceof OperatorException, String.valueOf(first.join()));
        String line = ((OperatorException) first.join()).getMessage();
        assertTrue(line.contains("WORKER_INSTANCE") && line.contains("-twin-0"), line);
        ledger.assertAllAnsweredOnce();
        stage.forgetDead();
    }

    @Test
    void a_producer_that_is_fenced_now_and_then_is_replaced_and_nothing_is_lost() throws Exception {
        RunningWorker worker = stage.startWorker(SAME_INSTANCE);
        for (int i = 1; i <= 3; i++) {
            ledger.submit(20);
            ledger.awaitAnswers();
            fence();
            try (LogLines lines = LogLines.of("dev.messagecontact.intake.Recovery")) {
                ledger.submit(20);
                lines.await("attempt 1 failed", "Kafka: ");
            }
        }
        ledger.assertAllAnsweredOnce();
        worker.stop();
        assertNull(worker.death());
    }

    @Test
    void a_producer_whose_files_are_missing_for_a_moment_is_made_when_they_are_back(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("p"), "rack=a\n");
        Map<String, String> settings = new HashMap<>(SAME_INSTANCE);
        settings.put("KAFKA_CONFIG_PROVIDERS", "file");
        settings.put("KAFKA_CONFIG_PROVIDERS_FILE_CLASS", FileConfigProvider.class.getName());
        settings.put("KAFKA_CLIENT_RACK", "${file:%s:rack}".formatted(file));
        RunningWorker worker = stage.startWorker(settings);
        ledger.submit(5);
        ledger.awaitAnswers();
        try (LogLines lines = LogLines.of("dev.messagecontact.intake.Recovery")) {
            Files.delete(file);
            fence();
            ledger.submit(5);
            lines.await("attempt 3 failed", "Could not read properties from file");
            Files.writeString(file, "rack=a\n");
        }
        ledger.assertAllAnsweredOnce();
        worker.stop();
        assertNull(worker.death());
    }

    private void fence() {
        stage.transactionalProducer(stage.settings(SAME_INSTANCE).transactionalId(0))
                .close();
    }
}
