package dev.messagecontact.cli.option;

import picocli.CommandLine.Option;

/** The option against progress bars. */
public final class ProgressOption {

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    /** Whether progress may be told, on standard error. */
    public boolean isWanted() {
        return !quiet;
    }

    /** Whether bars can be seen: they are wanted, and standard error is a terminal. */
    public boolean hasBars() {
        return !quiet && Terminal.hasStandardError();
    }

    /** The bars of this command. */
    public ProgressBars bars() {
        return new ProgressBars(hasBars());
    }
}
