package dev.messagecontact.durability;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.settings.Settings;
import dev.messagecontact.support.ClientPart;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TopicWatchTest {

    private static final CountDownLatch LOGIN = new CountDownLatch(1);
    private static final CountDownLatch BEGUN = new CountDownLatch(1);

    /** A client logs in while it is made, and waits for an issuer of tokens that does not answer. */
    @Test
    void nobody_waits_for_a_client_that_takes_long_to_be_made() {
        Map<String, String> environment = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9",
                "DATABASE_URL", "jdbc:postgresql://127.0.0.1:9/none",
                "KAFKA_METRIC_REPORTERS", SlowPart.class.getName());
        try (TopicWatch watch = new TopicWatch(Settings.read(environment, null).worker(), System::nanoTime)) {
            try {
                assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                    assertNull(watch.problem());
                    assertTrue(Double.isNaN(watch.retention()));
                });
                await("the client is being made").until(() -> BEGUN.getCount() == 0);
            } finally {
                LOGIN.countDown();
            }
        }
    }

    /** A part of a client that takes long to be made. */
    public static final class SlowPart extends ClientPart {
        @Override
        public void configure(Map<String, ?> configs) {
            BEGUN.countDown();
            try {
                LOGIN.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
