package dev.messagecontact.authorization.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.messagecontact.authorization.BrokenFileException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Makes key pairs for signing commands. */
public final class KeyPairs {

    private static final int RSA_BITS = 2048;

    private static final JsonMapper JSON = JsonMapper.shared();

    private KeyPairs() {}

    /**
     * A new pair.
     *
     * @param id its kid
     * @param privateKey as a JWK, for the issuer alone
     * @param keySet the JWKS of the issuer with the new public key, for the worker
     */
    public record NewKey(String id, String privateKey, String keySet) {}

    /**
     * Makes a pair for one of {@link Algorithms#ALL}.
     *
     * @param keySet the JWKS that its public key is added to, null for a new one
     * @throws BrokenFileException if the key set is none
     */
    public static NewKey make(String algorithm, @Nullable String keySet) throws BrokenFileException {
        String id = UUID.randomUUID().toString();
        JWK key = newKey(JWSAlgorithm.parse(algorithm), id);
        try {
            List<JWK> keys = new ArrayList<>(
                    keySet == null ? List.of() : JWKSet.parse(keySet).getKeys());
            keys.add(key.toPublicJWK());
            return new NewKey(id, indented(key.toJSONString()), indented(new JWKSet(keys).toString(true)));
        } catch (ParseException e) {
            throw new BrokenFileException("it is no JWKS document"); // the cause may quote a key
        }
    }

    private static JWK newKey(JWSAlgorithm algorithm, String id) {
        try {
            return switch (algorithm.getName()) {
                case "RS256", "PS256" ->
                    new RSAKeyGenerator(RSA_BITS)
                            .keyID(id)
                            .algorithm(algorithm)
                            .keyUse(KeyUse.SIGNATURE)
                            .generate();
                case "ES256" ->
                    new ECKeyGenerator(Curve.P_256)
                            .keyID(id)
                            .algorithm(algorithm)
                            .keyUse(KeyUse.SIGNATURE)
                            .generate();
                case "EdDSA" ->
                    Ed25519.newKey()
                            .keyID(id)
                            .algorithm(algorithm)
                            .keyUse(KeyUse.SIGNATURE)
                            .build();
                default -> throw new IllegalArgumentException("not an algorithm that is supported: " + algorithm);
            };
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String indented(String json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(json)) + "\n";
        } catch (JacksonException e) {
            throw new IllegalStateException("the library wrote no JSON");
        }
    }
}
