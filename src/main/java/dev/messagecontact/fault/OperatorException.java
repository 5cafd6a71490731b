package dev.messagecontact.fault;

import org.jspecify.annotations.Nullable;

/**
 * A failure that waiting does not end. Its message is one line that tells an operator what is wrong and what to do; it holds no
 * personal data.
 */
public final class OperatorException extends RuntimeException {

    /** @param line the message for the operator */
    public OperatorException(String line) {
        this(line, null);
    }

    /** @param line the message for the operator */
    public OperatorException(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
