package dev.messagecontact.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.token.KeyPairs;
import dev.messagecontact.authorization.token.KeyPairs.NewKey;
import dev.messagecontact.authorization.token.TokenSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A file of keys and one of the policy, and commands that are signed with the key. */
public final class Permissions {

    public static final String ACCOUNT = "1234567890123456";
    public static final String ALICE = "acs:ram::" + ACCOUNT + ":user/alice";

    private static final String ISSUER = "https://sts.example.com";

    private final Path folder;
    private NewKey key;

    /** Alice may add contacts to the directories of the account, and nobody else may do anything. */
    public Permissions(Path folder) throws Exception {
        this.folder = folder;
        this.key = KeyPairs.make("ES256", null);
        replace("jwks.json", key.keySet());
        replace("policy.json", policy("Allow", ALICE));
    }

    /** The key that commands are signed with. */
    public NewKey key() {
        return key;
    }

    /** Signs with another key from now on; the file stays as it is. */
    public void signWith(NewKey other) {
        key = other;
    }

    /** At once, as it is done where a worker runs. */
    public void replace(String name, String content) throws Exception {
        Path next = Files.writeString(folder.resolve(name + ".new"), content);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** With one statement about adding contacts to the directories of the account. */
    public static String policy(String effect, String principal) {
        return """
                {"Version":"1","Statement":[{"Effect":"%s","Principal":{"RAM":["%s"]},
                 "Action":"resourcemanager:AddMessageContact",
                 "Resource":"acs:resourcemanager:*:%s:messagecontact/*"}]}""".formatted(effect, principal, ACCOUNT);
    }

    /** Of a worker that asks for permissions; they may be changed. */
    public Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "AUTHORIZATION_JWKS_FILE", folder.resolve("jwks.json").toString(),
                "AUTHORIZATION_POLICY_FILE", folder.resolve("policy.json").toString(),
                "AUTHORIZATION_ISSUER", ISSUER));
    }

    /** The same record with a token that is valid for five minutes. */
    public ProducerRecord<byte[], byte[]> signed(ProducerRecord<byte[], byte[]> record, String subject)
            throws BrokenFileException {
        String token = new TokenSigner(key.privateKey(), ISSUER, subject, "message-contact", Duration.ofMinutes(5))
                .tokenFor(record.value(), Instant.now());
        record.headers().add(TokenSigner.HEADER, token.getBytes(UTF_8));
        return record;
    }
}
