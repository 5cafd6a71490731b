package dev.messagecontact.cli.line;

import java.io.PrintWriter;

/** What a command prints to. Java's print methods keep a failure to themselves until they are asked. */
public final class StandardOutput {

    private StandardOutput() {}

    /** Writes out what was printed; returns whether that has failed, because of a closed pipe or a full disk. */
    public static boolean isBroken(PrintWriter out) {
        // The stream below is checked too: a writer on top of it does not see its failures.
        return out.checkError() || System.out.checkError();
    }
}
