package dev.messagecontact.fault;

import org.jspecify.annotations.Nullable;

/**
 * Something that no waiting mends. Its message is one line that tells an operator what is wrong and what to do; it holds no
 * personal data.
 */
public final class OperatorException extends RuntimeException {

    /** @param line what an operator is told */
    public OperatorException(String line) {
        this(line, null);
    }

    /** @param line what an operator is told */
    public OperatorException(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
