package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.TestDatabase;
import dev.messagecontact.support.TestServices;
import dev.messagecontact.support.TestTopics;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicsIT {

    private final String prefix = TestServices.uniquePrefix();
    private final Map<String, String> environment = environment(prefix);

    /** Topics of one test's own. */
    static Map<String, String> environment(String prefix) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", TestServices.bootstrapServers(),
                "TOPICS_COMMANDS", prefix + "commands",
                "TOPICS_VERIFICATION_OUTCOMES", prefix + "verification-outcomes",
                "TOPICS_RESULTS", prefix + "results",
                "TOPICS_ERRORS", prefix + "errors",
                "TOPICS_EMAIL_VERIFICATIONS", prefix + "email-verifications",
                "TOPICS_SMS_VERIFICATIONS", prefix + "sms-verifications",
                "TOPICS_DEAD_LETTERS", prefix + "dead-letters",
                "TOPICS_PARTITIONS", "3",
                "DURABILITY", "test");
    }

    @Test
    void missing_topics_are_created_and_then_found_in_order() {
        assertEquals(new CommandLineRun(0, """
                        created  %1$scommands  partitions 3, cleanup.policy delete, max.message.bytes 1048588, message.timestamp.type LogAppendTime, retention.ms 2592000000, segment.ms 86400000
                        created  %1$sverification-outcomes  partitions 3, cleanup.policy delete, max.message.bytes 1048588, message.timestamp.type LogAppendTime, retention.ms 2592000000, segment.ms 86400000
                        created  %1$sresults  partitions 3, cleanup.policy delete, retention.ms 2592000000, segment.ms 86400000
                        created  %1$serrors  partitions 3, cleanup.policy delete, retention.ms 2592000000, segment.ms 86400000
                        created  %1$semail-verifications  partitions 3, cleanup.policy delete, retention.ms 604800000, segment.ms 86400000
                        created  %1$ssms-verifications  partitions 3, cleanup.policy delete, retention.ms 604800000, segment.ms 86400000
                        created  %1$sdead-letters  partitions 3, cleanup.policy delete, max.message.bytes 1064972, retention.ms 2592000000, segment.ms 86400000
                        """.formatted(prefix), ""), CommandLineRun.of(environment, "topics"));
        CommandLineRun found = new CommandLineRun(0, """
                ok       %1$scommands  retention P30D
                ok       %1$sverification-outcomes  retention P30D
                ok       %1$sresults  retention P30D
                ok       %1$serrors  retention P30D
                ok       %1$semail-verifications  retention P7D
                ok       %1$ssms-verifications  retention P7D
                ok       %1$sdead-letters  retention P30D
                """.formatted(prefix), "");
        assertEquals(found, CommandLineRun.of(environment, "topics", "--check"));
        assertEquals(found, CommandLineRun.of(environment, "topics"));
    }

    @Test
    void a_check_creates_nothing() throws Exception {
        CommandLineRun run = CommandLineRun.of(environment, "topics", "--check");
        assertEquals(1, run.exitCode());
        assertEquals(
                7,
                run.out().lines().filter(line -> line.startsWith("missing  ")).count(),
                run.out());
        try (Admin admin = admin()) {
            assertThrows(
                    ExecutionException.class,
                    () -> admin.describeTopics(List.of(prefix + "commands"))
                            .allTopicNames()
                            .get());
        }
    }

    @Test
    void a_topic_that_differs_is_told_and_left_as_it_is() throws Exception {
        try (Admin admin = admin()) {
            TestTopics.create(
                    admin,
                    List.of(
                            new NewTopic(prefix + "commands", Optional.of(2), Optional.empty())
                                    .configs(Map.of("max.message.bytes", "2000000", "retention.ms", "3600000")),
                            new NewTopic(prefix + "dead-letters", Optional.of(3), Optional.empty())
                                    .configs(Map.of(
                                            "cleanup.policy",
                                            "compact",
                                            "retention.ms",
                                            "2592000000",
                                            "segment.ms",
                                            "60000"))));
        }
        Map<String, String> replicated = new HashMap<>(environment);
        replicated.put("TOPICS_REPLICATION", "1");
        // when
        CommandLineRun run = CommandLineRun.of(replicated, "topics");
        // then
        assertEquals(1, run.exitCode());
        assertTrue(
                run.out()
                        .startsWith("differs  " + prefix
                                + "commands  partitions 2, not 3, message.timestamp.type CreateTime, not LogAppendTime, "
                                + "retention.ms 3600000, not 2592000000, segment.ms 604800000, more than 86400000\n"),
                run.out());
        assertTrue(
                run.out()
                        .endsWith("differs  " + prefix + "dead-letters  cleanup.policy compact, not delete, "
                                + "max.message.bytes 1048588, less than 2016384, retention P30D\n"),
                run.out());
        assertEquals(
                5,
                run.out().lines().filter(line -> line.startsWith("created  ")).count(),
                run.out());
    }

    @Test
    void another_number_of_partitions_is_told_and_no_fault_unless_commands_have_fewer() throws Exception {
        assertEquals(0, CommandLineRun.of(environment, "topics").exitCode());
        try (Admin admin = admin()) {
            String commands = prefix + "commands";
            TestTopics.grow(admin, commands, 4);
        }
        CommandLineRun asBefore = CommandLineRun.of(environment, "topics");
        assertEquals(0, asBefore.exitCode(), asBefore.out());
        assertTrue(
                asBefore.out().startsWith("ok       " + prefix + "commands  partitions 4, not 3, retention P30D\n"),
                asBefore.out());

        Map<String, String> raised = new HashMap<>(environment);
        raised.put("TOPICS_PARTITIONS", "4");
        CommandLineRun asSet = CommandLineRun.of(raised, "topics", "--check");
        assertEquals(0, asSet.exitCode(), asSet.out());
        assertEquals(
                6,
                asSet.out()
                        .lines()
                        .filter(line -> line.startsWith("ok ") && line.contains("  partitions 3, not 4, retention "))
                        .count(),
                asSet.out());

        raised.put("TOPICS_PARTITIONS", "5");
        CommandLineRun fewer = CommandLineRun.of(raised, "topics", "--check");
        assertEquals(1, fewer.exitCode(), fewer.out());
        assertTrue(
                fewer.out().startsWith("differs  " + prefix + "commands  partitions 4, not 5, retention P30D\n"),
                fewer.out());
    }

    @Test
    void a_check_tells_what_may_be_lost_unless_it_is_a_test() throws Exception {
        assertEquals(0, CommandLineRun.of(environment, "topics").exitCode());
        Map<String, String> strict = new HashMap<>(environment);
        strict.remove("DURABILITY");
        assertEquals(0, CommandLineRun.of(strict, "topics").exitCode(), "only a check tells");
        try (Admin admin = admin()) {
            TestTopics.configure(admin, prefix + "errors", Map.of("unclean.leader.election.enable", "true"));
        }

        CommandLineRun brokers = CommandLineRun.of(strict, "topics", "--check");
        assertEquals(0, brokers.exitCode(), brokers.err());
        assertTrue(
                brokers.out()
                        .contains(
                                "\nweak     " + prefix
                                        + "errors  replication 1, less than 3; min.insync.replicas 1, less than 2; unclean.leader.election.enable true\n"),
                brokers.out());
        assertEquals(7 + 7, brokers.out().lines().count(), brokers.out());

        TestDatabase database = TestServices.emptyDatabase();
        strict.putAll(Map.of(
                "DATABASE_URL", database.jdbcUrl(),
                "DATABASE_USERNAME", database.username(),
                "DATABASE_PASSWORD", database.password()));
        CommandLineRun both = CommandLineRun.of(strict, "topics", "--check", "--json");
        assertEquals(0, both.exitCode(), both.err());
        assertTrue(
                both.out().contains("{\"durability\":\"weak\",\"where\":\"database\",\"remark\":\"fsync off"),
                both.out());
        strict.put("DURABILITY", "test");
        assertEquals(
                7, CommandLineRun.of(strict, "topics", "--check").out().lines().count());
    }

    @Test
    void a_check_compares_the_retention_of_the_commands_with_the_backups() {
        assertEquals(0, CommandLineRun.of(environment, "topics").exitCode());
        Map<String, String> backedUp = new HashMap<>(environment);
        backedUp.put("BACKUP_INTERVAL", "P29D");
        assertFalse(CommandLineRun.of(backedUp, "topics", "--check").out().contains("weak"), "Kafka keeps 30 days");
        backedUp.put("BACKUP_INTERVAL", "P30D");
        CommandLineRun run = CommandLineRun.of(backedUp, "topics", "--check");
        assertEquals(0, run.exitCode());
        String weak = "weak     %s%s  retention.ms 2592000000 (PT720H), not more than BACKUP_INTERVAL PT720H\n";
        String both = weak.formatted(prefix, "commands") + weak.formatted(prefix, "verification-outcomes");
        assertTrue(run.out().endsWith(both), run.out());
    }

    @Test
    void brokers_that_are_not_there_yet_are_waited_for() throws Exception {
        String[] broker = TestServices.bootstrapServers().split("[:,]");
        try (FaultyProxy proxy = FaultyProxy.open().leadTo(Integer.parseInt(broker[1]))) {
            proxy.refuse();
            Map<String, String> impatient = new HashMap<>(environment);
            impatient.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + proxy.port());
            impatient.put("KAFKA_DEFAULT_API_TIMEOUT_MS", "2000");
            impatient.put("KAFKA_REQUEST_TIMEOUT_MS", "1000");
            WaitingRun.assertWaitsUntil(proxy::forward, impatient, "topics");
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", TestServices.bootstrapServers()));
    }
}
