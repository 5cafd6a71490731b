package dev.messagecontact.cli.line;

/** What a command's exit code says. */
public final class ExitCodes {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int BAD_USAGE = 2;

    private ExitCodes() {}
}
