package dev.messagecontact.cli;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.StandardOutput;
import dev.messagecontact.cli.print.EventLine;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code contacts watch}. */
@Command(
        name = "watch",
        description = "Follow results, errors, verification requests and dead letters: one line per committed event, "
                + "personal data masked. It ends with Ctrl-C, --for or --count, or when standard output is "
                + "closed. With both --for and --count the exit code is 1 if the count was not reached in time.")
public final class WatchCommand extends ConfiguredCommand {

    @Option(names = "--from-beginning", description = "Begin with the oldest events (default: with new ones).")
    private boolean fromBeginning;

    @Option(names = "--for", paramLabel = "DURATION", description = "End after this long, such as 30s or PT1M.")
    private @Nullable Duration limit;

    @Option(names = "--count", paramLabel = "N", description = "End after this many events.")
    private @Nullable Long count;

    public WatchCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        Settings settings = common.settingsOfShortCommand();
        KafkaSettings kafka = settings.kafka();
        EventTopics topics = settings.topics().names().events();
        Broker.requireTopics(kafka, topics.all());
        long seen = follow(kafka, topics);
        return count == null || seen >= count ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    /** @return how many events were printed */
    private long follow(KafkaSettings kafka, EventTopics topics) {
        long end = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
        long most = count == null ? Long.MAX_VALUE : count;
        long seen = 0;
        PrintWriter out = invocation.out();
        try (EventFeed events = new EventFeed(kafka, topics, fromBeginning)) {
            // With `watch | head` the reader ends; printing only notes that.
            while (seen < most && (limit == null || System.nanoTime() < end) && !StandardOutput.isBroken(out)) {
                for (PublishedEvent event : events.next()) {
                    if (seen < most) {
                        out.println(EventLine.of(event));
                        seen++;
                    }
                }
            }
        }
        return seen;
    }
}
