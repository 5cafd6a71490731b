package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.database.Database;
import dev.messagecontact.durability.BrokerDurability;
import dev.messagecontact.durability.DatabaseDurability;
import dev.messagecontact.durability.Finding;
import dev.messagecontact.kafka.OperatorClients;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.topics.TopicState;
import dev.messagecontact.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts topics}. */
@Command(
        name = "topics",
        description = "Create the topics where they are missing, and check those that exist. It prints one line "
                + "per topic: created, ok, missing, or the differences. It does not change a topic that differs. Another "
                + "retention than set, or another number of partitions, is shown but ok, unless the command topic has "
                + "fewer partitions.",
        exitCodeList = {
            "0:every topic is as it should be; with --check, a line that begins with weak is a warning",
            "1:a topic is missing or differs, or the work failed; then one line on standard error says why",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
public final class TopicsCommand extends ConfiguredCommand {

    @Option(
            names = "--check",
            description =
                    "Create nothing; a missing topic counts as a difference. Tell too where brokers or the database "
                            + "(if DATABASE_URL is set) may lose what they have acknowledged, a line each: weak, or note for what "
                            + "only you can judge. DURABILITY=test leaves that out.")
    private boolean checkOnly;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait for brokers that do not answer yet (default: 60s).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Duration wait;

    @Mixin
    private final JsonOption json = new JsonOption();

    public TopicsCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        List<TopicState> states = Patience.until(wait, invocation.err(), settings, () -> states(settings));
        states.forEach(state -> json.print(state, TopicsCommand::json, TopicsCommand::line));
        if (checkOnly) {
            tellWeaknesses(settings);
        }
        return states.stream().allMatch(TopicState::isGood) ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    /** Warns of what brokers and database may lose; that is how somebody else runs them, so the check does not fail. */
    private void tellWeaknesses(Settings settings) {
        List<Finding> findings = new ArrayList<>();
        try (Admin admin = new OperatorClients(settings.kafka()).admin()) {
            findings.addAll(BrokerDurability.of(admin, settings.topics().names(), settings.durability()));
        }
        if (settings.namesDatabase()) {
            try (Database database = new Database(settings.database())) {
                findings.addAll(DatabaseDurability.of(database.dsl(), settings.durability()));
            }
        }
        findings.forEach(finding -> json.print(finding, TopicsCommand::json, TopicsCommand::line));
    }

    private List<TopicState> states(Settings settings) {
        try (Admin admin = new OperatorClients(settings.kafka()).admin()) {
            Topics topics =
                    new Topics(admin, settings.topics(), settings.commands().maxValueBytes());
            return checkOnly ? topics.check() : topics.createMissing();
        }
    }

    private static ObjectNode json(TopicState state) {
        ObjectNode json = JsonLine.object().put("topic", state.name()).put("standing", standing(state));
        state.remarks().forEach(json.putArray("remarks")::add);
        return json;
    }

    private static ObjectNode json(Finding finding) {
        return JsonLine.object()
                .put("durability", level(finding))
                .put("where", finding.where())
                .put("remark", finding.remark());
    }

    private static String line(TopicState state) {
        return line(standing(state), state.name(), String.join(", ", state.remarks()));
    }

    private static String line(Finding finding) {
        return line(level(finding), finding.where(), finding.remark());
    }

    private static String level(Finding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }

    private static String standing(TopicState state) {
        return state.standing().name().toLowerCase(Locale.ROOT);
    }

    private static String line(String word, String where, String remarks) {
        return "%-7s  %s  %s".formatted(word, where, remarks).stripTrailing();
    }
}
