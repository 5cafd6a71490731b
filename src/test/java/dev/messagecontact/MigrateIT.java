package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.TestDatabase;
import dev.messagecontact.support.TestServices;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrateIT {

    @Test
    void an_empty_database_gets_the_schema_and_a_migrated_one_is_left_alone() throws SQLException {
        // given
        TestDatabase database = TestServices.emptyDatabase();
        Map<String, String> environment = Map.of(
                "DATABASE_URL", database.jdbcUrl(),
                "DATABASE_USERNAME", database.username(),
                "DATABASE_PASSWORD", database.password());
        // when
        CommandLineRun first = CommandLineRun.of(environment, "migrate");
        CommandLineRun second = CommandLineRun.of(environment, "migrate");
        // then
        assertEquals(0, first.exitCode(), first.err());
        String standing = first.out().lines().reduce("", (before, line) -> line) + "\n";
        assertTrue(first.out().startsWith("applied version 1\n"), first.out());
        assertTrue(standing.matches("the schema is at version \\d+\n"), standing);
        assertEquals(new CommandLineRun(0, standing, ""), second);
        try (Connection connection = database.connect();
                ResultSet tables = connection.getMetaData().getTables(null, null, "message_contact", null)) {
            assertTrue(tables.next());
        }
    }

    @Test
    void a_database_that_is_not_there_yet_is_waited_for() throws Exception {
        TestDatabase database = TestServices.emptyDatabase();
        URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        try (FaultyProxy proxy = FaultyProxy.open().leadTo(address.getPort())) {
            proxy.refuse();
            Map<String, String> environment = Map.of(
                    "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + proxy.port() + address.getPath(),
                    "DATABASE_USERNAME", database.username(),
                    "DATABASE_PASSWORD", database.password());
            WaitingRun.assertWaitsUntil(proxy::forward, environment, "migrate");
        }
    }
}
