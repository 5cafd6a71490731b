package dev.messagecontact.cli;

import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say which offsets of the command topic are meant. */
final class OffsetOptions {

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
}
