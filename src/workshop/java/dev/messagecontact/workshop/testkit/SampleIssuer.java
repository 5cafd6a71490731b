package dev.messagecontact.workshop.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.token.KeyPairs;
import dev.messagecontact.authorization.token.KeyPairs.NewKey;
import dev.messagecontact.authorization.token.TokenSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * An issuer of tokens with a key pair of its own, and a policy that permits one of its two senders everything in the
 * directories of one account. Any thread may call it.
 */
public final class SampleIssuer {

    /** The account that the directories must have. */
    public static final String ACCOUNT = "1234567890123456";

    private static final String NAME = "sample-issuer";
    private static final String AUDIENCE = "message-contact";
    private static final String PERMITTED = "acs:ram::" + ACCOUNT + ":user/alice";
    private static final String STRANGER = "acs:ram::" + ACCOUNT + ":user/mallory";

    /** Longer than any load takes that was signed before it is sent. */
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final Path keySet;
    private final Path policy;
    private final TokenSigner permitted;
    private final TokenSigner stranger;

    private SampleIssuer(Path keySet, Path policy, TokenSigner permitted, TokenSigner stranger) {
        this.keySet = keySet;
        this.policy = policy;
        this.permitted = permitted;
        this.stranger = stranger;
    }

    /**
     * Makes the key pair, and writes public key and policy for a worker into this folder; the private key stays in memory.
     *
     * @param algorithm one of {@link dev.messagecontact.authorization.token.Algorithms#ALL}
     */
    public static SampleIssuer in(Path folder, String algorithm) {
        try {
            NewKey key = KeyPairs.make(algorithm, null);
            Path keySet = Files.writeString(folder.resolve("jwks.json"), key.keySet());
            Path policy = Files.writeString(folder.resolve("policy.json"), policy());
            return new SampleIssuer(keySet, policy, signer(key, PERMITTED), signer(key, STRANGER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (BrokenFileException e) {
            throw new IllegalStateException(e); // the key is our own
        }
    }

    private static TokenSigner signer(NewKey key, String subject) throws BrokenFileException {
        return new TokenSigner(key.privateKey(), NAME, subject, AUDIENCE, LIFETIME);
    }

    private static String policy() {
        return """
                {"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["%s"]},
                 "Action":"resourcemanager:*MessageContact","Resource":"acs:resourcemanager:*:%s:messagecontact/*"}]}
                """.formatted(PERMITTED, ACCOUNT);
    }

    /** The settings that switch permissions on for a worker. */
    public Map<String, String> settings() {
        return Map.of(
                "AUTHORIZATION_JWKS_FILE", keySet.toAbsolutePath().toString(),
                "AUTHORIZATION_POLICY_FILE", policy.toAbsolutePath().toString(),
                "AUTHORIZATION_ISSUER", NAME);
    }

    /** Adds the permitted sender's token for its value to a record. */
    public ProducerRecord<byte[], byte[]> signed(ProducerRecord<byte[], byte[]> record) {
        record.headers().add(token(record.value(), permitted));
        return record;
    }

    /** Adds a valid token to a record, in the name of a sender whom no statement of the policy permits anything. */
    public ProducerRecord<byte[], byte[]> signedByStranger(ProducerRecord<byte[], byte[]> record) {
        record.headers().add(token(record.value(), stranger));
        return record;
    }

    /** The header with the permitted sender's token for this value. */
    public Header token(byte @Nullable [] value) {
        return token(value, permitted);
    }

    private static Header token(byte @Nullable [] value, TokenSigner signer) {
        byte[] signed = value == null ? new byte[0] : value; // a tombstone is no command, whoever signed it
        return new RecordHeader(
                TokenSigner.HEADER, signer.tokenFor(signed, Instant.now()).getBytes(US_ASCII));
    }
}
