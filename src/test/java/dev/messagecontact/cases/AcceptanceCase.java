package dev.messagecontact.cases;

import dev.messagecontact.command.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One record of a topic that commands are taken from, and the answer that it must get.
 *
 * @param name what it shows
 * @param origin which of the two topics
 * @param key null for none
 * @param headers in the order in which they are sent
 * @param value null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // cases are read, never compared
public record AcceptanceCase(
        String name,
        Origin origin,
        byte @Nullable [] key,
        List<Header> headers,
        byte @Nullable [] value,
        Expected expected) {

    /** The files whose cases depend on nothing but the record. */
    public static final List<String> STATELESS =
            List.of("emails", "envelope", "malformed", "names", "phones", "titles-and-types");

    private static final String OUTCOMES = "verification-outcomes";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The answer that a record must get. What is null is not stated by the case.
     *
     * @param topic {@code results} or {@code errors}
     * @param code the error's code
     * @param violations the codes that the error lists, in order
     * @param requestId the RequestId that the answer carries
     * @param directoryId the ResourceDirectoryId that the answer carries
     * @param email whether an email verification is requested
     * @param sms whether an SMS verification is requested
     * @param sameAs the RequestId whose earlier answer this one equals
     * @param deadLetter whether the record also stands in the dead letters
     * @param type the CloudEvents type of the answer
     * @param value the whole value of the answer
     * @param requests the VerificationIds of the requests that follow; empty if none is stated
     */
    public record Expected(
            String topic,
            @Nullable String code,
            @Nullable List<String> violations,
            @Nullable String requestId,
            @Nullable String directoryId,
            @Nullable Boolean email,
            @Nullable Boolean sms,
            @Nullable String sameAs,
            boolean deadLetter,
            @Nullable String type,
            @Nullable JsonNode value,
            List<String> requests) {

        private static Expected of(JsonNode json) {
            return new Expected(
                    json.get("topic").asString(),
                    text(json.get("Code")),
                    json.has("Violations") ? texts(json.get("Violations")) : null,
                    text(json.get("RequestId")),
                    text(json.get("ResourceDirectoryId")),
                    json.has("email") ? json.get("email").booleanValue() : null,
                    json.has("sms") ? json.get("sms").booleanValue() : null,
                    text(json.get("same_as")),
                    json.has("dead_letter") && json.get("dead_letter").booleanValue(),
                    text(json.get("type")),
                    json.get("value"),
                    json.has("requests") ? texts(json.get("requests")) : List.of());
        }
    }

    /**
     * The cases of a file, in the order in which their records are to be produced.
     *
     * @param file its name without {@code .jsonl}
     */
    public static List<AcceptanceCase> of(String file) {
        List<AcceptanceCase> cases = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(resource("/cases/" + file + ".jsonl"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    cases.add(of(JSON.readTree(line)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    /** HTTP status and message of each code that the public operation documents. */
    public static Map<String, JsonNode> documentedErrors() {
        Map<String, JsonNode> errors = new LinkedHashMap<>();
        JSON.readTree(resource("/cases/error-codes.json"))
                .properties()
                .forEach(error -> errors.put(error.getKey(), error.getValue()));
        return errors;
    }

    @Override
    public String toString() {
        return name;
    }

    private static AcceptanceCase of(JsonNode json) {
        List<Header> headers = new ArrayList<>();
        if (json.has("headers")) {
            json.get("headers")
                    .properties()
                    .forEach(header -> headers.add(new RecordHeader(header.getKey(), bytes(header.getValue()))));
        }
        return new AcceptanceCase(
                json.get("case").asString(),
                json.path("topic").asString("").equals(OUTCOMES) ? Origin.SENDERS : Origin.UPSTREAM,
                bytes(json.get("key")),
                headers,
                json.has("base64") ? decode(json.get("base64")) : value(json.get("value")),
                Expected.of(json.get("expect")));
    }

    private static byte @Nullable [] value(JsonNode json) {
        return json.isNull() ? null : JSON.writeValueAsBytes(json);
    }

    private static byte @Nullable [] bytes(@Nullable JsonNode json) {
        if (json == null || json.isNull()) {
            return null;
        }
        return json.isObject() ? decode(json.get("base64")) : json.asString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decode(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asString());
    }

    private static @Nullable String text(@Nullable JsonNode json) {
        return json == null ? null : json.asString();
    }

    private static List<String> texts(JsonNode json) {
        return json.values().stream().map(JsonNode::asString).toList();
    }

    private static InputStream resource(String path) {
        InputStream stream = AcceptanceCase.class.getResourceAsStream(path);
        if (stream == null) {
            throw new IllegalStateException("no such resource: " + path);
        }
        return stream;
    }
}
