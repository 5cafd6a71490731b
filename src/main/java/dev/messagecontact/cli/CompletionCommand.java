package dev.messagecontact.cli;

import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** One script serves both shells: it asks which one reads it. */
    @Override
    public Integer call() {
        if (!SHELLS.contains(shell)) {
            throw new ParameterException(spec.commandLine(), "SHELL must be bash or zsh");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        return ExitCodes.DONE;
    }
}
