package dev.messagecontact.cli.line;

import dev.messagecontact.settings.Durations;
import dev.messagecontact.settings.SettingsException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.PicocliException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line with what its commands have in common: options, one-line errors, exit codes. */
public final class ContactsCommandLine {

    private ContactsCommandLine() {}

    /**
     * The whole command line.
     *
     * @param commands in the order of the help; each is a {@code Callable<Integer>} that returns its exit code
     */
    public static CommandLine of(CommonOptions common, List<? extends Callable<Integer>> commands) {
        CommandLine line = new CommandLine(new ContactsCommand(common));
        commands.forEach(line::addSubcommand);
        // What is set here holds for the commands that are there.
        return line.registerConverter(Duration.class, ContactsCommandLine::duration)
                .setExecutionStrategy(parsed -> run(parsed, common))
                .setParameterExceptionHandler((failure, arguments) -> usage(failure, common))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command, common));
    }

    /**
     * The command that the arguments name, or all of them where none is named or where one tells of the others: to read what all
     * of them take would be a tenth of a worker's start.
     */
    public static List<Callable<Integer>> named(String[] arguments, List<Callable<Integer>> commands) {
        return commands.stream()
                .filter(command -> arguments.length > 0 && nameOf(command).equals(arguments[0]))
                .filter(command -> !(command instanceof CompletionCommand))
                .findFirst()
                .map(List::of)
                .orElse(commands);
    }

    private static String nameOf(Callable<Integer> command) {
        return command.getClass().getAnnotation(Command.class).name();
    }

    /** Runs the command that the arguments name; it ends the process with that command's exit code. */
    public static void runAndExit(CommandLine line, String... arguments) {
        // All that is said is English, and read by programs too: no other language's digits in an id or a count.
        Locale.setDefault(Locale.ROOT);
        System.exit(line.execute(arguments));
    }

    /** What a command has printed is part of its work: a report on a full disk is none. */
    private static int run(ParseResult parsed, CommonOptions common) {
        List<CommandLine> named = parsed.asCommandLineList();
        CommandLine command = named.get(named.size() - 1);
        int exitCode = exitCode(parsed, command, common);
        boolean isBroken =
                StandardOutput.isBroken(command.getOut()); // whatever the exit code: it writes out what was printed
        if (exitCode == ExitCodes.DONE && isBroken) {
            command.getErr().println("contacts: standard output was closed, or cannot be written");
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        return exitCode;
    }

    /** An Error is a failure as any other; picocli lets it through. */
    private static int exitCode(ParseResult parsed, CommandLine command, CommonOptions common) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error e) {
            return failed(e, command, common);
        }
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int usage(ParameterException failure, CommonOptions common) {
        CommandLine command = failure.getCommandLine();
        String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        tell(first, failure, command, common);
        return ExitCodes.BAD_USAGE;
    }

    private static int failed(Throwable thrown, CommandLine command, CommonOptions common) {
        // What a command that is a method throws may stand in an exception of picocli's.
        Throwable cause = thrown instanceof PicocliException ? thrown.getCause() : null;
        Throwable failure = Failures.withoutValues(cause == null ? thrown : cause);
        tell(Failures.text(failure, common.known()), failure, command, common);
        return failure instanceof SettingsException
                ? ExitCodes.BAD_USAGE
                : command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void tell(String lines, Throwable failure, CommandLine command, CommonOptions common) {
        command.getOut().flush(); // before what is said of the failure
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        lines.lines().forEach(line -> err.printf("%s: %s%n", name, line));
        if (failure instanceof ParameterException usage) {
            UnmatchedArgumentException.printSuggestions(usage, err);
            err.printf("Try `%s --help`.%n", name);
        }
        if (common.isVerbose()) {
            failure.printStackTrace(err);
        }
    }
}
