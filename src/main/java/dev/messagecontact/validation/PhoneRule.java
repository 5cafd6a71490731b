package dev.messagecontact.validation;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.messagecontact.command.ErrorCode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which mobile numbers are acceptable. Mainland China by a rule of our own, which does not age: operators get new
 * prefixes faster than any list of them is updated.
 */
final class PhoneRule {

    private static final String MAINLAND_CHINA = "86";

    private final PhoneNumberUtil library = PhoneNumberUtil.getInstance();
    private final Set<Integer> allowedCountryCodes;

    PhoneRule(Set<Integer> allowedCountryCodes) {
        this.allowedCountryCodes = allowedCountryCodes;
    }

    /** The phone number; null, and the code added, if it breaks the rule. */
    @Nullable
    Phone phone(String sent, List<ErrorCode> broken) {
        int hyphen = sent.indexOf('-');
        if (!isWellFormed(sent, hyphen)) {
            return ContactRules.refuse(ErrorCode.INVALID_PHONE_NUMBER, broken);
        }
        String countryCode = sent.substring(0, hyphen);
        if (!allowedCountryCodes.contains(Integer.valueOf(countryCode))) {
            return ContactRules.refuse(ErrorCode.INVALID_MOBILE_COUNTRY_CODE, broken);
        }
        String e164 = e164(countryCode, sent.substring(hyphen + 1));
        return e164 == null ? ContactRules.refuse(ErrorCode.INVALID_PHONE_NUMBER, broken) : new Phone(sent, e164);
    }

    /** The number whatever country codes are allowed and whatever the library says of it; null if it has not the form. */
    @Nullable
    Phone wellFormed(String sent) {
        int hyphen = sent.indexOf('-');
        if (!isWellFormed(sent, hyphen)) {
            return null;
        }
        String e164 = e164(sent.substring(0, hyphen), sent.substring(hyphen + 1));
        return e164 == null ? Phone.asWritten(sent) : new Phone(sent, e164);
    }

    private static boolean isWellFormed(String sent, int hyphen) {
        return isCountryCode(sent, hyphen) && isNumber(sent, hyphen + 1);
    }

    private static boolean isCountryCode(String sent, int end) {
        return end >= 1 && end <= 3 && areDigits(sent, 0, end) && sent.charAt(0) != '0';
    }

    private static boolean isNumber(String sent, int start) {
        int length = sent.length() - start;
        return length >= 4 && length <= 15 && areDigits(sent, start, sent.length());
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** The number as it is dialled from anywhere; null if it can't be a mobile number of that country code. */
    private @Nullable String e164(String countryCode, String number) {
        if (countryCode.equals(MAINLAND_CHINA)) {
            return isChineseMobile(number) ? "+86" + number : null;
        }
        try {
            PhoneNumber parsed = library.parse("+" + countryCode + number, null);
            ValidationResult possible = library.isPossibleNumberForTypeWithReason(parsed, PhoneNumberType.MOBILE);
            return possible == ValidationResult.IS_POSSIBLE ? library.format(parsed, PhoneNumberFormat.E164) : null;
        } catch (NumberParseException e) {
            return null;
        }
    }

    private static boolean isChineseMobile(String number) {
        return number.length() == 11 && number.charAt(0) == '1' && number.charAt(1) >= '3';
    }
}
