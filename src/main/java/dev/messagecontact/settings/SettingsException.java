package dev.messagecontact.settings;

import java.util.Collection;

/**
 * Settings that can never work; each line of the message names one, says what is allowed, and shows no value.
 */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String line) {
        super(line);
    }

    SettingsException(Collection<String> lines) {
        super(String.join("\n", lines));
    }

    /** Adds what is wrong to the others, if something is. */
    static void gather(Collection<String> problems, Runnable check) {
        try {
            check.run();
        } catch (SettingsException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }
}
