package dev.messagecontact.settings;

/** A setting that can never work; the message is one line that names it, says what is allowed, and shows no value. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String line) {
        super(line);
    }
}
