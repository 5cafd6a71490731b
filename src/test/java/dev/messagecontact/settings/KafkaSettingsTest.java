package dev.messagecontact.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    @Test
    void each_client_gets_what_it_knows_and_what_none_knows() {
        // given
        KafkaSettings kafka = kafka(Map.of(
                "KAFKA_SECURITY_PROTOCOL", "SSL",
                "KAFKA_LINGER_MS", "5",
                "KAFKA_FETCH_MIN_BYTES", "10",
                "KAFKA_MY_PLUGIN_SETTING", "x"));
        // then
        Map<String, String> all =
                Map.of("bootstrap.servers", "b:1", "security.protocol", "SSL", "my.plugin.setting", "x");
        assertEquals(plus(all, "fetch.min.bytes", "10"), kafka.forConsumer());
        assertEquals(plus(all, "linger.ms", "5"), kafka.forProducer());
        assertEquals(all, kafka.forAdmin());
    }

    @Test
    void the_environment_goes_before_the_file() throws IOException {
        Path file = Files.writeString(
                folder.resolve("f"), "kafka.client.rack=file\nkafka.linger.ms=1\nkafka.bootstrap.servers=c:2\n");
        KafkaSettings kafka =
                Settings.read(Map.of("KAFKA_CLIENT_RACK", "environment"), file).kafka();
        assertEquals(new KafkaSettings("c:2", Map.of("client.rack", "environment", "linger.ms", "1"), Map.of()), kafka);
    }

    @Test
    void an_empty_value_has_its_meaning() {
        assertEquals(
                Map.of("ssl.endpoint.identification.algorithm", ""),
                kafka(Map.of("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "")).kafkaProperties());
    }

    @Test
    void any_of_them_may_come_from_a_file() throws IOException {
        Path file = Files.writeString(folder.resolve("jaas"), "org.example.Login required x=\"${y}\\\";\n");
        assertEquals(
                Map.of("sasl.jaas.config", "org.example.Login required x=\"${y}\\\";"),
                kafka(Map.of("KAFKA_SASL_JAAS_CONFIG_FILE", file.toString())).kafkaProperties());
    }

    @Test
    void what_came_from_a_file_is_read_again_for_each_new_client() throws IOException {
        Path file = Files.writeString(folder.resolve("jaas"), "first\n");
        KafkaSettings kafka = kafka(Map.of("KAFKA_SASL_JAAS_CONFIG_FILE", file.toString()));
        // when
        Files.writeString(file, "second\n");
        // then
        assertEquals("second", kafka.forProducer().get("sasl.jaas.config"));
        // when
        Files.delete(file);
        // then
        assertEquals(
                "KAFKA_SASL_JAAS_CONFIG_FILE must be the path of a file in UTF-8 that this process can read",
                assertThrows(KafkaException.class, kafka::forConsumer).getMessage());
    }

    @Test
    void a_key_of_the_clients_that_ends_in_file_is_no_file_of_ours() {
        assertEquals(
                Map.of("sasl.oauthbearer.assertion.file", "/run/assertion"),
                kafka(Map.of("KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "/run/assertion"))
                        .kafkaProperties());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GROUP_ID",
                "GROUP_INSTANCE_ID",
                "ENABLE_AUTO_COMMIT",
                "ISOLATION_LEVEL",
                "TRANSACTIONAL_ID",
                "ACKS",
                "ENABLE_IDEMPOTENCE",
                "KEY_SERIALIZER",
                "VALUE_SERIALIZER",
                "KEY_DESERIALIZER",
                "VALUE_DESERIALIZER",
                "AUTO_OFFSET_RESET",
                "MAX_POLL_RECORDS",
                "MAX_POLL_INTERVAL_MS",
                "TRANSACTION_TIMEOUT_MS",
                "TRANSACTION_TWO_PHASE_COMMIT_ENABLE",
                "PARTITIONER_IGNORE_KEYS",
            })
    void what_would_break_the_promises_is_refused_by_name(String key) {
        String message = messageFor(Map.of("KAFKA_" + key, "1"));
        assertTrue(message.startsWith("KAFKA_" + key + " cannot be set: "), message);
    }

    @Test
    void a_refused_key_is_refused_from_a_file_of_its_own_too() {
        assertEquals(
                "KAFKA_GROUP_ID cannot be set: set WORKER_GROUP_ID instead",
                messageFor(Map.of("KAFKA_GROUP_ID_FILE", "/run/group")));
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_SECURITY_PROTCOL, KAFKA_SECURITY_PROTOCOL",
        "KAFKA_SASL_MECHANISMS, KAFKA_SASL_MECHANISM",
        "KAFKA_BOOTSTRAP_SERVER, KAFKA_BOOTSTRAP_SERVERS",
    })
    void a_misspelt_key_stops_the_start(String misspelt, String meant) {
        assertEquals(
                "%s is unknown to the Kafka clients; did you mean %s?".formatted(misspelt, meant),
                messageFor(Map.of(misspelt, "SSL")));
    }

    @ParameterizedTest
    @CsvSource({
        "LINGER_MS, soon",
        "SECURITY_PROTOCOL, TLS",
        "FETCH_MIN_BYTES, -1",
        "CHECK_CRCS, maybe",
        "PARTITIONER_CLASS, no.such.Part",
        "SASL_LOGIN_CALLBACK_HANDLER_CLASS, no.such.Part",
        "INTERCEPTOR_CLASSES, no.such.Part",
        "METRIC_REPORTERS, 'org.apache.kafka.common.metrics.JmxReporter,no.such.Part'",
        "PARTITION_ASSIGNMENT_STRATEGY, no.such.Part",
    })
    void a_value_that_the_clients_do_not_accept_stops_the_start(String key, String value) {
        assertEquals(
                "KAFKA_%s has a value that the Kafka clients do not accept".formatted(key),
                messageFor(Map.of("KAFKA_" + key, value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SESSION_TIMEOUT_MS=9000 | KAFKA_SESSION_TIMEOUT_MS can only be set with KAFKA_GROUP_PROTOCOL=classic",
                "HEARTBEAT_INTERVAL_MS=900 | KAFKA_HEARTBEAT_INTERVAL_MS can only be set with KAFKA_GROUP_PROTOCOL=classic",
                "GROUP_PROTOCOL=classic GROUP_REMOTE_ASSIGNOR=uniform"
                        + " | KAFKA_GROUP_REMOTE_ASSIGNOR cannot be set with KAFKA_GROUP_PROTOCOL=classic",
                "GROUP_PROTOCOL=classic SESSION_TIMEOUT_MS=3000"
                        + " | KAFKA_HEARTBEAT_INTERVAL_MS must be less than KAFKA_SESSION_TIMEOUT_MS",
                "LINGER_MS=6000 | KAFKA_DELIVERY_TIMEOUT_MS must not be less than KAFKA_LINGER_MS and"
                        + " KAFKA_REQUEST_TIMEOUT_MS together; where it is not set it is 15000",
                "REQUEST_TIMEOUT_MS=11000 | KAFKA_DEFAULT_API_TIMEOUT_MS must not be less than KAFKA_REQUEST_TIMEOUT_MS;"
                        + " where it is not set it is 10000",
                "RETRIES=0 | KAFKA_RETRIES must not be 0: the worker's promises depend on it",
                "MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION=6 | KAFKA_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION must not be more"
                        + " than 5: the worker's promises depend on it",
                "SECURITY_PROTOCOL=SASL_SSL | KAFKA_SECURITY_PROTOCOL needs KAFKA_SASL_JAAS_CONFIG too",
            })
    void what_the_clients_do_not_accept_together_stops_the_start_by_name(String set, String message) {
        Map<String, String> environment = new HashMap<>();
        for (String each : set.split(" ")) {
            environment.put("KAFKA_" + each.split("=")[0], each.split("=")[1]);
        }
        assertEquals(message, messageFor(environment));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PLAIN | org.apache.kafka.common.security.plain.PlianLoginModule required;"
                        + " | KAFKA_SASL_JAAS_CONFIG names no login module that Java can load",
                "PLAIN | java.lang.String required; | KAFKA_SASL_JAAS_CONFIG names no login module that Java can load",
                "PLAIN | org.apache.kafka.common.security.plain.PlainLoginModule password=hunter2;"
                        + " | KAFKA_SASL_JAAS_CONFIG must be: <login module> required <option>=\"<value>\" ...;",
                "PLIAN | org.apache.kafka.common.security.plain.PlainLoginModule required;"
                        + " | KAFKA_SASL_MECHANISM is none that this login module or Java has",
            })
    void a_login_that_no_client_can_ever_make_stops_the_start(String mechanism, String jaas, String message) {
        assertEquals(message, messageFor(plus(login(jaas), "KAFKA_SASL_MECHANISM", mechanism)));
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, plain.PlainLoginModule",
        "SCRAM-SHA-512, scram.ScramLoginModule",
        "OAUTHBEARER, oauthbearer.OAuthBearerLoginModule",
    })
    void a_login_that_clients_can_make_is_accepted(String mechanism, String module) {
        String jaas = "org.apache.kafka.common.security.%s required x=\"y\";".formatted(module);
        assertEquals(
                jaas,
                kafka(plus(login(jaas), "KAFKA_SASL_MECHANISM", mechanism))
                        .kafkaProperties()
                        .get("sasl.jaas.config"));
        kafka(login("${file:/run/x:jaas}"));
        kafka(login("com.sun.security.auth.module.Krb5LoginModule required;"));
        kafka(plus(login(OthersLoginModule.class.getName() + " required;"), "KAFKA_SASL_MECHANISM", "OTHERS"));
    }

    private static Map<String, String> login(String jaas) {
        return Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_SASL_JAAS_CONFIG", jaas);
    }

    @Test
    void what_the_clients_accept_together_is_accepted() {
        Map<String, String> environment = Map.of(
                "KAFKA_GROUP_PROTOCOL", "Classic",
                "KAFKA_SESSION_TIMEOUT_MS", "9000",
                "KAFKA_LINGER_MS", "${file:/run/x:linger}",
                "KAFKA_REQUEST_TIMEOUT_MS", "60000",
                "KAFKA_DEFAULT_API_TIMEOUT_MS", "60000",
                "KAFKA_DELIVERY_TIMEOUT_MS", "120000");
        assertEquals(6, kafka(environment).kafkaProperties().size());
    }

    @Test
    void a_key_that_no_client_knows_is_warned_of_with_the_nearest_that_they_know() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "kafka.fetch.minimum.bytes=1\nkafka.linger.ms=2\n");
        Map<String, String> environment =
                Map.of("KAFKA_FOO", "1", "KAFKA_HOME", "/opt/kafka", "KAFKA_HEAP_OPTS", "-Xmx1g");
        assertEquals(
                List.of(
                        "kafka.fetch.minimum.bytes in %s is unknown to the Kafka clients and reaches only their plug-ins;"
                                        .formatted(file)
                                + " the nearest name that they know is kafka.fetch.min.bytes in " + file,
                        "KAFKA_FOO is unknown to the Kafka clients and reaches only their plug-ins"),
                Settings.read(environment, file).warnings());
    }

    private static KafkaSettings kafka(Map<String, String> environment) {
        return Settings.read(plus(environment, "KAFKA_BOOTSTRAP_SERVERS", "b:1"), null)
                .kafka();
    }

    private static Map<String, String> plus(Map<String, String> map, String key, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }

    private static String messageFor(Map<String, String> environment) {
        return String.valueOf(assertThrows(SettingsException.class, () -> Settings.read(environment, null))
                .getMessage());
    }

    /** One with a mechanism of its own, which nobody knows before it has logged in. */
    public static final class OthersLoginModule extends PlainLoginModule {}
}
