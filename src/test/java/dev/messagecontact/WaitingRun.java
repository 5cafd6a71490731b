package dev.messagecontact;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.Background;
import dev.messagecontact.workshop.Workshop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A run of the command line that begins before its server answers. */
final class WaitingRun {

    private WaitingRun() {}

    /** The command says that it waits; the server comes; the command ends well. */
    static void assertWaitsUntil(Runnable serverComes, Map<String, String> environment, String command)
            throws Exception {
        StringWriter err = new StringWriter();
        CompletableFuture<Integer> exitCode = Background.of(() -> Workshop.commandLine(environment)
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(command));
        await("it waits").until(() -> err.toString().contains("waiting for up to 60 s"));
        serverComes.run();
        assertEquals(0, exitCode.get(60, TimeUnit.SECONDS), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }
}
