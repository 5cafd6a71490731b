package dev.messagecontact.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class SharedServersIT {

    private final String prefix = TestServices.uniquePrefix();
    private final TestDatabase database = TestServices.emptyDatabase();

    @Test
    void each_test_has_a_database_and_names_of_its_own() throws Exception {
        assertNotEquals(prefix, TestServices.uniquePrefix());
        for (TestDatabase each : List.of(database, TestServices.emptyDatabase())) {
            try (Connection connection = each.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE letter AS SELECT current_setting('server_version_num')::int / 10000");
                ResultSet version = statement.executeQuery("SELECT * FROM letter");
                assertTrue(version.next());
                assertEquals(18, version.getInt(1));
            }
        }
    }

    @Test
    void the_broker_takes_topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.bootstrapServers()))) {
            TestTopics.create(admin, List.of(new NewTopic(prefix + "letters", 1, (short) 1)));
            assertTrue(admin.listTopics().names().get().contains(prefix + "letters"));
        }
    }
}
