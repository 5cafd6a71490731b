package dev.messagecontact.validation;

import com.sanctionco.jmail.EmailValidator;
import com.sanctionco.jmail.JMail;

/**
 * What an email address looks like: a dot-atom, {@code @}, a domain name.
 *
 * <p>Accepted: {@code user+tag@example.com}, {@code !#$%&'*+-/=?^_`{|}~@x.org}, {@code -a@b.co}, domains in punycode
 * ({@code a@xn--bcher-kva.de}, {@code a@b.xn--p1ai}), digits in the domain unless the last label is all digits
 * ({@code a@1.2.3.com}, {@code a@b.c1}), a last label of one letter ({@code a@b.c}), labels and local part up to 63 and
 * 64 characters, domains that are reserved ({@code a@b.test}).
 *
 * <p>Refused: all that is not printable ASCII, blanks, comments, quoted local parts and display names, IP addresses with
 * brackets and without, explicit routes, a domain of one label, empty labels and a trailing dot ({@code a@b..com},
 * {@code a@b.com.}), labels that begin or end with a hyphen, underscores in the domain, a dot at either end of the local
 * part or two in a row.
 */
final class EmailSyntax {

    /** In an address without quotes, comments, brackets, routes and display names these have no place. */
    private static final String NEVER_IN_PLAIN_ADDRESSES = "\"(),:;<>[\\]";

    private static final EmailValidator VALIDATOR =
            JMail.validator().disallowIpDomain().requireTopLevelDomain();

    private EmailSyntax() {}

    static boolean isMetBy(String text) {
        return isPlain(text) && VALIDATOR.isValid(text);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || NEVER_IN_PLAIN_ADDRESSES.indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }
}
