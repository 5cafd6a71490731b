package dev.messagecontact.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.database.ClientCertificate;
import dev.messagecontact.kafka.ClientCertificates;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {

    @TempDir
    Path folder;

    @Test
    void the_end_of_a_client_s_certificate_is_known_from_any_kind_of_key_store() throws Exception {
        Keys keys = Keys.in(folder);
        double thirtyDays = Instant.now().plus(Duration.ofDays(30)).getEpochSecond();
        Map<String, String> pem = Map.of(
                "KAFKA_SSL_KEYSTORE_TYPE", "PEM",
                "KAFKA_SSL_KEYSTORE_KEY", Files.readString(keys.privateKey()),
                "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", Files.readString(keys.certificate()));

        assertEquals(thirtyDays, end("SSL", store(keys.store())), 60);
        assertEquals(thirtyDays, end("SSL", pem), 60);
    }

    @Test
    void without_one_there_is_no_end() throws Exception {
        Keys keys = Keys.in(folder);
        assertTrue(Double.isInfinite(end("SSL", Map.of())));
        assertTrue(Double.isInfinite(end("PLAINTEXT", store(keys.store()))), "it is shown to nobody");
        assertTrue(Double.isInfinite(end("SSL", store(folder.resolve("none.p12")))), "who needs it says that");
        Map<String, String> trust = Map.of(
                "KAFKA_SSL_TRUSTSTORE_TYPE",
                "PEM",
                "KAFKA_SSL_TRUSTSTORE_LOCATION",
                keys.certificate().toString());
        assertTrue(Double.isInfinite(end("SSL", trust)), "it is the brokers'");
    }

    @Test
    void the_end_of_the_certificate_that_is_shown_to_the_database_is_known_from_its_file_as_it_is_now()
            throws Exception {
        Keys keys = Keys.in(folder.resolve("first"));
        double thirtyDays = Instant.now().plus(Duration.ofDays(30)).getEpochSecond();
        Path file = Files.copy(keys.certificate(), folder.resolve("client.crt"));

        assertEquals(thirtyDays, atDatabase("sslmode=verify-full&sslcert=" + file), 60);
        assertEquals(thirtyDays, atDatabase("sslkey=" + keys.store() + "&sslpassword=" + Keys.PASSWORD), 60);
        Files.writeString(file, "");
        assertTrue(Double.isInfinite(atDatabase("sslcert=" + file)), "the driver says so");
        Files.delete(file);
        assertTrue(Double.isInfinite(atDatabase("sslcert=" + file)), "the driver says so");
        assertTrue(
                Double.isInfinite(atDatabase("sslmode=disable&sslcert=" + keys.certificate())),
                "it is shown to nobody");
        assertTrue(Double.isInfinite(atDatabase("sslrootcert=" + keys.certificate())), "it is the database's");
    }

    private static double atDatabase(String parameters) {
        return ClientCertificate.end(settings(Map.of(), parameters).database());
    }

    private static Map<String, String> store(Path file) {
        return Map.of(
                "KAFKA_SSL_KEYSTORE_TYPE",
                "PKCS12",
                "KAFKA_SSL_KEYSTORE_LOCATION",
                file.toString(),
                "KAFKA_SSL_KEYSTORE_PASSWORD",
                Keys.PASSWORD);
    }

    private static double end(String protocol, Map<String, String> kafka) {
        Map<String, String> environment = new HashMap<>(kafka);
        environment.put("KAFKA_SECURITY_PROTOCOL", protocol);
        return ClientCertificates.end(settings(environment, "").kafka());
    }

    private static WorkerSettings settings(Map<String, String> kafka, String parametersOfDatabase) {
        Map<String, String> environment = new HashMap<>(kafka);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");
        environment.put("DATABASE_URL", "jdbc:postgresql://127.0.0.1:9/none?" + parametersOfDatabase);
        return Settings.read(environment, null).worker();
    }
}
