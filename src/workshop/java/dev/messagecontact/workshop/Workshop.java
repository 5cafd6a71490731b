package dev.messagecontact.workshop;

import dev.messagecontact.Contacts;
import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ContactsCommandLine;
import dev.messagecontact.workshop.cli.BenchCommand;
import dev.messagecontact.workshop.cli.DemoCommand;
import dev.messagecontact.workshop.cli.DevCommand;
import dev.messagecontact.workshop.cli.SoakCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** The command line with the workshop's commands, which bring their own broker and database, beside the product's. */
public final class Workshop {

    private Workshop() {}

    public static void main(String[] arguments) {
        ContactsCommandLine.runAndExit(commandLine(System.getenv()), arguments);
    }

    /** All commands, in the order of the help. */
    public static CommandLine commandLine(Map<String, String> environment) {
        CommonOptions common = new CommonOptions(environment);
        List<Callable<Integer>> commands = new ArrayList<>(List.of(new DemoCommand(), new DevCommand()));
        commands.addAll(Contacts.commands(common));
        commands.addAll(List.of(new SoakCommand(), new BenchCommand()));
        return ContactsCommandLine.of(common, commands);
    }
}
