package dev.messagecontact.cli.line;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command as it was called: where it prints, and how it refuses what was typed. It is mixed into every command; options
 * that several commands share extend it.
 */
@Command // or picocli would not mix in a class without options
public class Invocation {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** What the command was asked for. */
    public final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** What is said besides: progress, questions, what went wrong. */
    public final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Refuses the command line. Throw it: it becomes the line, a hint at the help, and exit code 2. */
    public final ParameterException badUsage(String line) {
        return new ParameterException(spec.commandLine(), line);
    }

    /** Shows the help, for a command that only holds others. */
    public final int help() {
        spec.commandLine().usage(out());
        return ExitCodes.DONE;
    }

    /** The whole command line. */
    public final CommandSpec root() {
        return spec.root();
    }
}
