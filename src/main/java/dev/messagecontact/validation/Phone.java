package dev.messagecontact.validation;

/**
 * A mobile number of an allowed country code.
 *
 * @param number as sent: {@code 86-13900001234}
 * @param e164 as dialled: {@code +8613900001234}
 */
public record Phone(String number, String e164) {

    /** A number that is dialled with the very digits that it is written with; nearly all are. */
    public static Phone asWritten(String number) {
        return new Phone(number, "+" + number.replace("-", ""));
    }
}
