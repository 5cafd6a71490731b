package dev.messagecontact.runtime;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.SettingsException;
import dev.messagecontact.support.ClientPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartUpTest {

    private static final AtomicInteger ATTEMPTS = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

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
    void a_login_module_that_does_not_exist_ends_it_wherever_its_name_comes_from() throws IOException {
        Path file = Files.writeString(folder.resolve("p"), "jaas=org.example.NoSuchModule required;\n");
        StartUp startUp = startUp(Map.of(
                "KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM", "PLAIN",
                "KAFKA_CONFIG_PROVIDERS", "file",
                "KAFKA_CONFIG_PROVIDERS_FILE_CLASS", FileConfigProvider.class.getName(),
                "KAFKA_SASL_JAAS_CONFIG", "${file:%s:jaas}".formatted(file)));

        assertEnds("kafka.sasl.jaas.config names no login module that Java can load", startUp);
    }

    @ParameterizedTest
    @CsvSource({
        "SSL, SSL_TRUSTSTORE_LOCATION, /no/such/file, NoSuchFileException: /no/such/file",
        "SSL, SSL_PROTOCOL, TLSv9, NoSuchAlgorithmException: TLSv9 SSLContext not available",
        "PLAINTEXT, METRIC_REPORTERS, java.lang.Object, ClassCastException: class java.lang.Object",
        "PLAINTEXT, CLIENT_DNS_LOOKUP, ${no:such}, 'ConfigException: invalid value for client.dns.lookup: String must be one of:"
                + " use_all_dns_ips, resolve_canonical_bootstrap_servers_only'",
    })
    void a_client_that_cannot_be_made_at_the_start_ends_it(String protocol, String key, String value, String reason) {
        StartUp startUp = startUp(Map.of("KAFKA_SECURITY_PROTOCOL", protocol, "KAFKA_" + key, value));

        assertEnds("with these settings no Kafka client can be made: " + reason, startUp);
    }

    private static void assertEnds(String line, StartUp startUp) {
        CompletableFuture<Boolean> start = CompletableFuture.supplyAsync(startUp::awaitServices);
        await("its end").until(start::isDone);
        Throwable end = assertThrows(CompletionException.class, start::join).getCause();
        assertEquals(line, assertInstanceOf(SettingsException.class, end).getMessage());
    }

    @ParameterizedTest
    @ValueSource(classes = {KafkaException.class, ConfigException.class}) // of a key store; of a file with a token
    void files_that_are_being_replaced_while_it_waits_end_nothing(Class<? extends KafkaException> kind)
            throws ReflectiveOperationException {
        ATTEMPTS.set(0);
        Part.failure = kind.getConstructor(String.class).newInstance("a file that doesn't exist");

        assertTriesAgain(startUp(Map.of("KAFKA_METRIC_REPORTERS", Part.class.getName())));
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
