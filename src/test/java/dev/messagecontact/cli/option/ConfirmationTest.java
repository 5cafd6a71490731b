package dev.messagecontact.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The question before a command acts on everything; no server is needed to ask it. */
class ConfirmationTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
            "DATABASE_URL", "jdbc:postgresql://localhost:1/contacts",
            "DATABASE_CONNECT_TIMEOUT", "1s",
            "REJECTIONS_KEPT", "P30D");

    private final InputStream input = System.in;

    @AfterEach
    void giveBack() {
        System.setIn(input);
        System.clearProperty("contacts.stdin.terminal");
        System.clearProperty("contacts.stderr.terminal");
    }

    @Test
    void without_a_terminal_it_is_wrong_usage() {
        assertEquals(new CommandLineRun(2, "", """
                        contacts prune: This deletes all decisions (of commands, not contacts) that are older than PT720H. \
                        Without a terminal to ask at, it needs --yes
                        Try `contacts prune --help`.
                        """), CommandLineRun.of(ENVIRONMENT, "prune"));
    }

    @Test
    void a_person_is_asked_and_only_yes_goes_on() {
        String question =
                "This deletes all decisions (of commands, not contacts) that are older than PT720H. Go on? [y/N] ";
        for (String no : new String[] {"", "\n", "n\n", "maybe\n"}) {
            assertEquals(new CommandLineRun(1, "", question + "contacts prune: nothing was done\n"), pruneAnswered(no));
        }
        for (String yes : new String[] {"y\n", "YES\r\n"}) {
            CommandLineRun ran = pruneAnswered(yes);
            assertEquals(1, ran.exitCode(), "there is no database here");
            assertTrue(ran.err().startsWith(question), ran.err());
            assertTrue(
                    ran.err().contains("prune: the database at jdbc:postgresql://localhost:1/contacts: no session: "),
                    ran.err());
        }
    }

    private static CommandLineRun pruneAnswered(String answer) {
        System.setProperty("contacts.stdin.terminal", "true");
        System.setProperty("contacts.stderr.terminal", "true");
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        return CommandLineRun.of(ENVIRONMENT, "prune");
    }
}
