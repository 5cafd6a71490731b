package dev.messagecontact.settings;

import dev.messagecontact.validation.RuleSettings;
import java.util.Set;

/**
 * What makes a contact acceptable.
 *
 * @param limitPerDirectory how many contacts a directory may have that has no limit of its own
 * @param emailMaxLength the longest email address, in characters
 * @param phoneCountryCodes the country calling codes of allowed phone numbers
 * @param phoneRequired whether a contact without a phone number is refused
 */
public record ContactSettings(
        int limitPerDirectory, int emailMaxLength, Set<Integer> phoneCountryCodes, boolean phoneRequired) {

    public ContactSettings {
        phoneCountryCodes = Set.copyOf(phoneCountryCodes);
    }

    /** Those of them that the field rules go by. */
    public RuleSettings rules() {
        return new RuleSettings(emailMaxLength, phoneCountryCodes, phoneRequired);
    }
}
