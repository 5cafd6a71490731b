package dev.messagecontact.authorization.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.messagecontact.authorization.BrokenFileException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The signature algorithms, all with a public and a private key, and which keys they go with. */
public final class Algorithms {

    /** The supported ones. None is symmetric, because a verifier could then sign; {@code none} is never among them. */
    public static final List<String> ALL = List.of("RS256", "PS256", "ES256", "EdDSA");

    private static final int SHORTEST_RSA_KEY = 2048;

    private Algorithms() {}

    /** The algorithms that this key verifies, by its type and, if it names one, its algorithm. */
    static Set<JWSAlgorithm> of(JWK key) throws BrokenFileException {
        Set<JWSAlgorithm> possible = byType(key);
        if (key.getAlgorithm() == null) {
            return possible;
        }
        return possible.stream()
                .filter(each -> each.getName().equals(key.getAlgorithm().getName()))
                .findFirst()
                .map(Set::of)
                .orElseThrow(
                        () -> new BrokenFileException("a key's alg does not go with its type, or is not supported"));
    }

    private static Set<JWSAlgorithm> byType(JWK key) throws BrokenFileException {
        if (key instanceof RSAKey rsa) {
            if (rsa.size() < SHORTEST_RSA_KEY) {
                throw new BrokenFileException("an RSA key has fewer than %d bits".formatted(SHORTEST_RSA_KEY));
            }
            return Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256);
        }
        if (key instanceof ECKey elliptic && Curve.P_256.equals(elliptic.getCurve())) {
            return Set.of(JWSAlgorithm.ES256);
        }
        if (key instanceof OctetKeyPair edwards && Curve.Ed25519.equals(edwards.getCurve())) {
            return Set.of(JWSAlgorithm.EdDSA);
        }
        throw new BrokenFileException("a key is neither RSA, nor EC with P-256, nor OKP with Ed25519");
    }

    /**
     * What checks this key's signatures.
     *
     * @param provider whose code does it; null for Java's own
     */
    static JWSVerifier verifier(JWK key, @Nullable Provider provider) throws BrokenFileException {
        try {
            JWSVerifier verifier = ofKey(key, provider);
            verifier.getJCAContext().setProvider(provider);
            return verifier;
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
            throw new BrokenFileException("a key cannot be used"); // the cause may quote it
        }
    }

    private static JWSVerifier ofKey(JWK key, @Nullable Provider provider)
            throws JOSEException, GeneralSecurityException {
        if (key instanceof RSAKey rsa) {
            return new RSASSAVerifier(providersOwn(rsa.toRSAPublicKey(), provider));
        }
        return key instanceof ECKey elliptic ? new ECDSAVerifier(elliptic) : Ed25519.verifier((OctetKeyPair) key);
    }

    /** The provider would else make it its own for each signature, a third of RS256's time; with ES256 that costs nothing. */
    private static RSAPublicKey providersOwn(RSAPublicKey key, @Nullable Provider provider)
            throws GeneralSecurityException {
        return provider == null
                ? key
                : (RSAPublicKey) KeyFactory.getInstance("RSA", provider).translateKey(key);
    }
}
