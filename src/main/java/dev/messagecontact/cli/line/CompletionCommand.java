package dev.messagecontact.cli.line;

import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code contacts completion}. */
@Command(
        name = "completion",
        description = "Print a script with which a shell completes commands and options: `source <(contacts "
                + "completion bash)`.")
public final class CompletionCommand implements Callable<Integer> {

    private static final Set<String> SHELLS = Set.of("bash", "zsh");

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String shell;

    @Mixin
    private final Invocation invocation = new Invocation();

    /** One script serves both shells: it asks which one reads it. */
    @Override
    public Integer call() {
        if (!SHELLS.contains(shell)) {
            throw invocation.badUsage("SHELL must be bash or zsh");
        }
        PrintWriter out = invocation.out();
        out.print(AutoComplete.bash(invocation.root().name(), invocation.root().commandLine()));
        return ExitCodes.DONE;
    }
}
