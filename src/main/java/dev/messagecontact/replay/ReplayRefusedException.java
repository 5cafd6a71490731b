package dev.messagecontact.replay;

/** A recovery that would not do what is meant, or not be safe; the message is one line without personal data. */
public final class ReplayRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ReplayRefusedException(String line) {
        super(line);
    }
}
