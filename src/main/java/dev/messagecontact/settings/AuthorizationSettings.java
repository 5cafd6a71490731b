package dev.messagecontact.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How commands prove that they are permitted.
 *
 * @param keys by issuer, the file with its public keys (JWKS)
 * @param policyFile who may do what
 * @param audience what a token must name as its audience
 * @param algorithms the signature algorithms that are allowed, by their JOSE names
 * @param leeway how far an issuer's clock may be off
 */
public record AuthorizationSettings(
        Map<String, Path> keys, Path policyFile, String audience, Set<String> algorithms, Duration leeway) {

    public AuthorizationSettings {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        algorithms = Set.copyOf(algorithms);
    }
}
