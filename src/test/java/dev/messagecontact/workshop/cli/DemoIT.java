package dev.messagecontact.workshop.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.CommandLineRun;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo with permissions on; without them it is a step of {@code .ci/run}. */
class DemoIT {

    @Test
    void with_permissions_the_demo_adds_the_contacts_of_one_sender_and_denies_another() {
        CommandLineRun run = CommandLineRun.of(Map.of(), "demo", "--permissions", "--commands", "60", "--quiet");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(hasRow(run, "added +33 .*"), run.out());
        assertTrue(hasRow(run, "rejected +InvalidParameter.Name.AlreadyUsed +1 .*"), run.out());
        assertTrue(hasRow(run, "rejected +NoPermission +2 .*"), run.out());
        assertTrue(hasRow(run, "deleted +1 .*"), run.out());
        assertTrue(run.out().contains("403 NoPermission"), run.out());
    }

    private static boolean hasRow(CommandLineRun run, String row) {
        return run.out().lines().anyMatch(line -> line.matches(row));
    }
}
