package dev.messagecontact;

import dev.messagecontact.cli.AuditCommand;
import dev.messagecontact.cli.DeadLettersCommand;
import dev.messagecontact.cli.DirectoriesCommand;
import dev.messagecontact.cli.EraseCommand;
import dev.messagecontact.cli.ExplainCommand;
import dev.messagecontact.cli.KeysCommand;
import dev.messagecontact.cli.MigrateCommand;
import dev.messagecontact.cli.OffsetsCommand;
import dev.messagecontact.cli.PruneCommand;
import dev.messagecontact.cli.RebuildCommand;
import dev.messagecontact.cli.ReplayCommand;
import dev.messagecontact.cli.ResubmitCommand;
import dev.messagecontact.cli.SettingsCommand;
import dev.messagecontact.cli.SubmitCommand;
import dev.messagecontact.cli.TopicsCommand;
import dev.messagecontact.cli.ValidateCommand;
import dev.messagecontact.cli.WatchCommand;
import dev.messagecontact.cli.WorkerCommand;
import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.CompletionCommand;
import dev.messagecontact.cli.line.ContactsCommandLine;
import java.util.List;
import java.util.concurrent.Callable;

/** The command line of the product: what production has. The workshop adds its own commands to these. */
public final class Contacts {

    private Contacts() {}

    public static void main(String[] arguments) {
        CommonOptions common = new CommonOptions(System.getenv());
        List<Callable<Integer>> needed = ContactsCommandLine.named(arguments, commands(common));
        ContactsCommandLine.runAndExit(ContactsCommandLine.of(common, needed), arguments);
    }

    /** The product's commands, in the order of the help. */
    public static List<Callable<Integer>> commands(CommonOptions common) {
        return List.of(
                new WorkerCommand(common),
                new TopicsCommand(common),
                new MigrateCommand(common),
                new ValidateCommand(common),
                new SubmitCommand(common),
                new WatchCommand(common),
                new AuditCommand(common),
                new ReplayCommand(common),
                new ResubmitCommand(common),
                new EraseCommand(common),
                new RebuildCommand(common),
                new OffsetsCommand(common),
                new PruneCommand(common),
                new DeadLettersCommand(common),
                new ExplainCommand(common),
                new DirectoriesCommand(common),
                new KeysCommand(),
                new SettingsCommand(common),
                new CompletionCommand());
    }
}
