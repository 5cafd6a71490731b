package dev.messagecontact.cli.option;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.command.Origin;
import dev.messagecontact.recovery.Selection;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say which commands are meant. */
public final class SelectionOptions extends Invocation {

    @Mixin
    private OffsetOptions offsets = new OffsetOptions();

    @Option(
            names = "--outcomes",
            description = "Of the topic that the senders' verification outcomes come on, not of the commands'.")
    private boolean outcomes;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only commands with this record timestamp or later, such as 2026-03-01T08:30:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only commands with a record timestamp before this.")
    private @Nullable String until;

    @Option(names = "--directory", paramLabel = "ID", description = "Only commands of this resource directory.")
    private @Nullable String directoryId;

    @Option(names = "--request", paramLabel = "ID", description = "Only commands with this RequestId.")
    private @Nullable String requestId;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            description = "Only commands that were answered with this error code, or Added, verification_sent, "
                    + "verified, deleted.")
    private @Nullable String code;

    /** Which of the two topics that commands are taken from is meant. */
    public Origin origin() {
        return outcomes ? Origin.SENDERS : Origin.UPSTREAM;
    }

    /** Whether nothing was said of which commands are meant. */
    public boolean isEverything() {
        return !outcomes && selection().equals(Selection.ALL);
    }

    /** @throws ParameterException if that can be no selection */
    public Selection selection() {
        long earliest = millis(this, "--since", since, Long.MIN_VALUE);
        long latest = millis(this, "--until", until, Long.MAX_VALUE);
        try {
            return new Selection(
                    offsets.partitions, offsets.from, offsets.to, earliest, latest, directoryId, requestId, code);
        } catch (IllegalArgumentException e) {
            throw badUsage(
                    "--partition and --from must not be negative, --to must be after --from, --until after --since");
        }
    }

    public static long millis(Invocation invocation, String option, @Nullable String text, long absent) {
        try {
            return text == null ? absent : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            throw invocation.badUsage(option + " must be a time in UTC such as 2026-03-01T08:30:00Z");
        }
    }

    /** What a summary adds about commands that were not published again because their sender can no longer be proven. */
    public static String unproven(long commands) {
        return leftAlone(
                commands, "whose token has expired or proves nothing now (their publisher has to send them again)");
    }

    /** What a summary adds about so many that were left alone: nothing if there are none. */
    public static String leftAlone(long count, String why) {
        return count == 0 ? "" : String.format(Locale.ROOT, ", %,d %s", count, why);
    }
}
