package dev.messagecontact.authorization.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.messagecontact.authorization.BrokenFileException;
import java.security.Provider;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The public keys of one issuer, by their ids; several are valid at a time, so that a key can be replaced without a gap. */
record IssuerKeys(Map<String, VerificationKey> byId) {

    IssuerKeys {
        byId = Map.copyOf(byId);
    }

    /** A key and the algorithms that it may be used with. */
    record VerificationKey(Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {}

    /**
     * The keys in a JWKS document, RFC 7517.
     *
     * @param provider whose code checks their signatures; null for Java's own
     * @throws BrokenFileException if it is none, or one of its keys cannot be used
     */
    static IssuerKeys read(byte[] document, @Nullable Provider provider) throws BrokenFileException {
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        for (JWK key : parse(document).getKeys()) {
            require(!key.isPrivate(), "it holds a private or symmetric key; the worker needs public keys only");
            require(key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()), "a key is not for signatures");
            String id = key.getKeyID();
            require(id != null && !id.isBlank(), "a key has no kid");
            VerificationKey usable = new VerificationKey(Algorithms.of(key), Algorithms.verifier(key, provider));
            require(keys.put(String.valueOf(id), usable) == null, "two keys have the same kid");
        }
        require(!keys.isEmpty(), "it has no keys");
        return new IssuerKeys(keys);
    }

    @Nullable
    VerificationKey key(@Nullable String id) {
        return id == null ? null : byId.get(id);
    }

    private static JWKSet parse(byte[] document) throws BrokenFileException {
        try {
            return JWKSet.parse(new String(document, UTF_8));
        } catch (ParseException | RuntimeException e) { // the library's own slips on odd documents too
            throw new BrokenFileException("it is no JWKS document"); // the cause may quote a key
        }
    }

    private static void require(boolean condition, String otherwise) throws BrokenFileException {
        if (!condition) {
            throw new BrokenFileException(otherwise);
        }
    }
}
