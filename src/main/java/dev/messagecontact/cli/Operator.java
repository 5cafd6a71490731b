package dev.messagecontact.cli;

import dev.messagecontact.database.Database;
import dev.messagecontact.database.SchemaVersion;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.OperatorActions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** Who runs a command, for the records that are kept of it. */
final class Operator {

    private Operator() {}

    /** User and host. */
    static String name() {
        return System.getProperty("user.name") + "@" + hostName();
    }

    /** Does the work of the command that was typed, and records it in the database. */
    static <T> T recorded(Database database, Invocation invocation, Supplier<T> work, Function<T, String> outcome) {
        SchemaVersion.problem(database.dsl()).ifPresent(problem -> {
            throw new OperatorException("the database: " + problem);
        });
        return new OperatorActions(database.dsl(), InstantSource.system())
                .record(typed(invocation), name(), work, outcome);
    }

    /** The command line as it was typed: ids may stand in it, personal data has no option. */
    private static String typed(Invocation invocation) {
        CommandSpec root = invocation.root();
        List<String> words = root.commandLine().getParseResult().originalArgs();
        return root.name() + " " + String.join(" ", words);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
