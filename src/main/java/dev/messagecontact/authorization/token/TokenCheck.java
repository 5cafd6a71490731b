package dev.messagecontact.authorization.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.messagecontact.authorization.Claims;
import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.authorization.token.CompactToken.ParsedHeaders;
import dev.messagecontact.authorization.token.IssuerKeys.VerificationKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Proves the sender of a command by the token in its {@code authorization} header. What is cheap is checked first and the
 * signature last, so a forged token costs no more than it must. No input makes it throw. Any thread may call it.
 *
 * @param keys by issuer
 * @param algorithms by name, those that are allowed
 * @param audience what a token must name as its audience
 * @param leeway how far an issuer's clock may be off
 * @param headers of tokens that were checked before
 */
record TokenCheck(
        Map<String, IssuerKeys> keys, Set<String> algorithms, String audience, Duration leeway, ParsedHeaders headers)
        implements SenderCheck {

    /** The record header that holds the token. */
    static final String HEADER = "authorization";

    /** A token of the longest keys and names has less than half of it. */
    static final int LONGEST_TOKEN = 8 * 1024;

    /** Every subject of the cloud's access management: a user or a role of an account. */
    private static final String SUBJECT = "acs:ram::";

    @Override
    public Sender senderOf(ConsumerRecord<byte[], byte[]> record, boolean inValue) {
        Header header = record.headers().lastHeader(HEADER);
        byte[] token = header == null ? null : header.value();
        if (token == null || token.length == 0) {
            return new Sender.Unproven(Denial.NO_TOKEN);
        }
        if (token.length > LONGEST_TOKEN) {
            return new Sender.Unproven(Denial.TOKEN_TOO_LARGE);
        }
        try {
            return senderOf(record, CompactToken.parse(token, headers), inValue);
        } catch (ParseException | JOSEException | RuntimeException e) {
            // An odd token may make the library fail: it proves no sender, and the batch must continue.
            return new Sender.Unproven(Denial.MALFORMED_TOKEN);
        }
    }

    private Sender senderOf(ConsumerRecord<byte[], byte[]> record, CompactToken token, boolean inValue)
            throws ParseException, JOSEException {
        JWSHeader header = token.header();
        Claims claims = claims(token.claims());
        IssuerKeys issuer = keys.get(claims.issuer());
        VerificationKey key = issuer == null ? null : issuer.key(header.getKeyID());
        Denial denial = denial(record, header, claims, issuer, key, inValue);
        if (denial == null && key != null) {
            denial = token.isVerifiedBy(key.verifier()) ? null : Denial.SIGNATURE;
        }
        return denial == null ? new Sender.Proven(claims.subject()) : new Sender.Unproven(denial);
    }

    private @Nullable Denial denial(
            ConsumerRecord<byte[], byte[]> record,
            JWSHeader header,
            Claims claims,
            @Nullable IssuerKeys issuer,
            @Nullable VerificationKey key,
            boolean inValue) {
        if (!algorithms.contains(header.getAlgorithm().getName())) {
            return Denial.ALGORITHM;
        }
        if (issuer == null) {
            return Denial.ISSUER;
        }
        if (key == null) {
            return Denial.UNKNOWN_KEY;
        }
        if (!key.algorithms().contains(header.getAlgorithm())) {
            return Denial.ALGORITHM;
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            return Denial.MALFORMED_TOKEN; // extensions that would change what is signed
        }
        byte[] value = record.value() == null ? new byte[0] : record.value();
        Denial claimed = claims.denial(audience, value, record.timestamp(), leeway);
        return claimed == null && !inValue ? Denial.ID_OUTSIDE_VALUE : claimed;
    }

    private static Claims claims(JWTClaimsSet claims) throws ParseException {
        String subject = required(claims.getSubject());
        if (!subject.startsWith(SUBJECT)) {
            throw new ParseException("not a subject", 0);
        }
        Date notBefore = claims.getNotBeforeTime();
        return new Claims(
                required(claims.getIssuer()),
                subject,
                claims.getAudience(),
                required(claims.getIssueTime()).getTime(),
                notBefore == null ? null : notBefore.getTime(),
                required(claims.getExpirationTime()).getTime(),
                required(claims.getStringClaim(Claims.VALUE_HASH)));
    }

    private static <T> T required(@Nullable T claim) throws ParseException {
        if (claim == null) {
            throw new ParseException("a claim is missing", 0);
        }
        return claim;
    }
}
