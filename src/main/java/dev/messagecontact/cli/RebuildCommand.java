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
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.recovery.rebuild.Missing;
import dev.messagecontact.recovery.rebuild.Rebuild;
import dev.messagecontact.settings.WorkerSettings;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts rebuild}. */
@Command(
        name = "rebuild",
        description = "Restore the rows that a database has lost, all of them or those since a backup, from the "
                + "commands that the group has answered. Rows, ids and dates are the same as before. It publishes "
                + "nothing. Stop all workers first; it refuses to run beside them.",
        footer = {
            "",
            "Run `contacts migrate` first if the database is empty, and set the directories' own limits "
                    + "again if they were lost too. If it is interrupted, run it again. It refuses to run "
                    + "beside another one.",
            "",
            "It needs up to 5 MB of memory per million missing commands and up to 100 MB besides."
        })
public final class RebuildCommand extends ConfiguredCommand {

    @Option(
            names = "--dry-run",
            description =
                    "Print what is missing; change nothing. It reads what the rebuild reads, and refuses where that would.")
    private boolean dryRun;

    @Option(
            names = "--accept-gap",
            description =
                    "Continue without commands that the topic no longer has or that cannot be read. Their contacts stay lost, and their "
                            + "names may be used a second time. Answers that cannot be read are left out, too. Without this "
                            + "option the rebuild refuses if there are such commands or answers.")
    private boolean acceptGap;

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Mixin
    private final JsonOption json = new JsonOption();

    public RebuildCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        Broker.requireTopics(settings);
        PrintWriter out = invocation.out();
        try (Database database = Operator.database(settings.database().withConnections(Rebuild.CONNECTIONS));
                ProgressBars bar = progress.bars()) {
            Rebuild rebuild = new Rebuild(settings, database.dsl(), bar);
            Missing missing = rebuild.missing();
            print(missing, out);
            if (dryRun) {
                out.flush(); // reading takes its time
                rebuild.look(missing, acceptGap);
            } else {
                Tally tally = run(rebuild, missing, database);
                bar.close();
                print(tally, out);
            }
        }
        return ExitCodes.DONE;
    }

    private Tally run(Rebuild rebuild, Missing missing, Database database) {
        if (missing.isNothing()) {
            return rebuild.run(missing, acceptGap);
        }
        invocation.out().flush();
        confirmation.require("This makes the rows of %,d missing commands in the database".formatted(missing.size()));
        return Operator.recorded(
                database,
                invocation,
                () -> rebuild.run(missing, acceptGap),
                tally -> "%d commands decided again".formatted(tally.answers()));
    }

    private void print(Missing missing, PrintWriter out) {
        if (json.isGiven()) {
            ObjectNode json = JsonLine.object();
            JsonLine.parts(json.putArray("missing"), missing.commands());
            JsonLine.parts(json.putArray("gone"), missing.gone());
            JsonLine.print(out, json);
        } else if (missing.isNothing()) {
            out.println("nothing is missing in the database");
        } else {
            print(missing.commands(), partition -> "%s: offsets %s are missing in the database%n", out);
            print(
                    missing.gone(),
                    partition -> missing.isLostTail(partition)
                            ? "%s: the topic has lost its last records, %s, and the database has nothing of them%n"
                            : "%s: the commands %s are gone from the topic too: their names may be taken twice%n",
                    out);
        }
    }

    private void print(Tally tally, PrintWriter out) {
        if (json.isGiven()) {
            JsonLine.print(
                    out, JsonLine.tally(JsonLine.object(), tally).put("withoutPublishedAnswer", tally.unpublished()));
        } else {
            tally.byCode().forEach((code, count) -> out.printf("%,12d  %s%n", count, code));
            out.printf("%,12d  commands decided again; nothing was published%n", tally.answers());
            if (tally.unpublished() > 0) {
                out.printf(
                        "%,12d  of them by the rules of now, as no answer to them is in the topics any more%n",
                        tally.unpublished());
            }
        }
    }

    private static void print(
            Map<TopicPartition, List<Span>> parts, Function<TopicPartition, String> line, PrintWriter out) {
        parts.entrySet().stream()
                .sorted(Comparator.comparing(part -> part.getKey().partition()))
                .forEach(part ->
                        part.getValue().forEach(span -> out.printf(line.apply(part.getKey()), part.getKey(), span)));
    }
}
