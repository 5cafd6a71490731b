package dev.messagecontact.workshop.cli;

import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code contacts dev}. */
@Command(
        name = "dev",
        description = "Run a broker, a database and the worker on this machine until Ctrl-C, to try and to develop. "
                + "It prints their addresses; their data is deleted at the end.")
public final class DevCommand implements Callable<Integer> {

    @Mixin
    private final Invocation invocation = new Invocation();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = invocation.err();
        err.println("starting Kafka, PostgreSQL and the worker ...");
        try (LocalServices local = LocalServices.start(true, Map.of())) {
            print(local.settings().worker(), local.consoleAddress());
            local.awaitEnd();
        }
        return ExitCodes.DONE;
    }

    private void print(WorkerSettings settings, String consoleAddress) {
        PrintWriter out = invocation.out();
        out.printf("All is up. See it at work in a browser: %s%n", consoleAddress);
        out.println("In another terminal:");
        out.println();
        out.printf("  export KAFKA_BOOTSTRAP_SERVERS=%s%n", settings.kafka().bootstrapServers());
        out.printf("  export DATABASE_URL=%s%n", settings.database().url());
        out.printf("  export DATABASE_USERNAME=%s%n", settings.database().username());
        out.printf("  export DATABASE_PASSWORD=%s%n", settings.database().passwordText());
        out.printf("  export TOPICS_PARTITIONS=%s%n", settings.topics().partitions());
        out.println("  export DURABILITY=test");
        out.println("  ./contacts watch &");
        out.println("  ./contacts submit schemas/examples/commands.jsonl");
        out.println();
        out.println("Ctrl-C ends it.");
        out.flush();
    }
}
