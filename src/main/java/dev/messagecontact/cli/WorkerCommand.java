package dev.messagecontact.cli;

import dev.messagecontact.cli.line.BuildVersion;
import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.runtime.WorkerRuntime;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code contacts worker}. */
@Command(
        name = "worker",
        description = "Process commands from Kafka until SIGTERM. The worker waits for brokers and a database that do "
                + "not answer yet. It ends at once if a topic or the schema is missing or a password is wrong. "
                + "After SIGTERM it finishes the current batch, and the exit code is 0.")
public final class WorkerCommand extends ConfiguredCommand {

    private static final Logger log = LoggerFactory.getLogger(WorkerCommand.class);

    private volatile boolean over;

    public WorkerCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        WorkerSettings settings = common.settings().worker();
        try (WorkerRuntime runtime = WorkerRuntime.of(settings, BuildVersion.text())) {
            // Before the port is open: a program that has seen the worker alive may send SIGTERM.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runtime, settings.shutdownLimit()), "stop"));
            log.info("management port {} is open: metrics, health, and the console unless it is off", runtime.serve());
            if (runtime.awaitServices()) {
                runtime.run();
            }
            return ExitCodes.DONE;
        } finally {
            over = true;
        }
    }

    /** Ends the process itself: left to Java, the exit code of a SIGTERM would be 143. */
    private void stop(WorkerRuntime runtime, Duration limit) {
        if (over) {
            return; // no signal: the command has ended, with an exit code of its own
        }
        runtime.stop();
        if (!runtime.hasStarted()) {
            Runtime.getRuntime().halt(ExitCodes.DONE);
        }
        boolean ended = runtime.awaitEnd(limit);
        Runtime.getRuntime().halt(ended && !runtime.hasDied() ? ExitCodes.DONE : ExitCodes.FAILED);
    }
}
