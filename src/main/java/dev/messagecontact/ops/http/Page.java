package dev.messagecontact.ops.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What the management port answers.
 *
 * @param status of HTTP
 * @param type media type
 */
@SuppressWarnings("ArrayRecordComponent") // written once, compared never
public record Page(int status, String type, byte[] body) {

    public static final String JSON = "application/json";

    static Page text(int status, String text) {
        return new Page(status, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    }
}
