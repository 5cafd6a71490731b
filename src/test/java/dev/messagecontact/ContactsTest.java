package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.settings.Listing;
import dev.messagecontact.support.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsTest {

    @Test
    void the_settings_are_listed_with_their_defaults() {
        CommandLineRun ran = CommandLineRun.of(Map.of(), "settings");
        assertEquals(0, ran.exitCode());
        Listing.described().forEach(setting -> assertTrue(ran.out().contains(setting.name()), setting.name()));
        assertTrue(
                ran.out().matches("(?s).*MANAGEMENT_PORT +9404 +the port of metrics, health and the console.*"),
                ran.out());
    }

    @Test
    void the_values_that_hold_are_shown_without_secrets() {
        CommandLineRun ran =
                CommandLineRun.of(Map.of("DATABASE_PASSWORD", "hunter2", "WORKER_LANES", "3"), "settings", "--current");
        assertEquals(0, ran.exitCode());
        assertTrue(ran.out().matches("(?s).*DATABASE_PASSWORD +\\*\\*\\* +environment\n.*"), ran.out());
        assertTrue(ran.out().matches("(?s).*WORKER_LANES +3 +environment\n.*"), ran.out());
        assertFalse(ran.out().contains("hunter2"), ran.out());
    }

    @Test
    void a_settings_file_is_named_before_the_command_or_after_it(@TempDir Path folder) throws IOException {
        String file = Files.writeString(folder.resolve("f"), "worker.lanes=9\n").toString();
        CommandLineRun before = CommandLineRun.of(Map.of(), "--config", file, "settings", "--current");
        CommandLineRun after = CommandLineRun.of(Map.of(), "settings", "--current", "--config", file);
        assertTrue(before.out().matches("(?s).*WORKER_LANES +9 .*"), before.out());
        assertEquals(before, after);
    }

    @Test
    void a_bad_setting_is_one_line_and_code_2() {
        assertEquals(
                new CommandLineRun(2, "", "contacts settings: WORKER_LANES must be a whole number from 1 to 256\n"),
                CommandLineRun.of(Map.of("WORKER_LANES", "abc"), "settings", "--current"));
        assertEquals(
                new CommandLineRun(
                        2,
                        "",
                        "contacts topics: KAFKA_BOOTSTRAP_SERVERS is not set: "
                                + "the brokers, as host:port[,host:port...]\n"),
                CommandLineRun.of(Map.of(), "topics"));
    }

    @Test
    void a_bad_command_line_is_code_2_and_says_where_help_is() {
        assertEquals(new CommandLineRun(2, "", """
                        contacts topics: Unknown option: '--chekc'
                        Possible solutions: --check
                        Try `contacts topics --help`.
                        """), CommandLineRun.of(Map.of(), "topics", "--chekc"));
        assertEquals(2, CommandLineRun.of(Map.of(), "submit").exitCode());
        assertEquals(2, CommandLineRun.of(Map.of(), "watch", "--for", "soon").exitCode());
        assertEquals(
                2,
                CommandLineRun.of(Map.of(), "settings", "--current", "--markdown")
                        .exitCode());
    }

    @Test
    void without_a_command_its_help_is_shown() {
        CommandLineRun alone = CommandLineRun.of(Map.of());
        assertEquals(CommandLineRun.of(Map.of(), "--help"), alone);
        assertEquals(0, alone.exitCode());
        assertTrue(alone.out().startsWith("Usage: contacts "), alone.out());
        assertEquals(
                CommandLineRun.of(Map.of(), "dead-letters", "--help"), CommandLineRun.of(Map.of(), "dead-letters"));
    }

    @Test
    void shells_get_a_script_that_knows_commands_and_options() {
        for (String shell : new String[] {"bash", "zsh"}) {
            CommandLineRun ran = CommandLineRun.of(Map.of(), "completion", shell);
            assertEquals(0, ran.exitCode(), ran.err());
            assertTrue(ran.out().contains("dead-letters") && ran.out().contains("--accept-gap"), shell);
        }
        assertEquals(2, CommandLineRun.of(Map.of(), "completion", "fish").exitCode());
    }

    @Test
    void programs_read_settings_as_objects() {
        assertTrue(CommandLineRun.of(Map.of(), "settings", "--json")
                .out()
                .contains("{\"name\":\"WORKER_LANES\",\"property\":\"worker.lanes\",\"default\":"));
        assertTrue(CommandLineRun.of(Map.of("WORKER_LANES", "3"), "settings", "--current", "--json")
                .out()
                .contains("{\"name\":\"WORKER_LANES\",\"value\":\"3\",\"source\":\"environment\"}\n"));
        assertEquals(
                2,
                CommandLineRun.of(Map.of(), "settings", "--markdown", "--json").exitCode());
    }

    @Test
    void a_command_file_that_cannot_be_read_is_code_2() {
        CommandLineRun ran =
                CommandLineRun.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1"), "submit", "no-such-file");
        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().startsWith("contacts submit: no-such-file cannot be read\n"), ran.err());
    }

    @Test
    void a_database_that_does_not_answer_is_one_line_and_code_1() {
        CommandLineRun ran = CommandLineRun.of(
                Map.of("DATABASE_URL", "jdbc:postgresql://localhost:1/contacts?password=hunter2"),
                "migrate",
                "--wait",
                "0s");
        assertEquals(1, ran.exitCode());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(
                ran.err()
                        .startsWith(
                                "contacts migrate: the database at "
                                        + "jdbc:postgresql://localhost:1/contacts?password=***: Connection to localhost:1 refused"),
                ran.err());
    }

    @Test
    void brokers_that_do_not_answer_are_one_line_and_code_1() {
        Map<String, String> impatient = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
                "KAFKA_DEFAULT_API_TIMEOUT_MS", "300",
                "KAFKA_REQUEST_TIMEOUT_MS", "200");
        assertEquals(
                new CommandLineRun(1, "", "contacts topics: no answer in time from the brokers at localhost:1\n"),
                CommandLineRun.of(impatient, "topics", "--wait", "0s"));
        assertEquals(
                new CommandLineRun(1, "", "contacts watch: no answer in time from the brokers at localhost:1\n"),
                CommandLineRun.of(impatient, "watch"));
    }

    @Test
    void brokers_whose_name_cannot_be_resolved_are_brokers_that_do_not_answer() {
        Map<String, String> impatient = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092",
                "KAFKA_BOOTSTRAP_RESOLVE_TIMEOUT_MS", "300",
                "KAFKA_DEFAULT_API_TIMEOUT_MS", "300",
                "KAFKA_REQUEST_TIMEOUT_MS", "200");
        assertEquals(
                new CommandLineRun(
                        1, "", "contacts topics: no answer in time from the brokers at no-such-host.invalid:9092\n"),
                CommandLineRun.of(impatient, "topics", "--wait", "0s"));
    }

    @Test
    void all_bad_settings_are_told_a_line_each() {
        assertEquals(
                new CommandLineRun(2, "", """
                        contacts settings: WORKER_LANES must be a whole number from 1 to 256
                        contacts settings: PHONE_REQUIRED must be true or false
                        """),
                CommandLineRun.of(Map.of("WORKER_LANES", "abc", "PHONE_REQUIRED", "yes"), "settings", "--current"));
        assertEquals(
                2,
                CommandLineRun.of(Map.of("KAFKA_SESSION_TIMEOUT_MS", "9000"), "settings", "--current")
                        .exitCode());
    }

    @Test
    void a_command_file_that_holds_no_lines_is_code_2(@TempDir Path folder) throws IOException {
        Map<String, String> environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1");
        CommandLineRun ran = CommandLineRun.of(environment, "submit", folder.toString());
        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().startsWith("contacts submit: " + folder + " is a folder; lines of JSON"), ran.err());
        CommandLineRun nameless = CommandLineRun.of(environment, "validate", "");
        assertEquals(2, nameless.exitCode());
        assertTrue(nameless.err().startsWith("contacts validate: the name of the file is empty"), nameless.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"topics", "migrate", "validate", "submit", "watch", "audit", "settings"})
    void every_command_explains_itself_and_its_exit_codes(String command) {
        CommandLineRun ran = CommandLineRun.of(Map.of(), command, "--help");
        assertEquals(0, ran.exitCode());
        assertTrue(ran.out().contains("Usage: contacts " + command), ran.out());
        assertTrue(ran.out().contains("Exit codes:"), ran.out());
        assertTrue(ran.out().contains("--config=FILE"), ran.out());
    }

    @Test
    void the_page_of_settings_has_the_table_that_the_command_prints() throws IOException {
        CommandLineRun ran = CommandLineRun.of(Map.of(), "settings", "--markdown");
        String page = Files.readString(Path.of("ops/settings.md"));
        String source = "<!-- from: ./contacts settings --markdown -->\n";
        assertEquals(ran.out(), page.substring(page.indexOf(source) + source.length()));
        assertTrue(ran.out().startsWith("| Setting | Default | Meaning |\n| --- | --- | --- |\n"), ran.out());
    }
}
