package dev.messagecontact.workshop.cli;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.option.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/** Shows how far a long command is, on standard error: one line in place for a person, a line now and then for a log. */
final class ProgressLine extends Invocation {

    private final Duration betweenLines;
    private long lastLine;

    @Mixin
    private final ProgressOption option = new ProgressOption();

    /** @param betweenLines how long to wait between two lines of a log */
    ProgressLine(Duration betweenLines) {
        this.betweenLines = betweenLines;
        this.lastLine = System.nanoTime() - betweenLines.toNanos();
    }

    void show(String line) {
        PrintWriter err = err();
        if (!option.isWanted()) {
            return;
        }
        if (Terminal.hasStandardError()) {
            err.printf("\r\u001b[K%s", line);
            err.flush();
        } else if (System.nanoTime() - lastLine >= betweenLines.toNanos()) {
            lastLine = System.nanoTime();
            err.println(line);
            err.flush();
        }
    }
}
