package dev.messagecontact.cli;

/** A command could not do its work; the message is one line for the person who ran it. */
public final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public FailedException(String line) {
        super(line);
    }

    public FailedException(String line, Throwable cause) {
        super(line, cause);
    }
}
