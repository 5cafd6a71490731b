package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.cli.option.Confirmation;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.option.ProgressBars;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.option.RateOption;
import dev.messagecontact.cli.option.SelectionOptions;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.database.Database;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.deadletters.DeadLetterBox;
import dev.messagecontact.recovery.deadletters.DeadLetterBox.Redriven;
import dev.messagecontact.recovery.deadletters.LetterSelection;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts dead-letters} and what can be done with them. */
@Command(name = "dead-letters", description = "List, show or publish again the records that could not be processed.")
public final class DeadLettersCommand extends ConfiguredCommand {

    public DeadLettersCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        return invocation.help();
    }

    @Command(
            name = "list",
            description =
                    "List dead letters: position, reason, position of the command, time, size. It shows no content.")
    int list(
            @Mixin LetterOptions options,
            @Mixin JsonOption json,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "How many are listed; all are counted (default: 1000).")
                    long limit) {
        PrintWriter out = invocation.out();
        Map<String, Long> byReason = new TreeMap<>();
        WorkerSettings settings = settings();
        box(settings).read(options.selection(settings), Progress.NONE, letter -> {
            if (byReason.values().stream().mapToLong(Long::longValue).sum() < limit) {
                json.print(letter, DeadLettersCommand::json, DeadLettersCommand::line);
            }
            byReason.merge(letter.reason(), 1L, Long::sum);
        });
        if (!json.isGiven()) {
            byReason.forEach((reason, count) -> out.printf("%,12d  %s%n", count, reason));
            out.printf(
                    "%,12d  dead letters%n",
                    byReason.values().stream().mapToLong(Long::longValue).sum());
        }
        return ExitCodes.DONE;
    }

    @Command(
            name = "show",
            description = "Show one dead letter: its headers and, only with --show-personal-data, its content.",
            footer = {"", "Key, value and headers may hold personal data; by default only their sizes are shown."})
    int show(
            @Parameters(paramLabel = "PARTITION:OFFSET", description = "Its position in the dead-letter topic.")
                    String place,
            @Option(names = "--show-personal-data", description = "Show key, value and headers as text.")
                    boolean open) {
        List<DeadLetter> found = new ArrayList<>();
        box(settings())
                .read(
                        new LetterSelection(null, null, Long.MIN_VALUE, Long.MAX_VALUE, position(place, invocation)),
                        Progress.NONE,
                        found::add);
        PrintWriter out = invocation.out();
        DeadLetter letter = found.get(0);
        out.println(line(letter));
        out.println("written by worker " + letter.workerVersion());
        out.println("key: " + shown(letter.letter().key(), open));
        for (Header header : letter.originalHeaders()) {
            out.println("header " + (open ? header.key() + ": " : "") + shown(header.value(), open));
        }
        out.println("value: "
                + (letter.isPointer()
                        ? "%,d bytes, kept only where the record was".formatted(letter.valueBytes())
                        : shown(letter.letter().value(), open)));
        return ExitCodes.DONE;
    }

    @Command(
            name = "redrive",
            description =
                    "Publish the records to the command topic again, once each, with the same bytes in key, value "
                            + "and headers. It leaves out records that an earlier run has published; if it is interrupted, "
                            + "run it again. Each becomes a new command at a new position and gets its own answer.")
    int redrive(
            @Mixin LetterOptions options,
            @Mixin Confirmation confirmation,
            @Option(names = "--dry-run", description = "Print what would be published; publish nothing.")
                    boolean dryRun,
            @Option(
                            names = "--again",
                            description =
                                    "Publish those too that an earlier run has published and that failed again, or "
                                            + "may have published, as commands of that time are gone from the topic.")
                    boolean again,
            @Mixin RateOption rate,
            @Mixin ProgressOption progress) {
        Pace pace = rate.pace();
        WorkerSettings settings = settings();
        LetterSelection selection = options.selection(settings);
        if (!dryRun && selection.equals(LetterSelection.ALL)) {
            confirmation.require("This sends the records of all dead letters to the command topic again");
        }
        PrintWriter out = invocation.out();
        try (Database database = Operator.database(settings.database());
                ProgressBars bar = progress.bars()) {
            DeadLetterBox box = box(settings);
            Redriven redriven = dryRun
                    ? box.look(selection, again, bar)
                    : Operator.recorded(
                            database,
                            invocation,
                            () -> box.redrive(selection, again, pace, bar),
                            done -> "%d sent".formatted(done.sent()));
            bar.close();
            out.printf(
                    Locale.ROOT,
                    "%,d %s; left alone: %,d that an earlier run has sent, %,d that failed again after an earlier run"
                            + " (--again sends them), %,d that are gone from their topic%s%s%n",
                    redriven.sent(),
                    dryRun ? "would be sent" : "sent",
                    redriven.before(),
                    redriven.failedAgain(),
                    redriven.gone(),
                    SelectionOptions.leftAlone(
                            redriven.unsure(),
                            "that an earlier run may have sent, as commands of that time are gone from the topic (--again sends them)"),
                    SelectionOptions.unproven(redriven.unproven()));
            return redriven.unsure() + redriven.gone() + redriven.unproven() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private WorkerSettings settings() {
        return common.settingsOfShortCommand().worker();
    }

    private static DeadLetterBox box(WorkerSettings settings) {
        Broker.requireTopics(settings);
        return new DeadLetterBox(settings, System::currentTimeMillis);
    }

    private static RecordPosition position(String text, Invocation invocation) {
        return RecordPosition.parse(text)
                .orElseThrow(() -> invocation.badUsage("PARTITION:OFFSET must be two numbers such as 0:17"));
    }

    private static String line(DeadLetter letter) {
        return "%s  %s  %s  %s  %,d bytes%s"
                .formatted(
                        letter.position().position(),
                        letter.reason(),
                        letter.origin(),
                        Instant.ofEpochMilli(letter.timestamp()),
                        letter.valueBytes(),
                        letter.isPointer() ? ", pointer" : "");
    }

    private static ObjectNode json(DeadLetter letter) {
        ObjectNode json = JsonLine.place(JsonLine.object(), letter.position());
        json.put("reason", letter.reason());
        JsonLine.place(json.putObject("command"), letter.origin());
        return json.put("timestamp", Instant.ofEpochMilli(letter.timestamp()).toString())
                .put("valueBytes", letter.valueBytes())
                .put("pointer", letter.isPointer());
    }

    private static String shown(byte @Nullable [] bytes, boolean open) {
        if (bytes == null) {
            return "none";
        }
        return open ? new String(bytes, UTF_8) : "%,d bytes".formatted(bytes.length);
    }

    /** The options that say which dead letters are meant. */
    static final class LetterOptions extends Invocation {

        @Option(names = "--reason", paramLabel = "CODE", description = "Only those with this error code.")
        private @Nullable String reason;

        @Option(
                names = "--partition",
                paramLabel = "N",
                description =
                        "Only records of this partition of the command topic, not of the topic of verification outcomes.")
        private @Nullable Integer partition;

        @Option(names = "--since", paramLabel = "TIME", description = "Only records with this timestamp or later.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Only records with a timestamp before this.")
        private @Nullable String until;

        @Option(
                names = "--at",
                paramLabel = "PARTITION:OFFSET",
                description = "Only the one at this position of the dead-letter topic.")
        private @Nullable String place;

        LetterSelection selection(WorkerSettings settings) {
            String commands = settings.topics().names().commands();
            long earliest = SelectionOptions.millis(this, "--since", since, Long.MIN_VALUE);
            long latest = SelectionOptions.millis(this, "--until", until, Long.MAX_VALUE);
            if (latest <= earliest || (partition != null && partition < 0)) {
                throw badUsage("--partition must not be negative, --until must be after --since");
            }
            return new LetterSelection(
                    reason,
                    partition == null ? null : new TopicPartition(commands, partition),
                    earliest,
                    latest,
                    place == null ? null : position(place, this));
        }
    }
}
