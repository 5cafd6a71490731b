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
import dev.messagecontact.command.RecordId;
import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.recovery.replay.Journal;
import dev.messagecontact.recovery.replay.Replay;
import dev.messagecontact.recovery.replay.ReplayPlan;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts replay}. */
@Command(
        name = "replay",
        description = "Publish answers again as they were decided, with the header ce_replayed. It stores no contact, "
                + "does not move the workers' offsets and may run beside workers. It leaves out commands that are "
                + "not answered yet, and those that were skipped by `contacts offsets move --skip`.",
        footer = {
            "",
            "Try `--dry-run` first. `--resume ID` finishes a replay that was killed; it publishes no event "
                    + "twice. It refuses where the brokers no longer know how far the replay came. `--list` shows who replayed what, when."
        })
public final class ReplayCommand extends ConfiguredCommand {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final DateTimeFormatter ID_OF_NOW =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Option(
            names = "--dry-run",
            description =
                    "Print what would be published; publish and store nothing. It refuses where the replay would.")
    private boolean dryRun;

    @Option(
            names = "--with-verifications",
            description =
                    "Publish verification requests again too. Senders that follow the guide send no message twice.")
    private boolean withVerifications;

    @Option(
            names = "--force",
            description = "Leave out commands whose decision the database has lost, and those that the topic no longer "
                    + "has; without it the replay refuses. The last line counts those left out.")
    private boolean force;

    @Option(
            names = "--accept-gap",
            description =
                    "Leave out only commands that the topic no longer has. There are none if --since is within the "
                            + "topic's retention.")
    private boolean acceptGap;

    @Mixin
    private RateOption rate = new RateOption();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The replay's name, of letters, digits, - and _ (default: the time).")
    private @Nullable String id;

    @Option(
            names = "--resume",
            paramLabel = "ID",
            description = "Finish this replay, with the options of its start. --accept-gap and --force may be added.")
    private @Nullable String resume;

    @Option(names = "--list", description = "List the replays of this database, the latest first.")
    private boolean list;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    public ReplayCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Pace pace = rate.pace();
        require(id == null || ID.matcher(id).matches(), "--id must be 1 to 40 letters, digits, - and _");
        require(
                resume == null || (id == null && !dryRun && !withVerifications && selection.isEverything()),
                "--resume goes with --accept-gap, --force and --rate; what else the replay is to do it has from its start");
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        try (Database database = Operator.database(settings.database());
                ProgressBars bar = progress.bars()) {
            Journal journal = new Journal(database.dsl());
            if (list) {
                journal.all().forEach(each -> json.print(each, ReplayCommand::json, ReplayCommand::line));
                return ExitCodes.DONE;
            }
            Broker.requireTopics(settings);
            return replay(new Replay(settings, database.dsl(), pace, bar), journal, bar);
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw invocation.badUsage(otherwise);
        }
    }

    private int replay(Replay replay, Journal journal, ProgressBars bar) {
        if (resume != null) {
            Journal.Entry entry = begun(journal, resume);
            if (entry.endedAt() != null) {
                invocation.err().printf("replay %s ended at %s: nothing is left to publish%n", resume, entry.endedAt());
                return ExitCodes.DONE;
            }
            ReplayPlan plan = entry.plan().leavingOut(acceptGap, force);
            return run(journal, resume, plan, bar, () -> replay.resume(entry, plan, Instant.now()));
        }
        ReplayPlan plan =
                replay.plan(selection.origin(), selection.selection(), withVerifications, acceptGap || force, force);
        if (dryRun) {
            return look(replay, journal, plan, bar);
        }
        if (plan.selection().equals(Selection.ALL)) {
            confirmation.require("This publishes the answers to all %,d commands again".formatted(plan.size()));
        }
        String name = id == null ? ID_OF_NOW.format(Instant.now()) : id;
        requireNew(name, replay, journal);
        journal.begin(name, plan, Operator.name(), Instant.now());
        return run(journal, name, plan, bar, () -> replay.run(name, plan));
    }

    private int look(Replay replay, Journal journal, ReplayPlan plan, ProgressBars bar) {
        if (id != null) {
            requireNew(id, replay, journal);
        }
        Tally tally = replay.look(plan);
        bar.close();
        print(tally, "would be published, of %,d offsets read".formatted(plan.size()));
        invocation.out().flush(); // before the reason why it would not
        replay.requireNothingForgotten(plan, tally);
        return ExitCodes.DONE;
    }

    private static void requireNew(String name, Replay replay, Journal journal) {
        journal.requireNew(name);
        replay.requireNew(name);
    }

    private Journal.Entry begun(Journal journal, String name) {
        return journal.find(name)
                .orElseThrow(() -> new OperatorException("there is no replay %s; --list shows all".formatted(name)));
    }

    private int run(Journal journal, String name, ReplayPlan plan, ProgressBars bar, Supplier<Tally> work) {
        PrintWriter err = invocation.err();
        err.printf("replay %s: %,d offsets; if it is interrupted, --resume %s finishes it%n", name, plan.size(), name);
        err.flush();
        Tally tally = work.get();
        bar.close();
        journal.ran(name, tally.answers(), Instant.now());
        print(tally, "published again by replay " + name);
        return ExitCodes.DONE;
    }

    private void print(Tally tally, String what) {
        PrintWriter out = invocation.out();
        if (json.isGiven()) {
            ObjectNode object = JsonLine.tally(JsonLine.object(), tally).put("verifications", tally.verifications());
            JsonLine.skipped(object.putArray("skipped"), tally.skipped());
            JsonLine.print(out, object.put("forgotten", tally.forgottenCount()));
            return;
        }
        tally.byCode().forEach((code, count) -> out.printf("%,12d  %s%n", count, code));
        out.printf("%,12d  answers and %,d verification requests %s%n", tally.answers(), tally.verifications(), what);
        tally.skipped()
                .forEach((skip, count) -> out.printf(
                        "%,12d  commands skipped by %s, %s: %s%n", count, skip.by(), skip.at(), skip.reason()));
        if (tally.forgottenCount() > 0) {
            out.printf(
                    "not complete: %,d commands left out, because the database has no decision about them, the first at %s%n",
                    tally.forgottenCount(), places(tally.forgotten()));
        }
    }

    private static String places(List<RecordId> positions) {
        return String.join(", ", positions.stream().map(RecordId::toString).toList());
    }

    private static ObjectNode json(Journal.Entry replay) {
        return JsonLine.object()
                .put("id", replay.id())
                .put("startedBy", replay.startedBy())
                .put("startedAt", replay.startedAt().toString())
                .put("endedAt", Objects.toString(replay.endedAt(), null))
                .put("answers", replay.answers())
                .put("withVerifications", replay.plan().withVerifications());
    }

    private static String line(Journal.Entry replay) {
        return "%s  begun %s by %s, %s, %,d answers%s"
                .formatted(
                        replay.id(),
                        replay.startedAt(),
                        replay.startedBy(),
                        replay.endedAt() == null ? "not finished" : "ended " + replay.endedAt(),
                        replay.answers(),
                        replay.plan().withVerifications() ? " with verifications" : "");
    }
}
