package dev.messagecontact.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.directory.LostRecords;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Workers, partners and the operator's commands over TLS and SCRAM, with the rights of ops/security and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class SecuredIT {

    private static final String OWNER_PASSWORD = "owner-of-this-test";
    private static final String WORKER_PASSWORD = "worker-of-this-test";
    private static final String OPERATOR_PASSWORD = "operator-of-this-test";
    private static final String READER_PASSWORD = "reader-of-this-test";
    private static final String PARTNERS_PASSWORD = "partner-of-this-test";
    private static final String UPSTREAM = "account-portal";
    private static final String SENDER = "email-sender";
    private static final String COMMANDS = "message-contact.commands";
    private static final String OUTCOMES = "message-contact.verification-outcomes";
    private static final String WORKERS_RIGHTS = "kafka-acls.txt";
    private static final String OPERATORS_RIGHTS = "kafka-acls-operator.txt";

    /** What a page tells an operator to type or to run. */
    private static final Pattern STEP = Pattern.compile(
            "`\\./contacts (?<command>[^`]+)`|`(?<script>ops/security/\\w+\\.sql)`|(?m)^ +(?<query>insert [^;]+);");

    private static final List<String> EVENT_TOPICS = List.of(
            "message-contact.results",
            "message-contact.errors",
            "message-contact.email-verifications",
            "message-contact.sms-verifications",
            "message-contact.dead-letters");

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private static Path folder;

    private final FaultyProxy inside = FaultyProxy.open();
    private final EmbeddedDatabase database = EmbeddedDatabase.start(false);
    private Keys keys;
    private EmbeddedKafka kafka;
    private Admin admin;
    private String databaseUrl;
    private String plainDatabaseUrl;

    @BeforeAll
    void start() throws Exception {
        keys = Keys.in(folder.resolve("servers"));
        startKafka();
        secureDatabase();
        assertPrints("created  message-contact.commands", operators("topics"));
    }

    /** Clients come over TLS and SCRAM; the broker itself and we come over a listener that only this machine has. */
    private void startKafka() throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL,DETOUR0:PLAINTEXT");
        properties.put("inter.broker.listener.name", "DETOUR0");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.clients.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put("ssl.keystore.location", keys.store().toString());
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.keystore.password", Keys.PASSWORD);
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        kafka = EmbeddedKafka.start(properties, List.of(inside.port()));
        inside.leadTo(kafka.behind(0));
        admin = Admin.create(Map.of("bootstrap.servers", insideAddress()));
        admin.alterUserScramCredentials(List.of(
                        login("contacts-worker", WORKER_PASSWORD),
                        login("contacts-operator", OPERATOR_PASSWORD),
                        login(UPSTREAM, PARTNERS_PASSWORD),
                        login(SENDER, PARTNERS_PASSWORD)))
                .all()
                .get();
        admin.createAcls(acls("contacts-worker", WORKERS_RIGHTS)).all().get();
        admin.createAcls(acls("contacts-operator", OPERATORS_RIGHTS)).all().get();
        admin.createAcls(acls(UPSTREAM, "kafka-acls-upstream.txt")).all().get();
        admin.createAcls(acls(SENDER, "kafka-acls-email-sender.txt")).all().get();
    }

    private static UserScramCredentialUpsertion login(String user, String password) {
        return new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password);
    }

    private String insideAddress() {
        return "127.0.0.1:" + inside.port();
    }

    private static List<AclBinding> acls(String user, String list) throws IOException {
        return Files.readAllLines(Path.of("ops/security").resolve(list)).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\s+"))
                .map(columns -> new AclBinding(
                        new ResourcePattern(
                                ResourceType.fromString(columns[1].replace("TransactionalId", "TRANSACTIONAL_ID")),
                                columns[3],
                                PatternType.valueOf(columns[2])),
                        new AccessControlEntry(
                                "User:" + user,
                                "*",
                                AclOperation.fromString(columns[0].replace("DescribeConfigs", "DESCRIBE_CONFIGS")),
                                AclPermissionType.ALLOW)))
                .toList();
    }

    private void secureDatabase() throws Exception {
        String url = database.newDatabase("secured");
        try (Connection connection = DriverManager.getConnection(url, database.username(), database.password());
                Statement statement = connection.createStatement()) {
            var found = statement.executeQuery("show data_directory");
            found.next();
            Path data = Path.of(found.getString(1));
            Files.copy(keys.certificate(), data.resolve("server.crt"));
            Files.copy(keys.privateKey(), data.resolve("server.key"));
            Files.setPosixFilePermissions(data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
            var owner = Files.getOwner(data.resolve("PG_VERSION"));
            Files.setOwner(data.resolve("server.crt"), owner);
            Files.setOwner(data.resolve("server.key"), owner);
            statement.execute(Files.readString(Path.of("ops/security/roles.sql")));
            statement.execute("alter role contacts_owner password '" + OWNER_PASSWORD + "'");
            statement.execute(Files.readString(Path.of("ops/security/roles.sql"))); // may run again
            statement.execute("alter role contacts_worker password '" + WORKER_PASSWORD + "'");
            statement.execute("alter role contacts_operator password '" + OPERATOR_PASSWORD + "'");
            statement.execute("alter role contacts_reader password '" + READER_PASSWORD + "'");
            Files.writeString(data.resolve("pg_hba.conf"), """
                    host    all     postgres                          all trust
                    hostssl secured contacts_owner,contacts_worker,contacts_operator,contacts_reader all scram-sha-256
                    """);
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
        }
        plainDatabaseUrl = url;
        databaseUrl = url + "?sslmode=verify-full&sslrootcert=" + keys.certificate();
        Ended migrated = run(owner(), "migrate");
        assertEquals(0, migrated.exitCode, migrated.output);
        as("contacts_owner", OWNER_PASSWORD, Files.readString(Path.of("ops/security/grants.sql")));
    }

    private Map<String, String> owner() throws IOException {
        Map<String, String> owner = environment(Map.of("DATABASE_USERNAME", "contacts_owner"));
        owner.remove("DATABASE_PASSWORD_FILE");
        owner.put("DATABASE_PASSWORD", OWNER_PASSWORD);
        return owner;
    }

    @AfterAll
    void stop() {
        admin.close();
        kafka.close();
        database.close();
        inside.close();
    }

    @Test
    void with_these_rights_it_works_and_stops_in_good_order_and_its_operator_can_repair() throws Exception {
        Process worker = process(environment(Map.of()), "worker");
        try {
            try (EventReader reader = new EventReader(insideAddress(), EVENT_TOPICS.toArray(String[]::new))) {
                publish(UPSTREAM, COMMANDS, adding("r-1", "tom"));
                publish(UPSTREAM, COMMANDS, "{");
                // The result and its verification request, the error and its dead letter.
                assertEquals(4, reader.until(events -> events.size() >= 4).size());
                wholeLives(reader);
            }
            aReaderReadsTheViewAndNothingElse();
            worker.destroy();
            assertTrue(worker.waitFor(30, TimeUnit.SECONDS));
            String output = Files.readString(folder.resolve("output"));
            assertEquals(0, worker.exitValue(), output);
            assertTrue(!output.contains(WORKER_PASSWORD), "the password is in the log");
        } finally {
            worker.destroyForcibly();
        }
        repair();
    }

    /** What a worker may do to contacts that are there, and what partners may ask for. */
    private void wholeLives(EventReader reader) throws Exception {
        assertDenied(SENDER, COMMANDS, adding("r-denied", "denied"));
        assertDenied(UPSTREAM, OUTCOMES, confirming("r-1", "tom"));
        publish(SENDER, OUTCOMES, confirming("r-1", "tom"));
        publish(SENDER, OUTCOMES, confirming("r-2", "early"));
        assertEquals(6, reader.until(events -> events.size() >= 6).size());
        publish(UPSTREAM, COMMANDS, adding("r-2", "early"));
        publish(UPSTREAM, COMMANDS, adding("r-3", "gone"));
        publish(UPSTREAM, COMMANDS, about("SendEmailVerificationForMessageContact", "s-3", "r-3"));
        publish(UPSTREAM, COMMANDS, about("DeleteMessageContact", "d-3", "r-3"));
        // Two adds and a request to send again with a request each, and a deletion.
        assertEquals(13, reader.until(events -> events.size() >= 13).size());
        assertEquals(4, readBySender("message-contact.email-verifications"));
    }

    private static String adding(String requestId, String name) {
        return """
                {"RequestId":"%s","ResourceDirectoryId":"rd-1","Name":"%s","EmailAddress":"%s@example.com",\
                "Title":"CEO","MessageTypes":["FaultMessage"]}""".formatted(requestId, name, name);
    }

    private static String about(String action, String requestId, String added) {
        return """
                {"Action":"%s","RequestId":"%s","ResourceDirectoryId":"rd-1","ContactId":"%s"}""".formatted(action, requestId, DerivedIds.contactId("rd-1", added));
    }

    private static String confirming(String added, String name) {
        String contactId = DerivedIds.contactId("rd-1", added);
        return """
                {"ResourceDirectoryId":"rd-1","ContactId":"%s","VerificationId":"%s"}""".formatted(contactId, DerivedIds.verificationId(contactId, "email", name + "@example.com"));
    }

    private void assertDenied(String user, String topic, String value) {
        ExecutionException refused = assertThrows(ExecutionException.class, () -> publish(user, topic, value));
        assertInstanceOf(TopicAuthorizationException.class, refused.getCause());
    }

    private int readBySender(String topic) {
        Map<String, Object> config = new HashMap<>(partner(SENDER));
        config.put("group.id", SENDER);
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed");
        int read = 0;
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (read < 4 && System.nanoTime() < end) {
                read += consumer.poll(Duration.ofMillis(100)).count();
            }
            consumer.commitSync();
        }
        return read;
    }

    private void aReaderReadsTheViewAndNothingElse() throws Exception {
        try (Connection connection = DriverManager.getConnection(databaseUrl, "contacts_reader", READER_PASSWORD);
                Statement statement = connection.createStatement()) {
            assertEquals(
                    List.of("early Active", "tom Active"),
                    column(statement, "select name || ' ' || status from contact_v1 order by name"));
            assertEquals(List.of("contact_v1"), column(statement, """
                            select relname from pg_class
                            where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'S')
                              and has_table_privilege(oid, 'select, insert, update, delete, truncate, references, trigger')"""));
            for (String denied :
                    List.of("select from message_contact", "delete from contact_v1", "create table t (i int)")) {
                SQLException refused = assertThrows(SQLException.class, () -> statement.execute(denied));
                assertEquals("42501", refused.getSQLState(), denied); // insufficient privilege
            }
        }
    }

    private static List<String> column(Statement statement, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Every command of the runbooks, with the operator's rights. No worker runs. */
    private void repair() throws Exception {
        assertPrints("complete", operators("audit", "--quiet"));
        assertPrints("command r-1 of directory rd-1", operators("explain", "r-1", "--quiet"));
        afterTheDatabaseWasLost();
        assertPrints("would be published", operators("replay", "--dry-run", "--quiet"));
        assertPrints("published again by replay r1", operators("replay", "--all", "--id", "r1", "--quiet"));
        assertPrints(
                "published again by replay r2",
                operators("replay", "--all", "--id", "r2", "--with-verifications", "--quiet"));
        interruptedBeforeItsEnd("r1");
        assertPrints("published again by replay r1", operators("replay", "--resume", "r1", "--quiet"));
        assertPrints("r1  begun", operators("replay", "--list"));
        assertPrints("commands decided again", operators("rebuild", "--quiet"));
        assertPrints("ok", operators("offsets"));
        assertPrints(
                "partition 0 of message-contact.commands: from offset",
                operators("offsets", "move", "--partition", "0", "--to", "end"));
        assertPrints("1  dead letters", operators("dead-letters", "list"));
        assertPrints("1 sent", operators("dead-letters", "redrive", "--all", "--quiet"));
        assertPrints("0 decisions deleted", operators("prune", "--yes"));
        assertPrints("ok       message-contact.commands", operators("topics", "--check"));
    }

    private void interruptedBeforeItsEnd(String replay) throws SQLException {
        as("contacts_owner", OWNER_PASSWORD, "update replay set ended_at = null where id = '%s'".formatted(replay));
    }

    /** The steps of its page, each with the account that the page names for it. */
    private void afterTheDatabaseWasLost() throws Exception {
        asSuperuser("drop schema public cascade");
        asSuperuser("create schema public");
        String page = Files.readString(Path.of("ops/runbooks/lost-database.md"));
        Matcher step = STEP.matcher(page.substring(0, page.indexOf("**Commands are gone")));
        List<String> commands = new ArrayList<>();
        while (step.find()) {
            if (step.group("script") != null) {
                String script = Files.readString(Path.of(step.group("script")));
                if (step.group("script").endsWith("roles.sql")) {
                    asSuperuser(script);
                } else {
                    as("contacts_owner", OWNER_PASSWORD, script);
                }
            } else if (step.group("query") != null) {
                as("contacts_operator", OPERATOR_PASSWORD, step.group("query"));
            } else {
                String command = step.group("command");
                commands.add(command);
                String inJob = command.equals("rebuild") ? "rebuild --yes" : command;
                CommandLineRun ran =
                        CommandLineRun.of(command.equals("migrate") ? owner() : operator(), inJob.split(" "));
                boolean isReport = command.equals("offsets"); // of what is missing
                assertEquals(isReport ? 1 : 0, ran.exitCode(), command + "\n" + ran.out() + ran.err());
            }
        }
        assertEquals(List.of("migrate", "offsets", "rebuild --dry-run", "rebuild", "audit"), commands);
    }

    private void asSuperuser(String script) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(plainDatabaseUrl, database.username(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    private void as(String role, String password, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl, role, password);
                Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    private static void assertPrints(String expected, CommandLineRun ran) {
        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue((ran.out() + ran.err()).contains(expected), ran.out());
    }

    private CommandLineRun operators(String... command) throws IOException {
        return CommandLineRun.of(operator(), command);
    }

    @Test
    void workers_and_operators_may_go_on_where_a_topic_has_lost_its_last_records() throws Exception {
        for (Map.Entry<String, String> login : Map.of(
                        "contacts_worker", WORKER_PASSWORD, "contacts_operator", OPERATOR_PASSWORD)
                .entrySet()) {
            try (Connection connection = DriverManager.getConnection(databaseUrl, login.getKey(), login.getValue())) {
                connection.setAutoCommit(false);
                LostRecords.forget(
                        DSL.using(connection, SQLDialect.POSTGRES),
                        Receipt.first(new UUID(0, 1), 0, Answered.before(6), 6));
                connection.rollback();
            }
        }
    }

    @Test
    void a_refusal_names_the_topic_the_group_or_the_id() throws Exception {
        assertRefused("topic message-contact.errors", "errors", "explain", "r-1");
        assertRefused("group message-contact-worker", "worker", "audit");
        assertRefused(
                "transactional id message-contact-message-contact-worker-redrive",
                "message-contact-message-contact-worker-",
                "dead-letters",
                "redrive",
                "--all");
    }

    /** Takes away what the operator may do with what ends so, and gives it back. */
    private void assertRefused(String named, String ending, String... command) throws Exception {
        List<AclBinding> rights = acls("contacts-operator", OPERATORS_RIGHTS).stream()
                .filter(acl -> acl.pattern().name().endsWith(ending))
                .toList();
        admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList())
                .all()
                .get();
        CommandLineRun ran = operators(command);
        admin.createAcls(rights).all().get();
        assertTrue(ran.exitCode() != 0, ran.out());
        assertTrue(ran.err().contains("access denied: " + named), ran.err());
    }

    private void publish(String user, String topic, String value) throws Exception {
        try (var producer = new KafkaProducer<>(partner(user), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "rd-1", value)).get();
        }
    }

    /** How a partner connects. */
    private Map<String, Object> partner(String user) {
        return Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(user, PARTNERS_PASSWORD),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                keys.certificate().toString());
    }

    @Test
    void a_wrong_password_of_the_brokers_is_one_line() throws Exception {
        Ended ended = run(environment(Map.of("KAFKA_SASL_JAAS_CONFIG", jaas("contacts-worker", "wrong"))), "worker");
        assertEquals(1, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("cannot be used: SaslAuthenticationException"), ended.output);
    }

    @Test
    void a_wrong_password_of_the_database_is_one_line() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong");
        Ended ended = run(
                environment(Map.of("DATABASE_PASSWORD_FILE", wrong.toString(), "DATABASE_CONNECT_TIMEOUT", "PT2S")),
                "worker");
        assertEquals(1, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("SQLSTATE 28P01"), ended.output);
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_one_line() throws Exception {
        Path other = Keys.in(folder.resolve("others")).certificate();
        Ended ended = run(environment(Map.of("KAFKA_SSL_TRUSTSTORE_LOCATION", other.toString())), "worker");
        assertEquals(1, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("cannot be used: SslAuthenticationException"), ended.output);
    }

    @Test
    void without_the_right_to_write_answers_it_says_so_and_goes_on_when_it_has_it() throws Exception {
        List<AclBinding> writing = acls("contacts-worker", WORKERS_RIGHTS).stream()
                .filter(acl -> acl.pattern().name().equals("message-contact.results"))
                .toList();
        admin.deleteAcls(writing.stream().map(AclBinding::toFilter).toList())
                .all()
                .get();
        Ended ended = run(environment(Map.of()), "worker");
        assertEquals(1, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("access denied: topic message-contact.results"), ended.output);
        admin.createAcls(writing).all().get();
    }

    private Map<String, String> environment(Map<String, String> changes) throws IOException {
        Path password = Files.writeString(folder.resolve("database-password"), WORKER_PASSWORD);
        Map<String, String> all = new HashMap<>();
        all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        all.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
        all.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
        all.put("KAFKA_SASL_JAAS_CONFIG", jaas("contacts-worker", WORKER_PASSWORD));
        all.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
        all.put("KAFKA_SSL_TRUSTSTORE_LOCATION", keys.certificate().toString());
        all.put("DATABASE_URL", databaseUrl);
        all.put("DATABASE_USERNAME", "contacts_worker");
        all.put("DATABASE_PASSWORD_FILE", password.toString());
        all.put("WORKER_LANES", "1");
        all.put("MANAGEMENT_PORT", "0");
        all.putAll(changes);
        return all;
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password);
    }

    private Map<String, String> operator() throws IOException {
        Path password = Files.writeString(folder.resolve("operator-password"), OPERATOR_PASSWORD);
        return environment(Map.of(
                "KAFKA_SASL_JAAS_CONFIG", jaas("contacts-operator", OPERATOR_PASSWORD),
                "DATABASE_USERNAME", "contacts_operator",
                "DATABASE_PASSWORD_FILE", password.toString(),
                "TOPICS_PARTITIONS", "2",
                "TOPICS_REPLICATION", "1",
                "DURABILITY", "test",
                "REJECTIONS_KEPT", "P30D"));
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(Map<String, String> environment, String command) throws Exception {
        Process process = process(environment, command);
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "it does not end: " + output());
            return new Ended(process.exitValue(), output());
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process process(Map<String, String> environment, String command) throws IOException {
        List<String> line = new ArrayList<>(List.of(WorkerProcess.java()));
        line.addAll(ClassArchive.with(WorkerProcess.SMALL));
        line.addAll(List.of("-cp", WorkerProcess.productionClassPath(), "dev.messagecontact.Contacts", command));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }
}
