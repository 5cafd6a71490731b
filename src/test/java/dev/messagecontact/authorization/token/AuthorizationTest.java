package dev.messagecontact.authorization.token;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.messagecontact.settings.AuthorizationSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorizationTest {

    @Test
    void the_headers_of_a_batch_are_known_to_the_next_one(@TempDir Path folder) throws Exception {
        Path keys = Files.writeString(
                folder.resolve("keys.json"), KeyPairs.make("ES256", null).keySet());
        Path policy = Files.writeString(folder.resolve("policy.json"), "{\"Version\":\"1\",\"Statement\":[]}");
        AuthorizationSettings settings = new AuthorizationSettings(
                Map.of("https://issuer.example.com", keys),
                policy,
                "message-contacts",
                Set.of("ES256"),
                Duration.ofMinutes(1));
        try (Authorization authorization = Authorization.open(settings)) {
            TokenCheck first = (TokenCheck) authorization.senders();
            TokenCheck second = (TokenCheck) authorization.senders();
            assertSame(first.headers(), second.headers());
        }
    }
}
