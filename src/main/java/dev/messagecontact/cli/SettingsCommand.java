package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.cli.print.TextTable;
import dev.messagecontact.settings.Listing;
import dev.messagecontact.settings.Listing.Described;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts settings}. */
@Command(
        name = "settings",
        description = "List every setting, or the values in use.",
        footer = {
            "",
            "Each name is a variable of the environment. In a properties file it is written in lower case with dots: "
                    + "worker.lanes for WORKER_LANES. The environment overrides the file. An empty value counts as not set. "
                    + "Durations are written PT1.5S, 500ms, 20s or 5m.",
            "",
            "KAFKA_... (kafka. in a file) goes to the Kafka clients unchanged: KAFKA_SECURITY_PROTOCOL sets "
                    + "security.protocol. The value of any KAFKA_ name, of DATABASE_URL and of DATABASE_PASSWORD may come from a "
                    + "file: NAME_FILE gives its path.",
            "",
            "A name that begins with WORKER_, CONTACTS_, TOPICS_, MANAGEMENT_, DATABASE_, PHONE_, OFFSETS_ or "
                    + "AUTHORIZATION_ but is not a setting stops the start; so does a name that is nearly a setting. Names that "
                    + "Kubernetes sets for its services (..._SERVICE_HOST, ..._PORT_5432_TCP, ..._PORT=tcp://...) are ignored."
        })
public final class SettingsCommand extends ConfiguredCommand {

    private static final List<String> HEADINGS = List.of("Setting", "Default", "Meaning");

    @ArgGroup
    private final Form form = new Form();

    @Mixin
    private final JsonOption json = new JsonOption();

    /** One of them, or neither. */
    static final class Form {
        @Option(names = "--current", description = "The values in use and where each comes from; secrets are masked.")
        private boolean current;

        @Option(names = "--markdown", description = "The list as a Markdown table, as in ops/settings.md.")
        private boolean markdown;
    }

    public SettingsCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        PrintWriter out = invocation.out();
        if (form.markdown && json.isGiven()) {
            throw invocation.badUsage("--json and --markdown exclude each other");
        }
        if (json.isGiven()) {
            printJson(out);
        } else if (form.markdown) {
            out.print(markdown());
        } else {
            out.print(form.current ? current() : listing());
        }
        return ExitCodes.DONE;
    }

    private void printJson(PrintWriter out) {
        if (form.current) {
            common.settings()
                    .effective()
                    .forEach(setting -> JsonLine.print(
                            out,
                            JsonLine.object()
                                    .put("name", setting.name())
                                    .put("value", setting.value())
                                    .put("source", setting.source())));
        } else {
            Listing.described()
                    .forEach(setting -> JsonLine.print(
                            out,
                            JsonLine.object()
                                    .put("name", setting.name())
                                    .put("property", setting.property())
                                    .put("default", setting.fallback())
                                    .put("meaning", setting.meaning())));
        }
    }

    private static String listing() {
        return TextTable.of(
                HEADINGS,
                Listing.described().stream()
                        .map(setting -> List.of(setting.name(), setting.fallback(), setting.meaning()))
                        .toList());
    }

    private String current() {
        return TextTable.of(
                List.of("Setting", "Value", "From"),
                common.settings().effective().stream()
                        .map(setting -> List.of(setting.name(), setting.value(), setting.source()))
                        .toList());
    }

    private static String markdown() {
        return Listing.described().stream()
                .map(SettingsCommand::markdownRow)
                .collect(Collectors.joining(
                        "", "| Setting | Default | Meaning |%n| --- | --- | --- |%n".formatted(), ""));
    }

    private static String markdownRow(Described setting) {
        return "| `%s` | %s | %s |%n".formatted(setting.name(), setting.fallback(), setting.meaning());
    }
}
