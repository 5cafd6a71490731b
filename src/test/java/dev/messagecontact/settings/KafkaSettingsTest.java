package dev.messagecontact.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
        assertEquals(new KafkaSettings("c:2", Map.of("client.rack", "environment", "linger.ms", "1")), kafka);
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
    @CsvSource({"LINGER_MS, soon", "SECURITY_PROTOCOL, TLS", "FETCH_MIN_BYTES, -1", "CHECK_CRCS, maybe"})
    void a_value_that_the_clients_do_not_accept_stops_the_start(String key, String value) {
        assertEquals(
                "KAFKA_%s has a value that the Kafka clients do not accept".formatted(key),
                messageFor(Map.of("KAFKA_" + key, value)));
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
}
