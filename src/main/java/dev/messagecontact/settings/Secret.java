package dev.messagecontact.settings;

/**
 * A text that is never printed: code that needs it asks for its value.
 *
 * @param value the text itself
 */
public record Secret(String value) {

    static final String MASK = "***";

    @Override
    public String toString() {
        return MASK;
    }
}
