package dev.messagecontact.validation;

/**
 * A mobile number of an allowed country code.
 *
 * @param number as sent: {@code 86-13900001234}
 * @param e164 as dialled: {@code +8613900001234}
 */
public record Phone(String number, String e164) {}
