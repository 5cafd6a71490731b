package dev.messagecontact.authorization.token;

import java.security.Provider;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Whose code checks signatures. Java's own takes half as long again as Amazon Corretto's for RS256, and fifteen times as long
 * for ES256 and EdDSA, which would let whoever may write to the topic keep us busy with forged tokens.
 */
final class SignatureProvider {

    private static final String CORRETTO = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /** The names that Java has for the algorithms. */
    private static final List<String> SIGNATURES =
            List.of("SHA256withRSA", "RSASSA-PSS", "SHA256withECDSA", Ed25519.NAME);

    private SignatureProvider() {}

    /** Corretto's, or null, which stands for Java's own, where Corretto's does not run: it offers nothing then. */
    static @Nullable Provider fastest() {
        return ServiceLoader.load(Provider.class).stream()
                .filter(each -> each.type().getName().equals(CORRETTO))
                .map(ServiceLoader.Provider::get)
                .filter(each -> SIGNATURES.stream().allMatch(name -> each.getService("Signature", name) != null))
                .findFirst()
                .orElse(null);
    }
}
