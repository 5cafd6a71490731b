package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** The names of the headers that events and dead letters carry, and how their values are written and read. */
final class EventHeaders {

    static final String SPECVERSION = "ce_specversion";
    static final String ID = "ce_id";
    static final String SOURCE = "ce_source";
    static final String TYPE = "ce_type";
    static final String TIME = "ce_time";
    static final String SUBJECT = "ce_subject";
    static final String REPLAYED = "ce_replayed";
    static final String CONTENT_TYPE = "content-type";

    /** Every header that the worker adds to a dead letter begins with this. */
    static final String DEAD_LETTER_PREFIX = "dl-";

    static final String DEAD_LETTER_REASON = "dl-reason";
    static final String DEAD_LETTER_TOPIC = "dl-topic";
    static final String DEAD_LETTER_PARTITION = "dl-partition";
    static final String DEAD_LETTER_OFFSET = "dl-offset";
    static final String DEAD_LETTER_TIMESTAMP = "dl-timestamp";
    static final String DEAD_LETTER_WORKER_VERSION = "dl-worker-version";
    static final String DEAD_LETTER_POINTER = "dl-pointer";
    static final String DEAD_LETTER_VALUE_BYTES = "dl-value-bytes";
    static final String DEAD_LETTER_VALUE_SHA256 = "dl-value-sha256";
    static final String DEAD_LETTER_REDRIVEN_FROM = "dl-redriven-from";

    /** The mark of a command that was resubmitted. */
    static final String RESUBMITTED_FROM = "resubmitted-from";

    private EventHeaders() {}

    static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /** Returns the last header of this name as text; null if there is none. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    /** Returns all headers but those of this name, in their order. */
    static List<Header> without(Headers headers, String name) {
        return StreamSupport.stream(headers.spliterator(), false)
                .filter(header -> !header.key().equals(name))
                .toList();
    }

    /** Returns the headers that the record came with before it became a dead letter. */
    static List<Header> withoutDeadLetterHeaders(Headers headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .filter(header -> !header.key().startsWith(DEAD_LETTER_PREFIX))
                .toList();
    }
}
