package dev.messagecontact.runtime;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.settings.Settings;
import dev.messagecontact.support.ClientPart;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class StartUpTest {

    private static final AtomicInteger ATTEMPTS = new AtomicInteger();

    @Test
    void it_waits_for_an_issuer_of_tokens_that_does_not_answer_or_refuses() {
        ATTEMPTS.set(0);
        StartUp startUp = startUp(Map.of(
                "KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM", "OAUTHBEARER",
                "KAFKA_SASL_LOGIN_CALLBACK_HANDLER_CLASS", NoToken.class.getName(),
                "KAFKA_SASL_JAAS_CONFIG",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"));

        assertTriesAgain(startUp);
    }

    @Test
    void a_key_store_that_cannot_be_read_at_the_start_ends_it() {
        StartUp startUp =
                startUp(Map.of("KAFKA_SECURITY_PROTOCOL", "SSL", "KAFKA_SSL_TRUSTSTORE_LOCATION", "/no/such/file"));

        assertThrows(KafkaException.class, startUp::awaitServices);
    }

    @Test
    void files_that_are_being_replaced_while_it_waits_end_nothing() {
        ATTEMPTS.set(0);
        Part.failure = new KafkaException("Failed to load SSL keystore");

        assertTriesAgain(startUp(Map.of("KAFKA_METRIC_REPORTERS", Part.class.getName())));
    }

    @Test
    void settings_that_do_not_go_together_end_it() {
        ATTEMPTS.set(0);
        Part.failure = new ConfigException("no");

        assertThrows(
                KafkaException.class, startUp(Map.of("KAFKA_METRIC_REPORTERS", Part.class.getName()))::awaitServices);
    }

    private static StartUp startUp(Map<String, String> kafka) {
        Map<String, String> environment = new HashMap<>(kafka);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");
        environment.put("KAFKA_DEFAULT_API_TIMEOUT_MS", "1000");
        environment.put("KAFKA_REQUEST_TIMEOUT_MS", "500");
        environment.put("DATABASE_URL", "jdbc:postgresql://127.0.0.1:9/none");
        return new StartUp(Settings.read(environment, null).worker(), DSL.using(SQLDialect.POSTGRES));
    }

    private static void assertTriesAgain(StartUp startUp) {
        CompletableFuture<Boolean> start = CompletableFuture.supplyAsync(startUp::awaitServices);
        await("three attempts").until(() -> start.isDone() || ATTEMPTS.get() > 2);
        startUp.stop();
        assertFalse(start.join());
    }

    /** Asks an issuer in vain. */
    public static final class NoToken implements AuthenticateCallbackHandler {
        @Override
        public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {}

        @Override
        public void handle(Callback[] callbacks) throws IOException {
            ATTEMPTS.incrementAndGet();
            throw new IOException("The unexpected response code 503");
        }

        @Override
        public void close() {}
    }

    /** A part of a client that can be made once only. */
    public static final class Part extends ClientPart {
        private static volatile KafkaException failure = new KafkaException();

        @Override
        public void configure(Map<String, ?> configs) {
            if (ATTEMPTS.incrementAndGet() > 1) {
                throw failure;
            }
        }
    }
}
