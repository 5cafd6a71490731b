package dev.messagecontact.topics;

/** A topic is missing, or cannot be read to its end; the message is one line without personal data. */
public final class UnreadableTopicException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableTopicException(String line) {
        super(line);
    }

    UnreadableTopicException(String line, Throwable cause) {
        super(line, cause);
    }
}
