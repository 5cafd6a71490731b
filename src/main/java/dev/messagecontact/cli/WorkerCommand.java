package dev.messagecontact.cli;

import dev.messagecontact.directory.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.intake.StartUp;
import dev.messagecontact.intake.Worker;
import dev.messagecontact.ops.Health;
import dev.messagecontact.ops.WorkerMetrics;
import dev.messagecontact.ops.http.Console;
import dev.messagecontact.ops.http.OpsServer;
import dev.messagecontact.settings.ManagementSettings;
import dev.messagecontact.settings.WorkerSettings;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code contacts worker}. */
@Command(
        name = "worker",
        description =
                "Take commands from Kafka until stopped. It waits for brokers and database that do not answer yet, "
                        + "and ends at once if a topic, the schema or the right password is missing. SIGTERM ends it in good "
                        + "order: the batch at hand is finished, and the exit code is 0.")
public final class WorkerCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(WorkerCommand.class);

    private final CommonOptions common;
    private volatile boolean over;

    public WorkerCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() {
        WorkerSettings settings = common.settings().worker();
        WorkerMetrics metrics = new WorkerMetrics(BuildVersion.text());
        Health health = new Health(metrics, settings.maxPollInterval());
        try (Database database = new Database(settings.database());
                Console console = new Console(settings.instance(), metrics, health, database.dsl());
                OpsServer ops = serve(settings.management(), metrics, health, console)) {
            metrics.watch(database.pool());
            Worker worker = new Worker(settings, database.dsl(), metrics::lane, BuildVersion.text());
            StartUp startUp = new StartUp(settings, database.dsl());
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(startUp, worker, settings.shutdownLimit()), "stop"));
            log.info(OpsServer.SERVED_ON_PORT + "{}", ops.port());
            if (startUp.awaitServices()) {
                worker.run();
            }
            return ExitCodes.DONE;
        } finally {
            over = true;
        }
    }

    private static OpsServer serve(
            ManagementSettings management, WorkerMetrics metrics, Health health, Console console) {
        try {
            return OpsServer.start(management.host(), management.port(), metrics, health, console);
        } catch (UncheckedIOException e) {
            throw new OperatorException("MANAGEMENT_PORT: " + e.getMessage(), e);
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
