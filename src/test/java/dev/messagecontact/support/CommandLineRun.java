package dev.messagecontact.support;

import dev.messagecontact.workshop.Workshop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** What a run of the command line gave. */
public record CommandLineRun(int exitCode, String out, String err) {

    /** Runs it in this process, with these settings and no others. */
    public static CommandLineRun of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Workshop.commandLine(environment)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }
}
