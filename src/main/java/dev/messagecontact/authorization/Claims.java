package dev.messagecontact.authorization;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.messagecontact.identity.Sha256;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token says. Instants are milliseconds since 1970 UTC.
 *
 * @param subject a user or a role
 * @param audience who the token is for
 * @param notBefore null if the token does not say
 * @param valueHash see {@link #hashOf}
 */
public record Claims(
        String issuer,
        String subject,
        List<String> audience,
        long issuedAt,
        @Nullable Long notBefore,
        long expiresAt,
        String valueHash) {

    /** The claim that binds a token to a record's value. */
    public static final String VALUE_HASH = "value_hash";

    public Claims {
        audience = List.copyOf(audience);
    }

    /** SHA-256 of a record's value, in Base64 for URLs without padding. */
    public static String hashOf(byte[] value) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(value));
    }

    /**
     * Why this token does not prove who sent a record, null if it does. A pure function: the record's timestamp is the
     * clock, so the same record is judged the same at any time.
     *
     * @param timestamp the record's
     * @param leeway how far the issuer's clock may be off
     */
    public @Nullable Denial denial(String ourAudience, byte[] value, long timestamp, Duration leeway) {
        if (!audience.contains(ourAudience)) {
            return Denial.AUDIENCE;
        }
        if (timestamp - leeway.toMillis() >= expiresAt) {
            return Denial.EXPIRED;
        }
        long validFrom = notBefore == null ? issuedAt : Math.max(issuedAt, notBefore);
        if (timestamp + leeway.toMillis() < validFrom) {
            return Denial.NOT_YET_VALID;
        }
        boolean sameValue = MessageDigest.isEqual(hashOf(value).getBytes(US_ASCII), valueHash.getBytes(US_ASCII));
        return sameValue ? null : Denial.OTHER_VALUE;
    }
}
