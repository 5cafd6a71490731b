package dev.messagecontact.outcome;

import org.jspecify.annotations.NullMarked;

/**
 * Personal data as it may be shown: in the look of the public documentation, {@code som***@example.com} and
 * {@code 86-139****1234}.
 *
 * <p>The documentation's own {@code someone***@example.com} does not say how much of the local part it hides. Here at
 * most three characters of it stay, and never more than half, so that no whole local part is ever shown.
 */
@NullMarked
public final class Masked {

    private static final String EMAIL_MASK = "***";
    private static final String PHONE_MASK = "****";
    private static final int MOST_OF_LOCAL_PART = 3;
    private static final int LENGTH_OF_MOBILE_NUMBER = 11;

    private Masked() {}

    /** The domain and the beginning of the local part; nothing of a text that is no address. */
    public static String emailAddress(String address) {
        int at = address.lastIndexOf('@');
        if (at < 0) {
            return EMAIL_MASK;
        }
        int characters = address.codePointCount(0, at);
        int shown = address.offsetByCodePoints(0, Math.min(MOST_OF_LOCAL_PART, characters / 2));
        return address.substring(0, shown) + EMAIL_MASK + address.substring(at);
    }

    /**
     * The country code, three digits and the last four of a number of 11 digits or more; of a shorter one the last
     * quarter. Nothing of a text that is no {@code <country code>-<number>}.
     */
    public static String phoneNumber(String phone) {
        int hyphen = phone.indexOf('-');
        if (hyphen < 1 || hyphen > 3) {
            return PHONE_MASK;
        }
        String country = phone.substring(0, hyphen + 1);
        String number = phone.substring(hyphen + 1);
        int length = number.length();
        return length < LENGTH_OF_MOBILE_NUMBER
                ? country + PHONE_MASK + number.substring(length - length / 4)
                : country + number.substring(0, 3) + PHONE_MASK + number.substring(length - 4);
    }
}
