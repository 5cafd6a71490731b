package dev.messagecontact.cli;

import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Pruning;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code contacts prune}. */
@Command(
        name = "prune",
        description =
                "Delete the refusals that are older than REJECTIONS_KEPT from the database. Off unless that is set. A "
                        + "refusal whose command the topic still has is kept. The RequestIds of what is deleted are "
                        + "free again. Contacts are never deleted. Run it as a role that may delete.")
public final class PruneCommand implements Callable<Integer> {

    private final CommonOptions common;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    public PruneCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        Duration kept = settings.rejectionsKept()
                .orElseThrow(() -> new OperatorException("REJECTIONS_KEPT is not set, so nothing is deleted"));
        WorkerSettings worker = settings.worker();
        try (Database database = new Database(worker.database())) {
            long deleted = new Pruning(worker, database.dsl()).olderThan(kept, Instant.now());
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%,d refusals deleted%n", deleted);
            out.flush();
        }
        return ExitCodes.DONE;
    }
}
