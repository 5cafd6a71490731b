package dev.messagecontact.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.validation.RuleSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class SettingsTest {

    private static final Map<String, String> REQUIRED = Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
            "DATABASE_URL", "jdbc:postgresql://database/contacts",
            "HOSTNAME", "worker-0",
            "WORKER_LANES", "2");

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    @Test
    void the_defaults_are_the_documented_ones() {
        // when
        WorkerSettings settings = Settings.read(REQUIRED, null).worker();
        // then
        TopicNames names = new TopicNames(
                "message-contact.commands",
                "message-contact.results",
                "message-contact.errors",
                "message-contact.email-verifications",
                "message-contact.sms-verifications",
                "message-contact.dead-letters",
                "message-contact.verification-outcomes");
        assertEquals(
                new WorkerSettings(
                        new KafkaSettings("broker:9092", Map.of(), Map.of()),
                        new DatabaseSettings(
                                "jdbc:postgresql://database/contacts",
                                null,
                                null,
                                null,
                                null,
                                5, // two lanes
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(20)),
                        new TopicSettings(
                                names,
                                12,
                                TopicSettings.BROKER_DEFAULT,
                                new TopicRetention(
                                        Duration.ofDays(30),
                                        Duration.ofDays(30),
                                        Duration.ofDays(7),
                                        Duration.ofDays(30))),
                        new ManagementSettings("127.0.0.1", 9404, true),
                        new DecoderLimits(65536, 64),
                        new ContactSettings(20, new RuleSettings(254, Set.of(86), false)),
                        "message-contact-worker",
                        2,
                        "worker-0",
                        "message-contact",
                        2000,
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5),
                        20,
                        OffsetsGap.STOP,
                        new DurabilitySettings(Durability.EXPECTED, null),
                        null),
                settings);
        assertEquals("message-contact-message-contact-worker-worker-0-1", settings.transactionalId(1));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "8, 4", "64, 4"})
    void a_process_has_one_lane_for_two_cores_unless_told(int cores, int lanes) {
        assertEquals(lanes, Catalogue.lanesFor(cores));
    }

    @Test
    void lanes_are_counted_by_the_cores_of_this_machine_unless_told() {
        int lanes = Settings.read(without("WORKER_LANES"), null).worker().lanes();
        assertEquals(Catalogue.lanesFor(Runtime.getRuntime().availableProcessors()), lanes);
    }

    @Test
    void the_environment_goes_before_the_file_and_the_file_before_the_default() throws IOException {
        Path file = file("worker.group.id=from-file\nworker.lanes=7\nlog.level=warn\nlog.format=JSON\n");
        // when
        Settings settings = Settings.read(with("WORKER_LANES", "3"), file);
        // then
        assertEquals(3, settings.worker().lanes());
        assertEquals("from-file", settings.worker().groupId());
        assertEquals("message-contact", settings.worker().transactionalIdPrefix());
        assertEquals(
                new LogSettings(Level.WARN, LogFormat.JSON, settings.worker().instance()), settings.log());
    }

    @Test
    void the_environment_can_name_the_file() throws IOException {
        Path file = file("worker.batch.size=12\n");
        assertEquals(
                12,
                Settings.read(with("CONTACTS_CONFIG", file.toString()), null)
                        .worker()
                        .batchSize());
    }

    @Test
    void an_empty_value_counts_as_not_set() throws IOException {
        Path file = file("worker.group.id=\nworker.batch.size=7\n");
        Settings settings = Settings.read(with("WORKER_BATCH_SIZE", " "), file);
        assertEquals(7, settings.worker().batchSize());
        assertEquals("message-contact-worker", settings.worker().groupId());
    }

    @Test
    void what_a_command_does_not_use_need_not_be_set() {
        Settings settings = Settings.read(Map.of(), null);
        assertEquals(12, settings.topics().partitions());
        assertEquals(
                "KAFKA_BOOTSTRAP_SERVERS is not set: the brokers, as host:port[,host:port...]",
                messageOf(settings::kafka));
        assertEquals(
                "DATABASE_URL is not set: the database, as jdbc:postgresql://host:port/name",
                messageOf(settings::database));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WORKER_LANES | abc | a whole number from 1 to 256",
                "WORKER_LANES | 0 | a whole number from 1 to 256",
                "WORKER_LANES | 257 | a whole number from 1 to 256",
                "WORKER_LANES | 99999999999 | a whole number from 1 to 256",
                "MANAGEMENT_PORT | 65536 | a whole number from 0 to 65535",
                "PHONE_REQUIRED | ture | true or false",
                "PHONE_REQUIRED | yes | true or false",
                "PHONE_COUNTRY_CODES | 86;44 | country calling codes such as 86, separated by commas",
                "PHONE_COUNTRY_CODES | 999 | country calling codes such as 86, separated by commas",
                "TOPICS_REPLICATION | 0 | -1 or a whole number from 1 to 32767",
                "TOPICS_COMMANDS | .. | a topic name: 1 to 249 of A-Z a-z 0-9 . _ -",
                "TOPICS_COMMANDS | a/b | a topic name: 1 to 249 of A-Z a-z 0-9 . _ -",
                "OFFSETS_GAP | skip | one of stop, continue",
                "DURABILITY | no | one of expected, test",
                "BACKUP_INTERVAL | 1 | a duration from PT1M to P3650D, such as PT1.5S, 500ms, 20s or 5m",
                "LOG_LEVEL | chatty | one of ERROR, WARN, INFO, DEBUG, TRACE",
                "LOG_FORMAT | xml | one of text, json",
                "WORKER_INSTANCE | a b | 1 to 100 of A-Z a-z 0-9 . _ -",
                "KAFKA_BOOTSTRAP_SERVERS | broker | host:port[,host:port...]",
                "WORKER_SHUTDOWN_LIMIT | 30 | a duration from PT1S to PT1H, such as PT1.5S, 500ms, 20s or 5m",
                "WORKER_SHUTDOWN_LIMIT | PT0S | a duration from PT1S to PT1H, such as PT1.5S, 500ms, 20s or 5m",
                "WORKER_SHUTDOWN_LIMIT | -PT5S | a duration from PT1S to PT1H, such as PT1.5S, 500ms, 20s or 5m",
            })
    void a_bad_value_stops_the_start_by_name(String name, String value, String allowed) {
        assertEquals(name + " must be " + allowed, messageFor(with(name, value)));
    }

    @Test
    void what_the_driver_takes_in_seconds_must_be_whole_seconds() {
        assertEquals(
                "DATABASE_SOCKET_TIMEOUT must be a duration in whole seconds from PT1S to PT15M, "
                        + "such as PT1.5S, 500ms, 20s or 5m",
                messageFor(with("DATABASE_SOCKET_TIMEOUT", "20500ms")));
    }

    @ParameterizedTest
    @CsvSource({"PT1.5S, 1500", "1500ms, 1500", "2s, 2000", "1m, 60000", "1h, 3600000", " PT2S , 2000"})
    void a_duration_is_written_as_iso_8601_or_as_a_number_with_its_unit(String text, long milliseconds) {
        Duration limit = Settings.read(with("WORKER_SHUTDOWN_LIMIT", text), null)
                .worker()
                .shutdownLimit();
        assertEquals(Duration.ofMillis(milliseconds), limit);
    }

    @Test
    void country_codes_are_a_list() {
        Settings settings = Settings.read(with("PHONE_COUNTRY_CODES", "86, 44,1"), null);
        assertEquals(Set.of(86, 44, 1), settings.contacts().rules().phoneCountryCodes());
    }

    @Test
    void a_bad_value_in_the_file_is_named_as_the_file_names_it() throws IOException {
        Path file = file("worker.lanes=abc\n");
        assertEquals(
                "worker.lanes in %s must be a whole number from 1 to 256".formatted(file),
                messageOf(() -> Settings.read(Map.of(), file)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WORKER_LANE | WORKER_LANE is no setting; did you mean WORKER_LANES?",
                "WORKER_GROUP | WORKER_GROUP is no setting; did you mean WORKER_GROUP_ID?",
                "DATABASE_HOST | DATABASE_HOST is no setting; `contacts settings` lists them",
                "CONTACTS_WHATEVER | CONTACTS_WHATEVER is no setting; `contacts settings` lists them",
                "COMMAND_MAX_BYTE | COMMAND_MAX_BYTE is no setting; did you mean COMMAND_MAX_BYTES?",
                "LOG_LEVLE | LOG_LEVLE is no setting; did you mean LOG_LEVEL?",
                "WORKER_LANES_FILE | WORKER_LANES_FILE is no setting; `contacts settings` lists them",
            })
    void an_unknown_name_of_ours_stops_the_start(String name, String message) {
        assertEquals(message, messageFor(with(name, "1")));
    }

    @Test
    void any_unknown_name_in_the_file_stops_the_start() throws IOException {
        Path file = file("worker.lane=1\n");
        assertEquals(
                "worker.lane in %s is no setting; did you mean worker.lanes in %s?".formatted(file, file),
                messageOf(() -> Settings.read(Map.of(), file)));
        Path another = file("unheard.of=1\n");
        assertEquals(
                "unheard.of in %s is no setting; `contacts settings` lists them".formatted(another),
                messageOf(() -> Settings.read(Map.of(), another)));
    }

    @ParameterizedTest
    @CsvSource({
        "CONTACTS_SERVICE_HOST, 10.0.0.7",
        "CONTACTS_SERVICE_PORT, 5432",
        "CONTACTS_SERVICE_PORT_HTTP, 5432",
        "CONTACTS_PORT, tcp://10.0.0.7:5432",
        "CONTACTS_PORT_5432_TCP, tcp://10.0.0.7:5432",
        "DATABASE_PORT_5432_TCP_ADDR, 10.0.0.7",
        "KAFKA_PORT_9092_TCP_PROTO, tcp",
        "KAFKA_SERVICE_HOST, 10.0.0.7",
        "MANAGEMENT_PORT, tcp://10.0.0.7:80",
        "COMMAND_MODE, unix2003",
        "LOG_DIR, /tmp",
        "EMAIL_FROM, a@example.com",
        "PATH, /bin",
    })
    void what_platforms_set_is_left_alone(String name, String value) {
        WorkerSettings settings = Settings.read(with(name, value), null).worker();
        assertEquals(Settings.read(REQUIRED, null).worker(), settings);
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_LOCK_TIMEOUT, PT10S, DATABASE_LOCK_TIMEOUT must be less than DATABASE_STATEMENT_TIMEOUT",
        "DATABASE_STATEMENT_TIMEOUT, PT20S, DATABASE_STATEMENT_TIMEOUT must be less than DATABASE_SOCKET_TIMEOUT",
        "DATABASE_SOCKET_TIMEOUT, PT1M, DATABASE_SOCKET_TIMEOUT must be less than WORKER_TRANSACTION_TIMEOUT",
        "WORKER_TRANSACTION_TIMEOUT, PT6M, WORKER_TRANSACTION_TIMEOUT must not be more than WORKER_MAX_POLL_INTERVAL",
        "DIRECTORY_LOCK_BUDGET, PT0.5S, DATABASE_LOCK_TIMEOUT must not be more than DIRECTORY_LOCK_BUDGET",
        "DIRECTORY_LOCK_BUDGET, PT5M, DIRECTORY_LOCK_BUDGET must be less than WORKER_MAX_POLL_INTERVAL",
        "DATABASE_POOL_SIZE, 1, WORKER_LANES must not be more than DATABASE_POOL_SIZE",
        "TOPICS_ERRORS, message-contact.results, TOPICS_RESULTS and TOPICS_ERRORS must not be the same topic",
    })
    void settings_that_do_not_go_together_stop_the_start_by_both_names(String name, String value, String message) {
        List<String> told = messageFor(with(name, value)).lines().toList();
        assertTrue(told.contains(message), told::toString);
    }

    @Test
    void all_that_is_wrong_is_told_at_once() throws IOException {
        Path file = file("worker.lane=1\ntopics.errors=a b\n");
        Map<String, String> environment = new HashMap<>(Map.of(
                "WORKER_LANES", "abc",
                "DATABASE_LOCK_TIMEOUT", "PT10S",
                "KAFKA_GROUP_ID", "x",
                "KAFKA_SESSION_TIMEOUT_MS", "9000",
                "DATABASE_HOST", "x",
                "CONTACTS_CONFIG", file.toString()));
        assertEquals(
                List.of(
                        "DATABASE_HOST is no setting; `contacts settings` lists them",
                        "DATABASE_LOCK_TIMEOUT must be less than DATABASE_STATEMENT_TIMEOUT",
                        "DATABASE_LOCK_TIMEOUT must not be more than DIRECTORY_LOCK_BUDGET",
                        "KAFKA_GROUP_ID cannot be set: set WORKER_GROUP_ID instead",
                        "KAFKA_SESSION_TIMEOUT_MS can only be set with KAFKA_GROUP_PROTOCOL=classic",
                        "WORKER_LANES must be a whole number from 1 to 256",
                        "topics.errors in %s must be a topic name: 1 to 249 of A-Z a-z 0-9 . _ -".formatted(file),
                        "worker.lane in %s is no setting; did you mean worker.lanes in %s?".formatted(file, file)),
                messageFor(environment).lines().sorted().toList());
        assertEquals(
                "KAFKA_BOOTSTRAP_SERVERS is not set: the brokers, as host:port[,host:port...]\n"
                        + "DATABASE_URL is not set: the database, as jdbc:postgresql://host:port/name",
                messageOf(() -> Settings.read(Map.of(), null).worker()));
    }

    @Test
    void an_id_has_the_same_digits_in_every_language() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(new Locale("ar", "EG"));
            assertEquals("\u0661", "%d".formatted(1)); // this language has digits of its own
            assertEquals(
                    "message-contact-message-contact-worker-worker-0-1",
                    Settings.read(REQUIRED, null).worker().transactionalId(1));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void a_transaction_may_last_as_long_as_a_poll() {
        assertEquals(
                Duration.ofMinutes(5),
                Settings.read(with("WORKER_TRANSACTION_TIMEOUT", "5m"), null)
                        .worker()
                        .transactionTimeout());
    }

    @Test
    void a_secret_may_come_from_a_file_and_keeps_all_but_the_line_end() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), " pa$${x}\\, ss \r\n");
        Settings settings = Settings.read(with("DATABASE_PASSWORD_FILE", file.toString()), null);
        assertEquals(" pa$${x}\\, ss ", settings.database().passwordText());
    }

    @Test
    void a_byte_order_mark_before_a_secret_or_a_settings_file_is_no_part_of_it() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "\uFEFFhunter2\n");
        Path file = Files.writeString(folder.resolve("settings"), "\uFEFFworker.batch.size=9\n");
        Settings settings = Settings.read(with("DATABASE_PASSWORD_FILE", password.toString()), file);
        assertEquals("hunter2", settings.database().passwordText());
        assertEquals(9, settings.worker().batchSize());
    }

    @Test
    void a_secret_is_taken_as_it_is() {
        Settings settings = Settings.read(with("DATABASE_PASSWORD", " a${b}c\\,%d "), null);
        assertEquals(new Secret(" a${b}c\\,%d "), settings.database().password());
    }

    @Test
    void a_secret_is_not_set_twice() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "b");
        Map<String, String> both = with("DATABASE_PASSWORD_FILE", file.toString());
        both.put("DATABASE_PASSWORD", "a");
        assertEquals("DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set; keep one of them", messageFor(both));
    }

    @Test
    void a_file_that_cannot_be_read_stops_the_start_without_its_name_being_shown() {
        assertEquals(
                "DATABASE_PASSWORD_FILE must be the path of a file in UTF-8 that this process can read",
                messageFor(with("DATABASE_PASSWORD_FILE", "hunter2")));
    }

    @Test
    void a_settings_file_that_cannot_be_read_stops_the_start() {
        Path file = folder.resolve("none");
        assertEquals(
                "The settings file %s cannot be read as a properties file in UTF-8".formatted(file),
                messageOf(() -> Settings.read(Map.of(), file)));
    }

    @Test
    void a_secret_is_never_printed() {
        Map<String, String> environment = with("DATABASE_PASSWORD", "hunter2");
        environment.put("KAFKA_SASL_JAAS_CONFIG", "password=hunter2");
        environment.put("KAFKA_PLUGIN_TOKEN", "hunter2");
        Map<String, String> inUrl =
                with("DATABASE_URL", "jdbc:postgresql://database/contacts?user=u&password=hunter2&sslpassword=hunter2");
        StringBuilder printed = new StringBuilder();
        // when
        for (Map<String, String> each : List.of(environment, inUrl)) {
            Settings settings = Settings.read(each, null);
            printed.append(settings.worker()).append(settings.effective());
        }
        // then
        assertEquals(-1, printed.indexOf("hunter2"), printed::toString);
        assertTrue(
                printed.indexOf("jdbc:postgresql://database/contacts?user=u&password=***&sslpassword=***") > 0,
                printed::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://user:hunter2@database/contacts",
                "jdbc:postgresql://user:hunter2@database/contacts",
                "jdbc:postgresql:contacts",
                "jdbc:postgresql://",
            })
    void a_database_url_that_the_driver_cannot_use_stops_the_start(String url) {
        assertEquals(
                "DATABASE_URL must be jdbc:postgresql://host[:port]/database, "
                        + "without user and password before the host",
                messageFor(with("DATABASE_URL", url)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "socketTimeout=0 | cannot have the parameter socketTimeout: set DATABASE_SOCKET_TIMEOUT instead",
                "ssl=true&connectTimeout | cannot have the parameter connectTimeout: set DATABASE_CONNECT_TIMEOUT instead",
                "loginTimeout=1 | cannot have the parameter loginTimeout: set DATABASE_CONNECT_TIMEOUT instead",
                "queryTimeout=1 | cannot have the parameter queryTimeout: set DATABASE_STATEMENT_TIMEOUT instead",
                "logServerErrorDetail=true | cannot have the parameter logServerErrorDetail: it would write "
                        + "personal data into the log",
                "readOnly=true | cannot have the parameter readOnly: the worker's transactions depend on it",
                "sslmod=verify-full | has a parameter that the driver does not know, number 1; did you mean sslmode?",
                "SocketTimeout=0 | has a parameter that the driver does not know, number 1; did you mean socketTimeout?",
                "password=a&hunter2 | has a parameter that the driver does not know, number 2",
            })
    void a_parameter_in_the_database_url_that_would_undo_what_we_set_stops_the_start(String parameters, String why) {
        assertEquals(
                "DATABASE_URL " + why, messageFor(with("DATABASE_URL", "jdbc:postgresql://database/b?" + parameters)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslmode=verify-full&sslrootcert=/etc/ca.crt",
                "options=-c%20search_path=contacts",
                "targetServerType=any&ApplicationName=mine&currentSchema=contacts"
            })
    void other_parameters_may_stand_in_the_database_url(String parameters) {
        String url = "jdbc:postgresql://database/b?" + parameters;
        assertEquals(
                url, Settings.read(with("DATABASE_URL", url), null).database().currentUrl());
    }

    @ParameterizedTest
    @CsvSource({"user, DATABASE_USERNAME", "password, DATABASE_PASSWORD"})
    void who_logs_in_is_not_set_twice(String parameter, String setting) {
        Map<String, String> both = with("DATABASE_URL", "jdbc:postgresql://database/b?%s=a".formatted(parameter));
        both.put(setting, "b");
        assertEquals(
                "%s in DATABASE_URL and %s are both set; keep one of them".formatted(parameter, setting),
                messageFor(both));
    }

    @Test
    void what_came_from_a_file_of_its_own_is_read_again_for_each_connection() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "first\n");
        Path url = Files.writeString(folder.resolve("url"), "jdbc:postgresql://old/b\n");
        Map<String, String> environment = with("DATABASE_PASSWORD_FILE", password.toString());
        environment.remove("DATABASE_URL");
        environment.put("DATABASE_URL_FILE", url.toString());
        DatabaseSettings database = Settings.read(environment, null).database();
        // when
        Files.writeString(password, "second\n");
        Files.writeString(url, "jdbc:postgresql://new/b\n");
        // then
        assertEquals("second", database.currentPassword());
        assertEquals("jdbc:postgresql://new/b", database.currentUrl());
        // when
        Files.writeString(url, "jdbc:postgresql://new/b?socketTimeout=0");
        Files.delete(password);
        // then
        assertEquals(
                "DATABASE_URL_FILE cannot have the parameter socketTimeout: set DATABASE_SOCKET_TIMEOUT instead",
                messageOf(database::currentUrl));
        assertEquals(
                "DATABASE_PASSWORD_FILE must be the path of a file in UTF-8 that this process can read",
                messageOf(database::currentPassword));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://user:hunter2@database/contacts, jdbc:postgresql://user:***@database/contacts",
        "jdbc:postgresql://a:1/b?password=x@y, jdbc:postgresql://a:1/b?password=***",
        "jdbc:postgresql://a:1/b?PASSWORD=x&ssl=true, jdbc:postgresql://a:1/b?PASSWORD=***&ssl=true",
        "jdbc:postgresql://a:1/b, jdbc:postgresql://a:1/b",
    })
    void a_password_in_a_database_url_is_masked(String url, String masked) {
        assertEquals(masked, DatabaseUrl.masked(url));
    }

    @Test
    void what_holds_is_shown_with_where_it_comes_from() throws IOException {
        Path file = file("worker.batch.size=7\nkafka.linger.ms=9\n");
        List<Listing.Effective> effective = Settings.read(REQUIRED, file).effective();
        assertTrue(effective.contains(new Listing.Effective("WORKER_LANES", "2", "environment")));
        assertTrue(effective.contains(new Listing.Effective("WORKER_BATCH_SIZE", "7", file.toString())));
        assertTrue(effective.contains(new Listing.Effective("OFFSETS_GAP", "stop", "default")));
        assertTrue(effective.contains(new Listing.Effective("DATABASE_PASSWORD", "", "")));
        assertTrue(effective.contains(new Listing.Effective("kafka.linger.ms", "9", file.toString())));
    }

    @Test
    void a_password_is_null_where_none_is_set() {
        assertNull(Settings.read(REQUIRED, null).database().passwordText());
    }

    private Path file(String content) throws IOException {
        return Files.write(Files.createTempFile(folder, "contacts", ".properties"), content.getBytes(UTF_8));
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put(name, value);
        return environment;
    }

    private static Map<String, String> without(String name) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.remove(name);
        return environment;
    }

    private static String messageFor(Map<String, String> environment) {
        return messageOf(() -> Settings.read(environment, null));
    }

    private static String messageOf(org.junit.jupiter.api.function.Executable reading) {
        return String.valueOf(assertThrows(SettingsException.class, reading).getMessage());
    }
}
