package dev.messagecontact;

import dev.messagecontact.cli.AuditCommand;
import dev.messagecontact.cli.BenchCommand;
import dev.messagecontact.cli.CommonOptions;
import dev.messagecontact.cli.ContactsCommandLine;
import dev.messagecontact.cli.DeadLettersCommand;
import dev.messagecontact.cli.DemoCommand;
import dev.messagecontact.cli.DevCommand;
import dev.messagecontact.cli.ExplainCommand;
import dev.messagecontact.cli.MigrateCommand;
import dev.messagecontact.cli.PruneCommand;
import dev.messagecontact.cli.RebuildCommand;
import dev.messagecontact.cli.ReplayCommand;
import dev.messagecontact.cli.SettingsCommand;
import dev.messagecontact.cli.SoakCommand;
import dev.messagecontact.cli.SubmitCommand;
import dev.messagecontact.cli.TopicsCommand;
import dev.messagecontact.cli.WatchCommand;
import dev.messagecontact.cli.WorkerCommand;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The command line. */
public final class Contacts {

    private Contacts() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    /** All commands, in the order of the help. */
    static CommandLine commandLine(Map<String, String> environment) {
        CommonOptions common = new CommonOptions(environment);
        return ContactsCommandLine.of(
                common,
                List.of(
                        new DemoCommand(),
                        new DevCommand(),
                        new WorkerCommand(common),
                        new TopicsCommand(common),
                        new MigrateCommand(common),
                        new SubmitCommand(common),
                        new WatchCommand(common),
                        new AuditCommand(common),
                        new ReplayCommand(common),
                        new RebuildCommand(common),
                        new PruneCommand(common),
                        new DeadLettersCommand(common),
                        new ExplainCommand(common),
                        new SoakCommand(),
                        new BenchCommand(),
                        new SettingsCommand(common)));
    }
}
