package dev.messagecontact.authorization.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.Claims;
import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.token.CompactToken.ParsedHeaders;
import dev.messagecontact.authorization.token.KeyPairs.NewKey;
import java.security.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCheckTest {

    private static final String ISSUER = "https://sts.example.com";
    private static final String AUDIENCE = "message-contact";
    private static final String ALICE = "acs:ram::1234567890123456:user/alice";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] VALUE = "{\"Name\":\"tom\"}".getBytes(UTF_8);

    private static final NewKey RSA = key("RS256");

    @ParameterizedTest
    @MethodSource("algorithmsAndProviders")
    void each_algorithm_proves_the_sender(String algorithm, Provider provider) throws Exception {
        NewKey key = key(algorithm);
        TokenCheck check = check(key.keySet(), provider);
        String token = signer(key).tokenFor(VALUE, NOW);

        assertEquals(new Sender.Proven(ALICE), sender(check, token));
        assertEquals(denied(Denial.SIGNATURE), sender(check, withChangedSignature(token)));
        assertEquals(denied(Denial.SIGNATURE), sender(check, token.substring(0, token.lastIndexOf('.') + 1) + "AA"));
    }

    @ParameterizedTest
    @MethodSource("algorithmsAndProviders")
    void the_key_of_another_is_the_wrong_one(String algorithm, Provider provider) throws Exception {
        NewKey key = key(algorithm);
        String stranger =
                key(algorithm).privateKey().replaceFirst("\"kid\" : \"[^\"]*\"", "\"kid\" : \"" + key.id() + "\"");
        String token = new TokenSigner(stranger, ISSUER, ALICE, AUDIENCE, Duration.ofMinutes(5)).tokenFor(VALUE, NOW);
        assertEquals(denied(Denial.SIGNATURE), sender(check(key.keySet(), provider), token));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void on_linux_it_is_not_left_to_the_slower_code() {
        Provider provider = SignatureProvider.fastest();
        assertNotNull(provider);
        assertEquals("AmazonCorrettoCryptoProvider", provider.getName());
    }

    @Test
    void the_example_of_rfc_8037_verifies() throws Exception {
        OctetKeyPair key = OctetKeyPair.parse(
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        JWSObject example = JWSObject.parse("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
        assertTrue(example.verify(Ed25519.verifier(key)));
    }

    @ParameterizedTest
    @CsvSource({
        "iss, https://other.example.com, ISSUER",
        "aud, somebody-else, AUDIENCE",
        "sub, alice, MALFORMED_TOKEN",
        "value_hash, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, OTHER_VALUE",
    })
    void each_claim_must_be_ours(String claim, String wrong, Denial reason) throws Exception {
        Map<String, Object> claims = claims();
        claims.put(claim, wrong);
        assertEquals(denied(reason), sender(check(RSA.keySet()), signed(claims)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "aud", "iat", "exp", "value_hash"})
    void each_claim_must_be_there(String claim) throws Exception {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        Denial reason = claim.equals("aud") ? Denial.AUDIENCE : Denial.MALFORMED_TOKEN;
        assertEquals(denied(reason), sender(check(RSA.keySet()), signed(claims)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "proven",
            value = {
                "-61, NOT_YET_VALID", // the leeway is a minute
                "-60, proven",
                "0, proven",
                "359, proven",
                "360, EXPIRED",
                "31536000, EXPIRED"
            })
    void expiry_is_judged_by_the_records_timestamp(long secondsAfterIssue, Denial reason) throws Exception {
        String token = signer(RSA).tokenFor(VALUE, NOW); // five minutes
        ConsumerRecord<byte[], byte[]> record = record(token, VALUE, NOW.plusSeconds(secondsAfterIssue));
        assertEquals(
                reason == null ? new Sender.Proven(ALICE) : denied(reason),
                check(RSA.keySet()).senderOf(record, true));
    }

    @Test
    void a_token_is_not_valid_before_it_says() throws Exception {
        Map<String, Object> claims = claims();
        claims.put("nbf", NOW.plusSeconds(61).getEpochSecond());
        assertEquals(denied(Denial.NOT_YET_VALID), sender(check(RSA.keySet()), signed(claims)));
    }

    @Test
    void a_token_cannot_be_lifted_onto_another_value() throws Exception {
        String token = signer(RSA).tokenFor(VALUE, NOW);
        byte[] other = "{\"Name\":\"tim\"}".getBytes(UTF_8);
        assertEquals(denied(Denial.OTHER_VALUE), check(RSA.keySet()).senderOf(record(token, other, NOW), true));
    }

    @Test
    void a_token_does_not_cover_ids_outside_of_the_value() throws Exception {
        String token = signer(RSA).tokenFor(VALUE, NOW);
        assertEquals(denied(Denial.ID_OUTSIDE_VALUE), check(RSA.keySet()).senderOf(record(token, VALUE, NOW), false));
    }

    @Test
    void the_algorithm_none_proves_nobody() throws Exception {
        String payload = Base64URL.encode(new Payload(claims()).toString()).toString();
        for (String alg : new String[] {"none", "None", "NONE", ""}) {
            String header = Base64URL.encode("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(alg, RSA.id()))
                    .toString();
            for (String signature : new String[] {"", "AA"}) {
                Sender sender = sender(check(RSA.keySet()), header + "." + payload + "." + signature);
                assertTrue(sender instanceof Sender.Unproven, alg);
            }
        }
    }

    @Test
    void a_public_key_is_no_secret_to_sign_with() throws Exception {
        RSAKey publicKey = RSAKey.parse(RSA.privateKey()).toPublicJWK();
        for (byte[] secret : new byte[][] {
            publicKey.toRSAPublicKey().getEncoded(),
            publicKey.toJSONString().getBytes(UTF_8),
            publicKey.getModulus().decode()
        }) {
            JWSObject token = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(RSA.id()).build(), new Payload(claims()));
            token.sign(new MACSigner(secret));
            assertEquals(denied(Denial.ALGORITHM), sender(check(RSA.keySet()), token.serialize()));
        }
    }

    @Test
    void an_algorithm_must_be_allowed_and_its_keys_own() throws Exception {
        String token = signer(RSA).tokenFor(VALUE, NOW);
        TokenCheck onlyElliptic = new TokenCheck(
                Map.of(ISSUER, IssuerKeys.read(RSA.keySet().getBytes(UTF_8), null)),
                Set.of("ES256"),
                AUDIENCE,
                Duration.ofMinutes(1),
                new ParsedHeaders());
        assertEquals(denied(Denial.ALGORITHM), sender(onlyElliptic, token));

        String asPs256 = RSA.privateKey().replace("RS256", "PS256");
        String other = new TokenSigner(asPs256, ISSUER, ALICE, AUDIENCE, Duration.ofMinutes(5)).tokenFor(VALUE, NOW);
        assertEquals(denied(Denial.ALGORITHM), sender(check(RSA.keySet()), other));
    }

    @Test
    void keys_are_replaced_without_a_gap() throws Exception {
        NewKey next = KeyPairs.make("ES256", RSA.keySet());
        String old = signer(RSA).tokenFor(VALUE, NOW);
        String young = signer(next).tokenFor(VALUE, NOW);

        assertEquals(denied(Denial.UNKNOWN_KEY), sender(check(RSA.keySet()), young));
        TokenCheck both = check(next.keySet());
        assertEquals(new Sender.Proven(ALICE), sender(both, old));
        assertEquals(new Sender.Proven(ALICE), sender(both, young));
    }

    @Test
    void the_keys_of_one_issuer_are_not_those_of_another() throws Exception {
        NewKey other = key("ES256");
        TokenCheck check = new TokenCheck(
                Map.of(
                        ISSUER,
                        IssuerKeys.read(RSA.keySet().getBytes(UTF_8), null),
                        "https://other.example.com",
                        IssuerKeys.read(other.keySet().getBytes(UTF_8), null)),
                Set.copyOf(Algorithms.ALL),
                AUDIENCE,
                Duration.ofMinutes(1),
                new ParsedHeaders());
        assertEquals(denied(Denial.UNKNOWN_KEY), sender(check, signer(other).tokenFor(VALUE, NOW)));
    }

    @Test
    void no_header_and_an_oversized_one_prove_nobody() throws Exception {
        TokenCheck check = check(RSA.keySet());
        assertEquals(denied(Denial.NO_TOKEN), check.senderOf(record((byte[]) null, VALUE, NOW), true));
        assertEquals(denied(Denial.NO_TOKEN), sender(check, ""));
        assertEquals(denied(Denial.TOKEN_TOO_LARGE), sender(check, "e".repeat(TokenCheck.LONGEST_TOKEN + 1)));
    }

    @Test
    void no_bytes_whatever_make_it_throw() throws Exception {
        TokenCheck check = check(RSA.keySet());
        byte[] token = signer(RSA).tokenFor(VALUE, NOW).getBytes(UTF_8);
        Random random = new Random(21);
        for (int i = 0; i < 3_000; i++) {
            byte[] odd = token.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                odd[random.nextInt(odd.length)] = (byte) random.nextInt(256);
            }
            check.senderOf(record(odd, VALUE, NOW), true);
        }
        String deep = Base64URL.encode("{\"alg\":" + "[".repeat(5_000)).toString();
        assertEquals(denied(Denial.MALFORMED_TOKEN), sender(check, deep + ".e30.AA"));
        String crit = Base64URL.encode(
                        "{\"alg\":\"RS256\",\"kid\":\"%s\",\"crit\":[\"exp\"],\"exp\":1}".formatted(RSA.id()))
                .toString();
        String payload = Base64URL.encode(new Payload(claims()).toString()).toString();
        assertEquals(denied(Denial.MALFORMED_TOKEN), sender(check, crit + "." + payload + ".AA"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", " ", "+", "*", ".", "\u00e9"})
    void what_is_no_base64_for_urls_proves_nobody(String stray) throws Exception {
        TokenCheck check = check(RSA.keySet());
        String token = signer(RSA).tokenFor(VALUE, NOW);
        assertEquals(new Sender.Proven(ALICE), sender(check, token));
        for (int at : List.of(0, 4, token.indexOf('.') + 4, token.lastIndexOf('.') + 4, token.length())) {
            String odd = token.substring(0, at) + stray + token.substring(at);
            assertEquals(denied(Denial.MALFORMED_TOKEN), sender(check, odd), "at " + at);
        }
    }

    @Test
    void made_up_headers_are_not_kept_for_ever() throws Exception {
        TokenCheck check = check(RSA.keySet());
        String claims = Base64URL.encode(new Payload(claims()).toString()).toString();
        int most = 0;
        for (int i = 0; i < 1_000; i++) {
            String madeUp = Base64URL.encode("{\"alg\":\"RS256\",\"kid\":\"%d\"}".formatted(i))
                    .toString();
            assertEquals(denied(Denial.UNKNOWN_KEY), sender(check, madeUp + "." + claims + ".AA"));
            most = Math.max(most, check.headers().size());
        }
        assertTrue(most > 1 && most <= 64, "at most " + most);
        assertEquals(new Sender.Proven(ALICE), sender(check, signer(RSA).tokenFor(VALUE, NOW)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"x\":\"AA\",\"y\":\"AA\"}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"a\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"alg\":\"RS256\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"AAAA\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"e\":\"AQAB\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\"}]}",
            })
    void keys_that_cannot_be_used_are_refused(String keySet) {
        BrokenFileException refusal =
                assertThrows(BrokenFileException.class, () -> IssuerKeys.read(keySet.getBytes(UTF_8), null));
        assertTrue(!String.valueOf(refusal.getMessage()).contains("AA"), refusal::getMessage);
    }

    @Test
    void private_keys_do_not_belong_into_the_workers_file() {
        String keySet = "{\"keys\":[" + RSA.privateKey() + "]}";
        BrokenFileException refusal =
                assertThrows(BrokenFileException.class, () -> IssuerKeys.read(keySet.getBytes(UTF_8), null));
        assertEquals("it holds a private or symmetric key; the worker needs public keys only", refusal.getMessage());
    }

    /** Java's own code, and the faster one where it runs. */
    static Stream<Arguments> algorithmsAndProviders() {
        return Algorithms.ALL.stream()
                .flatMap(algorithm -> Stream.of(null, SignatureProvider.fastest())
                        .distinct()
                        .map(provider -> Arguments.of(algorithm, provider)));
    }

    private static NewKey key(String algorithm) {
        try {
            return KeyPairs.make(algorithm, null);
        } catch (BrokenFileException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TokenCheck check(String keySet) throws BrokenFileException {
        return check(keySet, null);
    }

    private static TokenCheck check(String keySet, Provider provider) throws BrokenFileException {
        return new TokenCheck(
                Map.of(ISSUER, IssuerKeys.read(keySet.getBytes(UTF_8), provider)),
                Set.copyOf(Algorithms.ALL),
                AUDIENCE,
                Duration.ofMinutes(1),
                new ParsedHeaders());
    }

    private static TokenSigner signer(NewKey key) throws BrokenFileException {
        return new TokenSigner(key.privateKey(), ISSUER, ALICE, AUDIENCE, Duration.ofMinutes(5));
    }

    private static Map<String, Object> claims() {
        return new HashMap<>(Map.of(
                "iss",
                ISSUER,
                "sub",
                ALICE,
                "aud",
                AUDIENCE,
                "iat",
                NOW.getEpochSecond(),
                "exp",
                NOW.plusSeconds(300).getEpochSecond(),
                Claims.VALUE_HASH,
                Claims.hashOf(VALUE)));
    }

    private static String signed(Map<String, Object> claims) throws Exception {
        JWSObject token = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(RSA.id()).build(), new Payload(claims));
        token.sign(new com.nimbusds.jose.crypto.RSASSASigner(RSAKey.parse(RSA.privateKey())));
        return token.serialize();
    }

    private static String withChangedSignature(String token) throws JOSEException {
        int dot = token.lastIndexOf('.');
        char first = token.charAt(dot + 1);
        return token.substring(0, dot + 1) + (first == 'A' ? 'B' : 'A') + token.substring(dot + 2);
    }

    private static Sender sender(TokenCheck check, String token) {
        return check.senderOf(record(token, VALUE, NOW), true);
    }

    private static Sender denied(Denial reason) {
        return new Sender.Unproven(reason);
    }

    private static ConsumerRecord<byte[], byte[]> record(String token, byte[] value, Instant timestamp) {
        return record(token == null ? null : token.getBytes(UTF_8), value, timestamp);
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] token, byte[] value, Instant timestamp) {
        RecordHeaders headers = new RecordHeaders();
        if (token != null) {
            headers.add(TokenCheck.HEADER, token);
        }
        return new ConsumerRecord<>(
                "commands",
                0,
                7,
                timestamp.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                null,
                value,
                headers,
                Optional.empty());
    }
}
