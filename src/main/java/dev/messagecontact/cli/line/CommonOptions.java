package dev.messagecontact.cli.line;

import dev.messagecontact.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has, before its name or after it. */
public final class CommonOptions {

    private static final Logger log = LoggerFactory.getLogger(CommonOptions.class);

    private final Map<String, String> environment;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "A properties file with settings; the environment overrides it.")
    private @Nullable Path config;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean verbose;

    private @Nullable Settings known;

    /** @param environment such as {@link System#getenv()} */
    public CommonOptions(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * What the operator has set; the log is set up accordingly.
     *
     * @throws dev.messagecontact.settings.SettingsException if a setting can never work
     */
    public Settings settings() {
        Settings settings = Settings.read(environment, config);
        known = settings;
        Logging.apply(settings.log());
        settings.warnings().forEach(warning -> log.warn("check this setting: {}", warning));
        return settings;
    }

    /** The same for a command that is over in a moment and says itself what went wrong. */
    public Settings settingsOfShortCommand() {
        Settings settings = settings();
        if (!verbose) {
            Logging.silenceLibraries();
        }
        return settings;
    }

    /** The settings that the command has read; null if it has not come so far. */
    @Nullable
    Settings known() {
        return known;
    }

    boolean isVerbose() {
        return verbose;
    }
}
