package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    private void fence() {
        stage.transactionalProducer(stage.settings(SAME_INSTANCE).transactionalId(0))
                .close();
    }
}
