package dev.messagecontact.cli;

import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.Durations;
import dev.messagecontact.settings.SettingsException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
                .setExecutionStrategy(ContactsCommandLine::run)
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
    private static int run(ParseResult parsed) {
        int exitCode = new CommandLine.RunLast().execute(parsed);
        List<CommandLine> named = parsed.asCommandLineList();
        CommandLine command = named.get(named.size() - 1);
        boolean isBroken =
                StandardOutput.isBroken(command.getOut()); // whatever the exit code: it writes out what was printed
        if (exitCode == ExitCodes.DONE && isBroken) {
            command.getErr().println("contacts: standard output was closed, or cannot be written");
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        return exitCode;
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
        command.getOut().flush(); // before what is said of the failure
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        err.printf("%s: %s%n", name, oneLine(failure));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.printf("Try `%s --help`.%n", name);
        trace(failure, command, common);
        return ExitCodes.BAD_USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommonOptions common) {
        command.getOut().flush(); // before what is said of the failure
        String name = command.getCommandSpec().qualifiedName();
        if (failure instanceof SettingsException) {
            // All that is wrong, so that it can be corrected at once.
            String.valueOf(failure.getMessage())
                    .lines()
                    .forEach(line -> command.getErr().printf("%s: %s%n", name, line));
        } else {
            command.getErr().printf("%s: %s%n", name, oneLine(failure));
        }
        trace(failure, command, common);
        return failure instanceof SettingsException ? ExitCodes.BAD_USAGE : ExitCodes.FAILED;
    }

    private static void trace(Exception failure, CommandLine command, CommonOptions common) {
        if (common.isVerbose()) {
            failure.printStackTrace(command.getErr());
        }
    }

    /** The first line of the message, with the kind of the failure before it unless the message is written for operators. */
    private static String oneLine(Exception failure) {
        String said = Optional.ofNullable(failure.getMessage())
                .orElse("")
                .lines()
                .findFirst()
                .orElse("");
        boolean ours = failure instanceof SettingsException
                || failure instanceof OperatorException
                || failure instanceof ParameterException;
        if (!ours && AccessDeniedException.in(failure).isPresent()) {
            return AccessDeniedException.in(failure).get();
        }
        return ours ? said : failure.getClass().getSimpleName() + (said.isEmpty() ? "" : ": " + said);
    }
}
