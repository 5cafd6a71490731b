package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.cli.print.TextTable;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.database.Database;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.directory.DirectorySettings.Row;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts directories} and what can be set of them. */
@Command(
        name = "directories",
        description = "List the resource directories, or set the account that owns one or its own limit.")
public final class DirectoriesCommand extends ConfiguredCommand {

    private static final String NONE = "none";
    private static final String ACCOUNT = "[0-9]{1,20}";
    private static final int HIGHEST_LIMIT = 1_000_000;

    public DirectoriesCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        return invocation.help();
    }

    @Command(
            name = "list",
            description = "List directories by id: how many contacts they have, their own limit, their account.")
    int list(
            @Option(
                            names = "--after",
                            paramLabel = "DIRECTORY",
                            defaultValue = "",
                            description = "Begin after this id, the last one of the list before.")
                    String after,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "How many are listed (default: 1000).")
                    int limit,
            @Option(names = "--without-account", description = "Only those that have no account.")
                    boolean withoutAccount,
            @Mixin JsonOption json) {
        PrintWriter out = invocation.out();
        with(directories -> {
            List<Row> rows = directories.list(after, limit, withoutAccount);
            if (json.isGiven()) {
                rows.forEach(row -> JsonLine.print(out, json(row)));
            } else {
                List<List<String>> cells =
                        rows.stream().map(DirectoriesCommand::cells).toList();
                out.print(TextTable.of(List.of("Directory", "Contacts", "Limit", "Account"), cells));
            }
        });
        return ExitCodes.DONE;
    }

    private static ObjectNode json(Row row) {
        return JsonLine.object()
                .put("directory", row.id())
                .put("contacts", row.contacts())
                .put("limit", row.limit())
                .put("account", row.accountId());
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.id(),
                Integer.toString(row.contacts()),
                row.limit() == null ? "default" : Integer.toString(row.limit()),
                row.accountId() == null ? NONE : row.accountId());
    }

    @Command(
            name = "set-account",
            description = "Set the account that owns a directory. With permissions on, the policy decides about the "
                    + "contacts of this account. The change is recorded and holds from the next batch on.")
    int setAccount(
            @Parameters(paramLabel = "DIRECTORY", description = "Its id; it need not have contacts yet.")
                    String directoryId,
            @Parameters(paramLabel = "ACCOUNT", description = "The account's number; or the word none.")
                    String account) {
        if (!account.equals(NONE) && !account.matches(ACCOUNT)) {
            throw invocation.badUsage("ACCOUNT must be 1 to 20 digits, or none");
        }
        return set(
                directoryId,
                "account",
                account,
                directories ->
                        directories.setAccount(directoryId, account.equals(NONE) ? null : account, Operator.name()));
    }

    @Command(
            name = "set-limit",
            description = "Set a directory's own limit of contacts. Existing contacts stay. The change is recorded and "
                    + "holds from the next batch on.")
    int setLimit(
            @Parameters(paramLabel = "DIRECTORY", description = "Its id; it need not have contacts yet.")
                    String directoryId,
            @Parameters(
                            paramLabel = "N",
                            description =
                                    "The most contacts it may have; or the word none, for CONTACTS_LIMIT_PER_DIRECTORY.")
                    String limit) {
        @Nullable Integer number = limit.equals(NONE) ? null : number(limit);
        return set(
                directoryId, "limit", limit, directories -> directories.setLimit(directoryId, number, Operator.name()));
    }

    private int number(String limit) {
        if (limit.matches("[0-9]{1,7}") && Integer.parseInt(limit) <= HIGHEST_LIMIT) {
            return Integer.parseInt(limit);
        }
        throw invocation.badUsage("N must be a whole number from 0 to %d, or none".formatted(HIGHEST_LIMIT));
    }

    private int set(String directoryId, String what, String value, Consumer<DirectorySettings> change) {
        if (!Identifiers.isDirectoryId(directoryId)) {
            throw invocation.badUsage("DIRECTORY must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        with(change);
        PrintWriter out = invocation.out();
        out.printf("%s of %s: %s%n", what, directoryId, value);
        return ExitCodes.DONE;
    }

    private void with(Consumer<DirectorySettings> work) {
        try (Database database =
                Operator.database(common.settingsOfShortCommand().database())) {
            work.accept(new DirectorySettings(database.dsl()));
        }
    }
}
