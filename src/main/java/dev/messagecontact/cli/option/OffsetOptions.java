package dev.messagecontact.cli.option;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.recovery.Selection;
import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say which offsets of the command topic are meant. */
public final class OffsetOptions extends Invocation {

    @Option(
            names = "--partition",
            paramLabel = "N",
            split = ",",
            description = "Only commands of this partition; may be given more than once.")
    Set<Integer> partitions = new HashSet<>();

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            defaultValue = "0",
            description = "Only commands from this offset on, in each partition.")
    long from;

    @Option(
            names = "--to",
            paramLabel = "OFFSET",
            defaultValue = "9223372036854775807",
            description = "Only commands before this offset, in each partition.")
    long to;

    /**
     * These offsets of all commands.
     *
     * @throws ParameterException if there can be none
     */
    public Selection selection() {
        try {
            return Selection.ofOffsets(partitions, from, to);
        } catch (IllegalArgumentException e) {
            throw badUsage("--partition and --from must not be negative, and --to must be after --from");
        }
    }
}
