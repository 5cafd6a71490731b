package dev.messagecontact.cli.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.SettingsException;
import dev.messagecontact.support.CommandLineRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {

    private static final Settings SETTINGS = Settings.read(
            Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
                    "DATABASE_URL", "jdbc:postgresql://db/contacts?password=hunter2"),
            null);

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new OperatorException("the group has members"), "the group has members"),
                Arguments.of(new SettingsException("A is wrong\nB is wrong"), "A is wrong\nB is wrong"),
                Arguments.of(new TimeoutException("60000 ms"), "no answer in time from the brokers at broker:9092"),
                Arguments.of(
                        new UnsupportedVersionException("too old"),
                        "the brokers at broker:9092: UnsupportedVersionException: too old"),
                Arguments.of(
                        new KafkaException("not sent", new ProducerFencedException("there is a newer one")),
                        "the brokers at broker:9092 let this run publish no more: another one has begun since, or it took"
                                + " too long. What it has published stays; once no other one is at work, it can be finished"),
                Arguments.of(
                        new IllegalStateException("a lane died", new TopicAuthorizationException(Set.of("orders"))),
                        "access denied: topic orders"),
                Arguments.of(
                        new DataAccessException("Tom is there", new SQLException("Tom is there", "23505")),
                        "the database at jdbc:postgresql://db/contacts?password=***: SQLException, SQLSTATE 23505"),
                Arguments.of(new NoSuchFileException("commands.jsonl"), "NoSuchFileException: commands.jsonl"),
                Arguments.of(new IllegalStateException("a lane died"), "IllegalStateException: a lane died"),
                Arguments.of(
                        new OutOfMemoryError("Java heap space"),
                        "Java has not enough memory to finish: give it more (-Xmx), or let the command do less at once,"
                                + " such as one partition"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void each_failure_has_its_words(Throwable failure, String words) {
        assertEquals(words, Failures.text(failure, SETTINGS));
    }

    @Test
    void the_message_of_a_bug_is_not_shown_as_it_may_quote_a_command() {
        String line = Failures.text(new IllegalArgumentException("Tom"), SETTINGS);
        assertTrue(line.startsWith("it could not finish: java.lang.IllegalArgumentException at "), line);
        assertFalse(line.contains("Tom"), line);
    }

    @Test
    void without_settings_no_address_is_named() {
        assertEquals("no answer in time from the brokers", Failures.text(new TimeoutException(), null));
        assertEquals(
                "no answer in time from the brokers",
                Failures.text(new TimeoutException(), Settings.read(Map.of(), null)));
    }

    @Test
    void settings_that_the_client_does_not_accept_are_wrong_usage_and_their_values_are_not_shown() {
        CommandLineRun run = run("failing", "settings", "--verbose");
        assertEquals(2, run.exitCode());
        assertTrue(
                run.err()
                        .startsWith(
                                "contacts failing settings: KAFKA_ settings do not go together: the Kafka client does"
                                        + " not accept them\n"),
                run.err());
        assertFalse(run.err().contains("hunter2"), run.err());
    }

    @Test
    void an_error_too_is_one_line_and_ends_with_the_code_of_the_command() {
        assertEquals(
                new CommandLineRun(
                        3,
                        "",
                        "contacts failing: Java has not enough memory to finish: give it more (-Xmx), or let the command"
                                + " do less at once, such as one partition\n"),
                run("failing"));
        CommandLineRun ofMethod = run("failing", "more");
        assertEquals(1, ofMethod.exitCode());
        assertTrue(
                ofMethod.err().startsWith("contacts failing more: it could not finish: java.lang.StackOverflowError"),
                ofMethod.err());
    }

    private static CommandLineRun run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = ContactsCommandLine.of(new CommonOptions(Map.of()), List.of(new Failing()));
        int code =
                line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
        return new CommandLineRun(code, out.toString(), err.toString());
    }

    @Command(name = "failing", exitCodeOnExecutionException = 3)
    static final class Failing implements Callable<Integer> {

        @Override
        public Integer call() {
            throw new OutOfMemoryError();
        }

        @Command(name = "settings")
        int settings() {
            throw new KafkaException("not made", new ConfigException("sasl.jaas.config", "hunter2"));
        }

        @Command(name = "more")
        int more() {
            throw new StackOverflowError();
        }
    }
}
