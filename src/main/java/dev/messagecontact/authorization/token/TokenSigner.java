package dev.messagecontact.authorization.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.Claims;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Signs commands with a private key: for trying out what publishers and issuers do. Any thread may call it. */
public final class TokenSigner {

    /** The record header that holds a token. */
    public static final String HEADER = TokenCheck.HEADER;

    private final JWSHeader header;
    private final JWSSigner signer;
    private final String issuer;
    private final String subject;
    private final String audience;
    private final Duration lifetime;

    /**
     * Signs with a private key.
     *
     * @param privateKey a JWK as {@link KeyPairs} makes them, with a kid and an alg
     * @throws BrokenFileException if it is none
     */
    public TokenSigner(String privateKey, String issuer, String subject, String audience, Duration lifetime)
            throws BrokenFileException {
        try {
            JWK key = JWK.parse(privateKey);
            if (!key.isPrivate() || key.getAlgorithm() == null) {
                throw new BrokenFileException("it is no private key with an alg");
            }
            JWSAlgorithm algorithm = JWSAlgorithm.parse(key.getAlgorithm().getName());
            this.header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
            this.signer = signer(key);
        } catch (ParseException | JOSEException e) {
            throw new BrokenFileException("it is no private key in JWK form"); // the cause may quote it
        }
        this.issuer = issuer;
        this.subject = subject;
        this.audience = audience;
        this.lifetime = lifetime;
    }

    /** The token that goes with this value of a record. */
    public String tokenFor(byte[] value, Instant now) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(audience)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .claim(Claims.VALUE_HASH, Claims.hashOf(value))
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException(
                    "the key cannot sign: " + e.getClass().getName());
        }
        return token.serialize();
    }

    private static JWSSigner signer(JWK key) throws JOSEException, BrokenFileException {
        if (key instanceof RSAKey rsa) {
            return new RSASSASigner(rsa);
        }
        if (key instanceof ECKey elliptic) {
            return new ECDSASigner(elliptic);
        }
        if (key instanceof OctetKeyPair edwards) {
            return Ed25519.signer(edwards);
        }
        throw new BrokenFileException("it is a symmetric key");
    }
}
