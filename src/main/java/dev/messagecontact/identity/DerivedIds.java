package dev.messagecontact.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.UUID;

/** Derives every id that the worker makes. Stateless; any thread may call it. */
public final class DerivedIds {

    private DerivedIds() {}

    /** The contact that a request makes in a directory: public id, primary key and idempotency key at once. */
    public static String contactId(String directoryId, String requestId) {
        return "c-" + Base62.last16Digits(Sha256.of(directoryId, requestId));
    }

    /**
     * The first request to verify a target of a contact, made by the one that adds it.
     *
     * @param channel the channel's name in ids, {@code email} or {@code sms}
     * @param target the email address or phone number as it stands in the verification event
     */
    public static String verificationId(String contactId, String channel, String target) {
        return "v-" + Base62.last16Digits(Sha256.of(contactId, channel, target));
    }

    /** A further request to verify a target of a contact, made by this request; the first one's id knows no request. */
    public static String verificationId(String contactId, String channel, String target, String requestId) {
        return "v-" + Base62.last16Digits(Sha256.of(contactId, channel, target, requestId));
    }

    /**
     * The request id of a record that brings none: a UUID in upper case, version 8 of RFC 9562 (a digest of our own
     * choice).
     */
    public static String requestId(UUID topicId, int partition, long offset) {
        byte[] position = ByteBuffer.allocate(28)
                .putLong(topicId.getMostSignificantBits())
                .putLong(topicId.getLeastSignificantBits())
                .putInt(partition)
                .putLong(offset)
                .array();
        ByteBuffer digest = ByteBuffer.wrap(Sha256.of(position));
        long high = (digest.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x8000L;
        long low = (digest.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low).toString().toUpperCase(Locale.ROOT);
    }

    /**
     * Distinguishes two commands with the same request id by their content: 64 bits of a SHA-256, enough because only
     * commands of one request id are ever compared.
     */
    public static long fingerprint(String... content) {
        return ByteBuffer.wrap(Sha256.of(content)).getLong();
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
