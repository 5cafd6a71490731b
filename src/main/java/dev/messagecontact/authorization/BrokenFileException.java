package dev.messagecontact.authorization;

/** A file with keys or the policy cannot be used; the message says why and quotes nothing of a key. */
public final class BrokenFileException extends Exception {

    private static final long serialVersionUID = 1L;

    public BrokenFileException(String message) {
        super(message);
    }
}
