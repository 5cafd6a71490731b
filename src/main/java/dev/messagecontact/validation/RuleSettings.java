package dev.messagecontact.validation;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.Set;

/**
 * What an operator can set of the field rules.
 *
 * @param maxEmailLength the longest email address, in characters; at least 1
 * @param phoneCountryCodes the country calling codes of allowed phone numbers; if empty, no phone number is allowed
 * @param phoneRequired whether a contact without a phone number is refused
 */
public record RuleSettings(int maxEmailLength, Set<Integer> phoneCountryCodes, boolean phoneRequired) {

    /**
     * @throws IllegalArgumentException if the email length is less than 1 or a country code is none
     */
    public RuleSettings {
        phoneCountryCodes = Set.copyOf(phoneCountryCodes);
        if (maxEmailLength < 1) {
            throw new IllegalArgumentException("maxEmailLength is less than 1: " + maxEmailLength);
        }
        for (int code : phoneCountryCodes) {
            if (!PhoneNumberUtil.getInstance().getSupportedCallingCodes().contains(code)) {
                throw new IllegalArgumentException("phoneCountryCodes has what is no country calling code: " + code);
            }
        }
    }
}
