import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes one AddMessageContact command with a token that proves who sends it. The key is a private RSA key as {@code
 * contacts keys} makes it; in production the issuer has it, and the publisher asks the issuer for the token.
 *
 * <pre>java -cp 'kafka-clients.jar:slf4j-api.jar:nimbus-jose-jwt.jar' PublishSigned.java \
 *   localhost:9092 rd-3G2b1x command.json private.json https://sts.example.com acs:ram::1234567890123456:user/alice</pre>
 */
public final class PublishSigned {

    public static void main(String[] args) throws Exception {
        byte[] command = Files.readAllBytes(Path.of(args[2]));
        RSAKey key = RSAKey.parse(Files.readString(Path.of(args[3])));
        String token = token(command, key, args[4], args[5]);

        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0],
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var record = new ProducerRecord<>("message-contact.commands", args[1], command);
            record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
            record.headers().add("authorization", token.getBytes(StandardCharsets.US_ASCII));

            // If this throws, the command may or may not be there: send it again with the same RequestId.
            RecordMetadata position = producer.send(record).get();
            System.out.println("published at " + position.partition() + "/" + position.offset());
        }
    }

    /** Good for exactly these bytes, for five minutes. */
    private static String token(byte[] command, RSAKey key, String issuer, String subject) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(command);
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience("message-contact")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("value_hash", Base64.getUrlEncoder().withoutPadding().encodeToString(hash))
                .build();
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private PublishSigned() {}
}
