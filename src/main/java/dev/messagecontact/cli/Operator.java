package dev.messagecontact.cli;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.database.Database;
import dev.messagecontact.database.SchemaVersion;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.recovery.OperatorActions;
import dev.messagecontact.settings.DatabaseSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** What an operator's commands share: their database, and who runs them, for the records that are kept of it. */
final class Operator {

    private Operator() {}

    /** User and host. */
    static String name() {
        return System.getProperty("user.name") + "@" + hostName();
    }

    /**
     * The database that a command works with.
     *
     * @throws OperatorException if it has a schema that this release cannot use, or none
     */
    static Database database(DatabaseSettings settings) {
        Database database = new Database(settings);
        try {
            SchemaVersion.problem(database.dsl()).ifPresent(problem -> {
                throw new OperatorException("the database at %s: %s".formatted(settings.printableUrl(), problem));
            });
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Does the work of the command that was typed, and records it in the database. */
    static <T> T recorded(Database database, Invocation invocation, Supplier<T> work, Function<T, String> outcome) {
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
