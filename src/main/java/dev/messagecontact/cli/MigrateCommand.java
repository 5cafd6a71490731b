package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.database.Migration;
import dev.messagecontact.database.Migration.Migrated;
import dev.messagecontact.settings.DatabaseSettings;
import dev.messagecontact.settings.Settings;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code contacts migrate}. */
@Command(name = "migrate", description = "Bring the database's schema up to date. A second run changes nothing.")
public final class MigrateCommand extends ConfiguredCommand {

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait for a database that does not answer yet (default: 60s).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Duration wait;

    public MigrateCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        DatabaseSettings database = settings.database();
        Migrated migrated = Patience.until(wait, invocation.err(), settings, () -> Migration.migrate(database));
        PrintWriter out = invocation.out();
        migrated.applied().forEach(version -> out.printf("applied version %s%n", version));
        out.printf("the schema is at version %s%n", migrated.version());
        return ExitCodes.DONE;
    }
}
