package dev.messagecontact.recovery.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What an event says, as far as it can be read: anybody may write into a topic.
 *
 * @param digest of ids and dates ({@code ce_id}, {@code ce_time}, ContactId, CreateDate, VerificationId) and of all, as
 *     {@link Digest#pair}; the same whether replayed or not
 */
record Told(
        @Nullable String id,
        @Nullable String time,
        boolean isReplayed,
        @Nullable String code,
        @Nullable String contactId,
        @Nullable String directoryId,
        long digest) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String REPLAYED = "ce_replayed";
    private static final Set<String> IDS_AND_DATES = Set.of("ContactId", "CreateDate", "VerificationId");

    static Told by(ConsumerRecord<byte[], byte[]> event) {
        return by(event.key(), event.value(), event.headers());
    }

    static Told by(ProducerRecord<byte[], byte[]> event) {
        return by(event.key(), event.value(), event.headers());
    }

    private static Told by(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        String id = text(headers, "ce_id");
        String time = text(headers, "ce_time");
        Digest ids = new Digest().add(id).add(time);
        Fields fields = Fields.of(value, ids);
        return new Told(
                id,
                time,
                headers.lastHeader(REPLAYED) != null,
                fields.code,
                fields.contactId,
                fields.directoryId,
                Digest.pair(ids, whole(key, value, headers, REPLAYED)));
    }

    /**
     * The hash of everything in a record.
     *
     * @param except the header that does not count
     */
    static Digest whole(byte @Nullable [] key, byte @Nullable [] value, Headers headers, String except) {
        Digest all = new Digest().add(key).add(value);
        for (Header header : headers) {
            if (!header.key().equals(except)) {
                all.add(header.key()).add(header.value());
            }
        }
        return all;
    }

    /** A header as text; null if there is none. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    /** The texts in a JSON value that an audit looks at; of several with one name, the last. */
    private static final class Fields {

        private @Nullable String code;
        private @Nullable String contactId;
        private @Nullable String directoryId;

        static Fields of(byte @Nullable [] value, Digest ids) {
            Fields fields = new Fields();
            if (value != null) {
                try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
                    fields.read(json, ids);
                } catch (JacksonException e) {
                    // What could be read counts; the digest of all tells the rest.
                }
            }
            return fields;
        }

        private void read(JsonParser json, Digest ids) {
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    read(json.currentName(), json, depth == 1, ids);
                }
            }
        }

        private void read(@Nullable String name, JsonParser json, boolean outermost, Digest ids) {
            if (name == null) {
                return;
            }
            if (IDS_AND_DATES.contains(name)) {
                ids.add(name).add(json.getString());
            }
            switch (name) {
                case "ContactId" -> contactId = json.getString();
                case "ResourceDirectoryId" -> directoryId = json.getString();
                case "Code" -> code = outermost ? json.getString() : code;
                default -> {
                    // says nothing that is asked here
                }
            }
        }
    }
}
