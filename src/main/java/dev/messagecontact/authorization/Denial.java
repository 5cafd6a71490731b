package dev.messagecontact.authorization;

import java.util.Locale;

/** Why a command has no permission. Metrics and the log have it; the answer does not, so that no sender can probe with it. */
public enum Denial {
    /** The record has no {@code authorization} header. */
    NO_TOKEN,
    /** The token is longer than is read. */
    TOKEN_TOO_LARGE,
    /** The header is no signed JWT with the claims that are needed. */
    MALFORMED_TOKEN,
    /** The token's algorithm is not allowed, or not the one of its key. */
    ALGORITHM,
    /** The issuer is not one of the settings. */
    ISSUER,
    /** The issuer has no key with this id, or none any more. */
    UNKNOWN_KEY,
    /** The token names another audience. */
    AUDIENCE,
    /** The token had expired when the record was written. */
    EXPIRED,
    /** The token was not valid yet when the record was written. */
    NOT_YET_VALID,
    /** The token was issued for another value. */
    OTHER_VALUE,
    /** RequestId, ResourceDirectoryId or the action stand outside of the value, so the token does not cover them. */
    ID_OUTSIDE_VALUE,
    /** The signature is not the key's. */
    SIGNATURE,
    /** The directory has no account. */
    NO_ACCOUNT,
    /** A statement of the policy denies it. */
    DENIED,
    /** No statement of the policy allows it. */
    NOT_ALLOWED;

    /** Its name in metrics and the log. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
