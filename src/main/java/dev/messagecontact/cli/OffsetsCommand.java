package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.Confirmation;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.cli.print.TextTable;
import dev.messagecontact.command.Origin;
import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.recovery.offsets.GroupOffsets;
import dev.messagecontact.recovery.offsets.GroupOffsets.Standing;
import dev.messagecontact.recovery.offsets.Move;
import dev.messagecontact.recovery.offsets.PartitionOffsets;
import dev.messagecontact.recovery.offsets.PartitionOffsets.State;
import dev.messagecontact.recovery.offsets.Target;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts offsets} and what can be done with them. */
@Command(
        name = "offsets",
        description =
                "Show how far each partition of the topic of the commands and of that of the verification outcomes is "
                        + "answered: its beginning and end, the "
                        + "offset that the group has committed, the offsets up to which the database has decided commands "
                        + "and knows that events are published, and its state: ok, database behind, gap, no receipt, or "
                        + "no leader (no broker answers for it). "
                        + "Without `move` or `adopt` it changes nothing.",
        exitCodeList = {
            "0:every partition is ok; after `move` and `adopt`: done",
            "1:a partition is not ok, or the work failed; one line on standard error says why",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
public final class OffsetsCommand extends ConfiguredCommand {

    private static final List<String> HEADINGS =
            List.of("Topic", "Partition", "Beginning", "End", "Committed", "Settled", "Published", "State");

    /** More than workers answer in some seconds: new commands would wait behind them. */
    private static final long MANY = 10_000;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--outcomes",
            scope = ScopeType.INHERIT,
            description =
                    "Only the topic of the senders' verification outcomes; for `move` and `adopt`, that topic in place of the "
                            + "commands'.")
    private boolean outcomes;

    public OffsetsCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        List<Origin> topics = outcomes ? List.of(Origin.SENDERS) : List.of(Origin.values());
        List<Standing> all = with((settings, database) -> topics.stream()
                .map(of -> new GroupOffsets(settings, database.dsl(), of).standing())
                .toList());
        PrintWriter out = invocation.out();
        if (json.isGiven()) {
            all.forEach(topic -> print(topic, out));
        } else {
            out.print(TextTable.of(
                    HEADINGS, all.stream().flatMap(OffsetsCommand::rows).toList()));
        }
        return all.stream().allMatch(OffsetsCommand::isOk) ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static boolean isOk(Standing topic) {
        return topic.withoutLeader().isEmpty()
                && topic.partitions().stream().allMatch(each -> each.state() == State.OK);
    }

    private static void print(Standing topic, PrintWriter out) {
        topic.partitions().forEach(at -> JsonLine.print(out, json(at)));
        topic.withoutLeader()
                .forEach(partition -> JsonLine.print(
                        out,
                        JsonLine.object()
                                .put("topic", topic.topic())
                                .put("partition", partition)
                                .put("state", "no-leader")));
    }

    private static Stream<List<String>> rows(Standing topic) {
        return Stream.concat(
                topic.partitions().stream().map(OffsetsCommand::row),
                topic.withoutLeader().stream()
                        .map(partition -> List.of(
                                topic.topic(), Integer.toString(partition), "-", "-", "-", "-", "-", "no leader")));
    }

    @Command(
            name = "move",
            description =
                    "Set the group's committed offset of one partition. Stop all workers first; it refuses to run "
                            + "beside them. Backward is always allowed: the workers publish the answers again, marked as "
                            + "replayed, and request no second verification; over many commands it asks first, as new "
                            + "ones wait behind them. Forward is allowed over answered commands. Over unanswered ones it "
                            + "needs --skip and --reason, which the database keeps and `audit` and `explain` show. If the "
                            + "topic has lost its last records, `--to settled` goes on at the first command that it got "
                            + "since then, and the database forgets what it has settled from there on.",
            exitCodeList = {
                "0:done",
                "1:it refused or failed; one line on standard error says why",
                "2:the command line or a setting is wrong; one line on standard error names it"
            })
    int move(
            @Option(names = "--partition", paramLabel = "N", required = true, description = "The partition.")
                    int partition,
            @Option(
                            names = "--to",
                            paramLabel = "OFFSET",
                            required = true,
                            description =
                                    "The next command to process: an offset, beginning, end, settled or published.")
                    String to,
            @Mixin Confirmation confirmation,
            @Option(names = "--skip", description = "Leave the commands in between without an answer for ever.")
                    boolean skip,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            description = "Why: these commands need no answer, or the group is moved. It is kept for "
                                    + "ever: name no person.")
                    @Nullable
                    String reason,
            @Option(
                            names = "--dry-run",
                            description = "Print the effect; change nothing. It refuses where the command would.")
                    boolean dryRun) {
        if (skip && (reason == null || reason.isBlank())) {
            throw invocation.badUsage("--skip needs --reason");
        }
        Target target = target(to);
        return withTopic((offsets, database) -> {
            Move move = offsets.plan(partition, target);
            tell(move);
            requireNothingSkipped(move, skip);
            if (dryRun) {
                offsets.requireNoMembers();
                return ExitCodes.DONE;
            }
            confirm(move, confirmation);
            Operator.recorded(
                    database,
                    invocation,
                    () -> {
                        offsets.make(move, reason == null ? "" : reason, Operator.name());
                        return move;
                    },
                    OffsetsCommand::inWords);
            return ExitCodes.DONE;
        });
    }

    @Command(
            name = "adopt",
            description = "Write receipts for partitions that have committed offsets but no receipt, for example after "
                    + "the topic was copied to another cluster. Commands before these offsets count as answered "
                    + "elsewhere; the reason is kept. After a lost database use `contacts rebuild` instead; otherwise "
                    + "names can be used twice.",
            exitCodeList = {
                "0:done",
                "1:it refused or failed; one line on standard error says why",
                "2:the command line or a setting is wrong; one line on standard error names it"
            })
    int adopt(
            @Option(
                            names = "--partition",
                            paramLabel = "N",
                            split = ",",
                            description = "Only this partition; may be given more than once.")
                    @Nullable
                    Set<Integer> partitions,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Why the database need not have these commands. It is kept for ever: name no "
                                    + "person.")
                    String reason,
            @Option(
                            names = "--dry-run",
                            description = "Print the effect; change nothing. It refuses where the command would.")
                    boolean dryRun) {
        return withTopic((offsets, database) -> {
            List<PartitionOffsets> adopted = offsets.withoutReceipt(partitions == null ? new HashSet<>() : partitions);
            PrintWriter out = invocation.out();
            if (dryRun) {
                offsets.requireNoMembers();
            } else {
                Operator.recorded(
                        database,
                        invocation,
                        () -> {
                            offsets.adopt(adopted, reason, Operator.name());
                            return adopted;
                        },
                        done -> done.stream().map(OffsetsCommand::adopted).collect(Collectors.joining("; ")));
            }
            adopted.forEach(each -> out.println(adopted(each)));
            out.printf(Locale.ROOT, "%d partitions %s%n", adopted.size(), dryRun ? "would be adopted" : "adopted");
            return ExitCodes.DONE;
        });
    }

    private static void requireNothingSkipped(Move move, boolean skip) {
        if (!move.skipped().isEmpty() && !skip) {
            throw new OperatorException(
                    "%s: %d offsets would be left without an answer (%s); --skip --reason TEXT does so"
                            .formatted(move.before().name(), move.skippedOffsets(), Span.inWords(move.skipped())));
        }
    }

    private void confirm(Move move, Confirmation confirmation) {
        Span forgotten = move.forgotten();
        if (forgotten != null) {
            confirmation.require(
                    "The topic has lost these records: the database forgets what it has settled at offsets "
                            + forgotten);
        } else if (move.readAgain() > MANY) {
            confirmation.require(
                    "New commands of the partition wait until %,d are answered again".formatted(move.readAgain()));
        }
    }

    private Target target(String text) {
        try {
            return Target.parse(text);
        } catch (IllegalArgumentException e) {
            throw invocation.badUsage("--to must be an offset, beginning, end, settled or published");
        }
    }

    private void tell(Move move) {
        PrintWriter out = invocation.out();
        out.println(inWords(move));
        Span forgotten = move.forgotten();
        if (forgotten != null) {
            out.printf(
                    Locale.ROOT,
                    "%,12d  offsets are settled whose records are lost: %s%n",
                    forgotten.size(),
                    forgotten);
        }
        if (move.readAgain() > 0) {
            out.printf(Locale.ROOT, "%,12d  offsets will be read again%n", move.readAgain());
        }
        if (!move.skipped().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "%,12d  offsets get no answer: %s%n",
                    move.skippedOffsets(),
                    Span.inWords(move.skipped()));
        }
    }

    private static String inWords(Move move) {
        return "%s: from offset %d to %d".formatted(move.before().name(), move.from(), move.to());
    }

    private static String adopted(PartitionOffsets each) {
        return "%s: receipt at offset %d".formatted(each.name(), each.next());
    }

    private <T> T withTopic(BiFunction<GroupOffsets, Database, T> work) {
        return with((settings, database) -> work.apply(
                new GroupOffsets(settings, database.dsl(), outcomes ? Origin.SENDERS : Origin.UPSTREAM), database));
    }

    private <T> T with(BiFunction<WorkerSettings, Database, T> work) {
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        Broker.requireTopics(settings);
        try (Database database = Operator.database(settings.database())) {
            return work.apply(settings, database);
        }
    }

    private static List<String> row(PartitionOffsets at) {
        return List.of(
                at.topic(),
                Integer.toString(at.partition()),
                Long.toString(at.available().begin()),
                Long.toString(at.available().end()),
                at.committed() == null ? "-" : Long.toString(at.committed().offset()),
                at.receipt() == null
                        ? "-"
                        : Long.toString(at.receipt().settled().firstOpen()),
                at.receipt() == null ? "-" : Long.toString(at.receipt().published()),
                at.inWords());
    }

    private static ObjectNode json(PartitionOffsets at) {
        return JsonLine.object()
                .put("topic", at.topic())
                .put("partition", at.partition())
                .put("beginning", at.available().begin())
                .put("end", at.available().end())
                .put("committed", at.committed() == null ? null : at.committed().offset())
                .put(
                        "settled",
                        at.receipt() == null ? null : at.receipt().settled().firstOpen())
                .put("published", at.receipt() == null ? null : at.receipt().published())
                .put("state", at.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("missing", at.missing());
    }
}
