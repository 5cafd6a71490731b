package dev.messagecontact.cli;

import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.topics.TopicState;
import dev.messagecontact.topics.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts topics}. */
@Command(
        name = "topics",
        description = "Create the topics where they are missing, and check those that exist. One line per topic: "
                + "created, ok, missing, or differs and in what. A topic that differs is not changed; then the exit "
                + "code is 1.")
public final class TopicsCommand implements Callable<Integer> {

    private final CommonOptions common;

    @Option(names = "--check", description = "Create nothing; a missing topic counts as a difference.")
    private boolean checkOnly;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait for brokers that do not answer yet (default: 60s).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Duration wait;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean asJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    public TopicsCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        KafkaSettings kafka = settings.kafka();
        List<TopicState> states = Patience.until(
                wait, spec.commandLine().getErr(), () -> ShortLived.admin(kafka, admin -> states(settings, admin)));
        PrintWriter out = spec.commandLine().getOut();
        for (TopicState state : states) {
            if (asJson) {
                JsonLine.print(out, json(state));
            } else {
                out.println(line(state));
            }
        }
        out.flush();
        return states.stream().allMatch(TopicState::isGood) ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private List<TopicState> states(Settings settings, Admin admin) {
        Topics topics = new Topics(admin, settings.topics(), settings.commands().maxBytes());
        return checkOnly ? topics.check() : topics.createMissing();
    }

    private static ObjectNode json(TopicState state) {
        ObjectNode json = JsonLine.object().put("topic", state.name()).put("standing", standing(state));
        state.remarks().forEach(json.putArray("remarks")::add);
        return json;
    }

    private static String standing(TopicState state) {
        return state.standing().name().toLowerCase(Locale.ROOT);
    }

    private static String line(TopicState state) {
        return "%-7s  %s  %s"
                .formatted(standing(state), state.name(), String.join(", ", state.remarks()))
                .stripTrailing();
    }
}
