package dev.messagecontact.audit;

/** The audit could not be done, so it says nothing about the commands; the message is one line without personal data. */
public final class AuditFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AuditFailedException(String line) {
        super(line);
    }

    AuditFailedException(String line, Throwable cause) {
        super(line, cause);
    }
}
