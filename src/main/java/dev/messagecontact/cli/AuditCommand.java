package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.option.OffsetOptions;
import dev.messagecontact.cli.option.ProgressBars;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.print.AuditReportText;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.command.Origin;
import dev.messagecontact.database.Database;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.audit.Audit;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts audit}. */
@Command(
        name = "audit",
        description = "Check that every command has exactly one answer. It compares the command topic, the event "
                + "topics and the database, and prints \"complete\" or lists the holes by kind, with positions "
                + "and ids only. It changes nothing and may run beside workers. It leaves out records that arrive "
                + "after its start.",
        footer = {
            "",
            "It needs up to 50 bytes of memory per command (50 MB for a million) and up to 100 MB besides, and "
                    + "300 bytes for each verification that a command asked for again. "
                    + "It uses the settings of the workers: group, topics, database and field rules.",
            "",
            "It does not check whether a name was really used, or a directory really full, when a command "
                    + "was rejected for it. If records were deleted, it names what it could not check; that is not a "
                    + "hole. A command without an answer counts as one while its answer would still be kept, by the "
                    + "retention of the topics; the last line counts those that are older."
        },
        exitCodeOnExecutionException = AuditCommand.NOT_DONE,
        exitCodeList = {
            "0:complete",
            "1:there are holes",
            "2:the command line or a setting is wrong; one line on standard error names it",
            "3:the audit could not finish, and one line on standard error says why; or it found no holes, but commands "
                    + "may have been compacted away"
        })
public final class AuditCommand extends ConfiguredCommand {

    static final int NOT_DONE = 3;

    @Mixin
    private OffsetOptions offsets = new OffsetOptions();

    @Option(
            names = "--outcomes",
            description =
                    "Check the senders' verification outcomes and their answers, not the commands. Without it, both "
                            + "are checked, but of a range only the commands.")
    private boolean outcomes;

    @Option(
            names = "--replays-count",
            description =
                    "Count an answer that only a replay has published: for an event topic that was lost and filled "
                            + "by a replay.")
    private boolean replaysCount;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "How long to wait until the workers have answered all commands in range (default: 30s).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Duration wait;

    @Option(
            names = "--list",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many holes of each kind are listed; all are counted (default: 20).")
    private int listedPerKind;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    public AuditCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Selection range = offsets.selection();
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        AuditReport report = audit(settings, range);
        print(report);
        if (report.isComplete()) {
            return ExitCodes.DONE;
        }
        return report.hasHoles() ? ExitCodes.FAILED : NOT_DONE;
    }

    private AuditReport audit(WorkerSettings settings, Selection range) {
        Broker.requireTopics(settings);
        try (Database database = Operator.database(settings.database());
                ProgressBars bars = progress.bars()) {
            Audit audit = new Audit(settings, database.dsl(), wait, listedPerKind, bars);
            return audit.of(outcomes ? Origin.SENDERS : Origin.UPSTREAM, range, replaysCount);
        }
    }

    private void print(AuditReport report) {
        PrintWriter out = invocation.out();
        if (json.isGiven()) {
            JsonLine.print(out, AuditReportText.json(report));
        } else {
            out.print(AuditReportText.plain(report));
        }
    }
}
