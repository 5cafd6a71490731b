package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.Confirmation;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.option.ProgressBars;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.option.RateOption;
import dev.messagecontact.cli.option.SelectionOptions;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.database.Database;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.resubmit.Resubmit;
import dev.messagecontact.recovery.resubmit.Resubmit.Resubmitted;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts resubmit}. */
@Command(
        name = "resubmit",
        description = "Publish commands again that a bad release or a wrong setting refused by field rules, and that "
                + "today's rules accept. Each is published once, byte for byte, with the header resubmitted-from. "
                + "The workers decide each as a first attempt. If it is interrupted, run it again.",
        footer = {
            "",
            "Run it with the settings of the workers, after they are repaired. --code is the code of the "
                    + "wrong refusal. Refusals for a used name or a full directory are not resubmitted: their "
                    + "RequestIds are decided. For internal errors use `contacts dead-letters redrive`. A command whose "
                    + "token has expired needs a new one: only its publisher can send it again."
        })
public final class ResubmitCommand extends ConfiguredCommand {

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Option(names = "--dry-run", description = "Print what would be published; publish nothing.")
    private boolean dryRun;

    @Mixin
    private RateOption rate = new RateOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    public ResubmitCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Pace pace = rate.pace();
        Selection selected = selection.selection();
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        if (!dryRun && selected.equals(Selection.ALL)) {
            confirmation.require("This publishes all commands again that were refused and are acceptable now");
        }
        Broker.requireTopics(settings);
        try (Database database = Operator.database(settings.database());
                ProgressBars bar = progress.bars()) {
            Resubmit resubmit =
                    new Resubmit(settings, database.dsl(), selection.origin(), pace, bar, System::currentTimeMillis);
            Resubmitted resubmitted = dryRun
                    ? resubmit.look(selected)
                    : Operator.recorded(
                            database,
                            invocation,
                            () -> resubmit.run(selected),
                            done -> "%d published".formatted(done.sent()));
            bar.close();
            print(resubmitted);
            return resubmitted.unproven() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private void print(Resubmitted resubmitted) {
        PrintWriter out = invocation.out();
        if (json.isGiven()) {
            JsonLine.print(
                    out,
                    JsonLine.object()
                            .put("published", resubmitted.sent())
                            .put("publishedBefore", resubmitted.before())
                            .put("stillRefused", resubmitted.stillRefused())
                            .put("unproven", resubmitted.unproven()));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%,d %s; left alone: %,d that an earlier run has published, %,d that the rules of now refuse too%s%n",
                    resubmitted.sent(),
                    dryRun ? "would be published" : "published",
                    resubmitted.before(),
                    resubmitted.stillRefused(),
                    SelectionOptions.unproven(resubmitted.unproven()));
        }
    }
}
