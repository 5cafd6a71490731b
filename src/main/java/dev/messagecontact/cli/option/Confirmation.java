package dev.messagecontact.cli.option;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.fault.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The question before a command acts on everything, and the option that answers it. */
public final class Confirmation extends Invocation {

    private static final Set<String> YES = Set.of("y", "yes");

    @Option(
            names = {"--yes", "--all"},
            description = "Go on without asking. Required where there is no terminal.")
    private boolean given;

    /**
     * Returns if the operator agrees.
     *
     * @param what the command is about to do, as a sentence
     * @throws ParameterException if there is no terminal to ask at
     * @throws OperatorException if the answer is no
     */
    public void require(String what) {
        if (given) {
            return;
        }
        if (!Terminal.isInteractive()) {
            throw badUsage(what + ". Without a terminal to ask at, it needs --yes");
        }
        PrintWriter err = err();
        err.printf("%s. Go on? [y/N] ", what);
        err.flush();
        if (!YES.contains(answer())) {
            throw new OperatorException("nothing was done");
        }
    }

    /** Reads byte by byte: the input behind the line is for others. */
    private static String answer() {
        StringBuilder line = new StringBuilder();
        try {
            for (int read = System.in.read(); read >= 0 && read != '\n'; read = System.in.read()) {
                line.append((char) read);
            }
        } catch (IOException e) {
            return "";
        }
        return line.toString().strip().toLowerCase(Locale.ROOT);
    }
}
