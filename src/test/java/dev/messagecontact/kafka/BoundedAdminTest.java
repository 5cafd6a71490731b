package dev.messagecontact.kafka;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.junit.jupiter.api.Test;

class BoundedAdminTest {

    @Test
    void it_ends_although_calls_have_no_answer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            KafkaSettings kafka = Settings.read(
                            Map.of(
                                    "KAFKA_BOOTSTRAP_SERVERS",
                                    "127.0.0.1:" + silent.getLocalPort(),
                                    "DATABASE_URL",
                                    "jdbc:postgresql://127.0.0.1/contacts"),
                            null)
                    .worker()
                    .kafka();
            Admin admin = new OperatorClients(kafka).admin();
            KafkaFuture<String> unanswered = admin.describeCluster().clusterId();

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> admin.close());

            assertThrows(ExecutionException.class, () -> unanswered.get(10, TimeUnit.SECONDS));
        }
    }
}
