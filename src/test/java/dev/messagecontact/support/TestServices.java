package dev.messagecontact.support;

import dev.messagecontact.database.Migration;
import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
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
        return Running.SERVERS.database("template1");
    }

    /** The same with the schema of this release: a copy, as the migrations are most of what a short test takes. */
    public static TestDatabase migratedDatabase() {
        return Running.SERVERS.database(Template.NAME);
    }

    /** Put before the names of topics, groups and transactional ids, it makes them one test's own. */
    public static String uniquePrefix() {
        return "test-" + COUNT.incrementAndGet() + "-";
    }

    /**
     * What runs.
     *
     * @param database any database of the server
     * @param strategy how it makes a copy
     */
    private record Servers(String bootstrapServers, TestDatabase database, String strategy) {

        Servers(String bootstrapServers, TestDatabase database) {
            this(bootstrapServers, database, strategy(database));
        }

        TestDatabase database(String template) {
            TestDatabase made = database.named("test_" + COUNT.incrementAndGet());
            try {
                made.onServer("create database %1$s template " + template + strategy);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return made;
        }

        /** Copying the files takes half as long as writing them to the log; PostgreSQL 14 does nothing else. */
        private static String strategy(TestDatabase database) {
            try (Connection connection = database.connect()) {
                return connection.getMetaData().getDatabaseMajorVersion() < 15 ? "" : " strategy file_copy";
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Migrates it when it is first touched; nobody may be connected to it when it is copied. */
    private static final class Template {

        private static final String NAME = migrated();

        private static String migrated() {
            TestDatabase template = emptyDatabase();
            Migration.migrate(template.settings());
            return template.name();
        }
    }

    /** Starts them when it is first touched. */
    private static final class Running {

        private static final Servers SERVERS =
                System.getProperty("services", "embedded").equals("containers") ? containers() : embedded();

        private static Servers embedded() {
            EmbeddedServices services = EmbeddedServices.start(false);
            EmbeddedDatabase database = services.database();
            return new Servers(
                    services.kafka().bootstrapServers(),
                    new TestDatabase(database.jdbcUrl(), database.username(), database.password()));
        }

        @SuppressWarnings("resource") // closed at exit
        private static Servers containers() {
            KafkaContainer kafka = new KafkaContainer("apache/kafka:4.4.0");
            EmbeddedKafka.oneNodeProperties().forEach((name, value) -> kafka.addEnv(environmentName(name), value));
            PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine");
            AtExit.close(kafka);
            AtExit.close(postgres);
            Startables.deepStart(kafka, postgres).join();
            String address = postgres.getHost() + ":" + postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
            return new Servers(
                    kafka.getBootstrapServers(),
                    new TestDatabase(
                            "jdbc:postgresql://" + address + "/postgres",
                            postgres.getUsername(),
                            postgres.getPassword()));
        }

        private static String environmentName(String property) {
            return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
        }
    }
}
