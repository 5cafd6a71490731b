package dev.messagecontact.support;

import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One real broker and one real PostgreSQL for all tests of a test JVM, started by the first who asks and stopped at its
 * exit: embedded ones, or containers with {@code -Dservices=containers}.
 *
 * <p>A test that stops or breaks a server starts its own {@link EmbeddedServices}.
 */
public final class TestServices {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestServices() {}

    public static String bootstrapServers() {
        return Running.SERVERS.bootstrapServers();
    }

    /** A database that no other test sees. */
    public static TestDatabase emptyDatabase() {
        String name = "test_" + COUNT.incrementAndGet();
        return Running.SERVERS.newDatabase().apply(name);
    }

    /** Put before the names of topics, groups and transactional ids, it makes them one test's own. */
    public static String uniquePrefix() {
        return "test-" + COUNT.incrementAndGet() + "-";
    }

    private record Servers(String bootstrapServers, Function<String, TestDatabase> newDatabase) {}

    /** Starts them when it is first touched. */
    private static final class Running {

        private static final Servers SERVERS =
                System.getProperty("services", "embedded").equals("containers") ? containers() : embedded();

        private static Servers embedded() {
            EmbeddedServices services = EmbeddedServices.start(false);
            EmbeddedDatabase database = services.database();
            return new Servers(
                    services.kafka().bootstrapServers(),
                    name -> new TestDatabase(database.newDatabase(name), database.username(), database.password()));
        }

        @SuppressWarnings("resource") // closed at exit
        private static Servers containers() {
            KafkaContainer kafka = new KafkaContainer("apache/kafka:4.4.0");
            EmbeddedKafka.oneNodeProperties().forEach((name, value) -> kafka.addEnv(environmentName(name), value));
            PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine");
            AtExit.close(kafka);
            AtExit.close(postgres);
            Startables.deepStart(kafka, postgres).join();
            return new Servers(kafka.getBootstrapServers(), name -> newDatabase(postgres, name));
        }

        private static String environmentName(String property) {
            return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
        }

        private static TestDatabase newDatabase(PostgreSQLContainer postgres, String name) {
            try (Connection connection = postgres.createConnection("");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            String address = postgres.getHost() + ":" + postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
            return new TestDatabase(
                    "jdbc:postgresql://" + address + "/" + name, postgres.getUsername(), postgres.getPassword());
        }
    }
}
