package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.Confirmation;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.option.ProgressBars;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.Pruning;
import dev.messagecontact.recovery.Pruning.Pruned;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts prune}. */
@Command(
        name = "prune",
        description =
                "Delete decisions from the database that are older than REJECTIONS_KEPT: rejections, refusals by field "
                        + "rules, what was decided about commands that send again, confirm or delete (done ones too), and "
                        + "confirmations whose verification never came. It does nothing unless REJECTIONS_KEPT is set. It keeps a "
                        + "decision whose command a topic still has. The RequestIds of deleted decisions are free again. It "
                        + "never deletes contacts. Run it as a role that may delete.")
public final class PruneCommand extends ConfiguredCommand {

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    public PruneCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        Duration kept = settings.rejectionsKept()
                .orElseThrow(() -> new OperatorException("REJECTIONS_KEPT is not set, so nothing is deleted"));
        WorkerSettings worker = settings.worker();
        confirmation.require("This deletes all decisions (of commands, not contacts) that are older than " + kept);
        try (Database database = Operator.database(worker.database());
                ProgressBars bar = progress.bars()) {
            Pruning pruning = new Pruning(worker, database.dsl(), bar);
            Pruned deleted = Operator.recorded(
                    database, invocation, () -> pruning.olderThan(kept, Instant.now()), Pruned::toString);
            json.print(deleted, PruneCommand::json, Pruned::toString);
        }
        return ExitCodes.DONE;
    }

    private static ObjectNode json(Pruned deleted) {
        return JsonLine.object()
                .put("deleted", deleted.total())
                .put("rejections", deleted.rejections())
                .put("refusals", deleted.refusals())
                .put("changes", deleted.changes())
                .put("earlyConfirmations", deleted.earlyConfirmations());
    }
}
