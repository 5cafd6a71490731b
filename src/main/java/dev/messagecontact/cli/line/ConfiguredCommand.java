package dev.messagecontact.cli.line;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that works by what the operator has set; it returns its exit code. */
public abstract class ConfiguredCommand implements Callable<Integer> {

    /** What the operator has set. */
    protected final CommonOptions common;

    /** The command as it was called. */
    @Mixin
    protected final Invocation invocation = new Invocation();

    protected ConfiguredCommand(CommonOptions common) {
        this.common = common;
    }
}
