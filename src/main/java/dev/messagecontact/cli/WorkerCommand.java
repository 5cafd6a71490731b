package dev.messagecontact.cli;

import dev.messagecontact.directory.Database;
import dev.messagecontact.intake.Impossible;
import dev.messagecontact.intake.StartUp;
import dev.messagecontact.intake.Worker;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code contacts worker}. */
@Command(
        name = "worker",
        description =
                "Take commands from Kafka until stopped. It waits for brokers and database that do not answer yet, "
                        + "and ends at once if a topic, the schema or the right password is missing. SIGTERM ends it in good "
                        + "order: the batch at hand is finished, and the exit code is 0.")
public final class WorkerCommand implements Callable<Integer> {

    private final CommonOptions common;
    private volatile boolean over;

    public WorkerCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() {
        WorkerSettings settings = common.settings().worker();
        try (Database database = new Database(settings.database())) {
            Worker worker = new Worker(settings, database.dsl(), BuildVersion.text());
            StartUp startUp = new StartUp(settings, database.dsl());
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(startUp, worker, settings.shutdownLimit()), "stop"));
            if (startUp.awaitServices()) {
                worker.run();
            }
            return ExitCodes.DONE;
        } catch (Impossible e) {
            throw new FailedException(e.line(), e);
        } finally {
            over = true;
        }
    }

    /** Ends the process itself: left to Java, the exit code of a SIGTERM would be 143. */
    private void stop(StartUp startUp, Worker worker, Duration limit) {
        if (over) {
            return; // no signal: the command has ended, with an exit code of its own
        }
        startUp.stop();
        worker.stop();
        if (!worker.hasStarted()) {
            Runtime.getRuntime().halt(ExitCodes.DONE);
        }
        boolean ended = worker.awaitEnd(limit);
        Runtime.getRuntime().halt(ended && !worker.hasDied() ? ExitCodes.DONE : ExitCodes.FAILED);
    }
}
