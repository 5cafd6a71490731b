package dev.messagecontact.command;

import static dev.messagecontact.command.Parameter.ACTION;
import static dev.messagecontact.command.Parameter.REQUEST_ID;
import static dev.messagecontact.command.Parameter.RESOURCE_DIRECTORY_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.identity.DerivedIds;
import java.nio.CharBuffer;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one topic with commands, in each of the accepted forms: a plain JSON object, a CloudEvent in binary
 * mode, a CloudEvent in structured mode. Every record gets an answer; no bytes whatever make it throw. It reuses its
 * buffers, so each thread needs its own.
 *
 * <p>Of several errors the first of these is the answer: empty, too large, not UTF-8, a raw U+0000, too deep, not JSON,
 * not an object, a duplicate field, ill-formed text. (Too deep comes at the depth where reading stops.)
 */
public final class CommandDecoder {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final UUID topicId;
    private final Origin origin;
    private final DecoderLimits limits;
    private final StrictUtf8 utf8 = new StrictUtf8();
    private final CommandReader reader;

    /**
     * @param topicId Kafka's id of the topic that all records come from; request ids are derived from it
     * @param origin which topic that is
     */
    public CommandDecoder(UUID topicId, Origin origin, DecoderLimits limits) {
        this.topicId = topicId;
        this.origin = origin;
        this.limits = limits;
        this.reader = new CommandReader(limits);
    }

    /** The command in this record, or why there is none; and who the answer is for. */
    public Decoded decode(ConsumerRecord<byte[], byte[]> record) {
        boolean structured = CommandForm.of(record) == CommandForm.STRUCTURED;
        ErrorCode error = read(record.value(), structured);
        if (error != null) {
            return new Decoded.Unreadable(envelopeOfUnread(record), error);
        }
        Id requestId = requestId(
                record,
                reader.text(REQUEST_ID),
                reader.isMistyped(REQUEST_ID),
                () -> eventText(REQUEST_ID, "ce_id", record, structured));
        Id directoryId = directoryId(
                record,
                reader.text(RESOURCE_DIRECTORY_ID),
                reader.isMistyped(RESOURCE_DIRECTORY_ID),
                () -> eventText(RESOURCE_DIRECTORY_ID, "ce_subject", record, structured));
        Envelope envelope = envelope(record, requestId, directoryId);
        boolean idsInValue = reader.has(REQUEST_ID) && reader.has(RESOURCE_DIRECTORY_ID);
        Action action = action(record, structured);
        if (action == null) {
            AddMessageContact asAdd =
                    origin == Origin.UPSTREAM ? reader.addMessageContact(requestId.sent(), directoryId.sent()) : null;
            return new Decoded.Unreadable(envelope, ErrorCode.UNSUPPORTED_ACTION, asAdd);
        }
        return action == Action.ADD
                ? new Decoded.Addition(
                        envelope, reader.addMessageContact(requestId.sent(), directoryId.sent()), idsInValue)
                : new Decoded.Action(
                        envelope,
                        reader.contactCommand(action, requestId.sent(), directoryId.sent()),
                        idsInValue && reader.has(ACTION));
    }

    /** Who the answer to a record is for whose value is not read: ids stand in its headers and its key, too. */
    public Envelope envelopeOfUnread(ConsumerRecord<byte[], byte[]> record) {
        Id requestId = requestId(record, null, false, () -> header(record, "ce_id"));
        Id directoryId = directoryId(record, null, false, () -> header(record, "ce_subject"));
        return envelope(record, requestId, directoryId);
    }

    /** What the command asks for; null if it is unknown, or may not be asked for here. */
    private @Nullable Action action(ConsumerRecord<byte[], byte[]> record, boolean structured) {
        return reader.isMistyped(ACTION)
                ? null
                : Action.asked(reader.text(ACTION), eventText(ACTION, "ce_type", record, structured), origin)
                        .orElse(null);
    }

    /** What the CloudEvent around a command says of this parameter, in its value or in this header; null if nothing. */
    private @Nullable String eventText(
            Parameter parameter, String header, ConsumerRecord<byte[], byte[]> record, boolean structured) {
        return structured ? reader.eventText(parameter) : header(record, header);
    }

    private @Nullable ErrorCode read(byte @Nullable [] value, boolean structured) {
        if (value == null || value.length == 0) {
            return ErrorCode.EMPTY_COMMAND;
        }
        if (value.length > limits.maxValueBytes()) {
            return ErrorCode.COMMAND_TOO_LARGE;
        }
        CharBuffer text = startsLikeUtf16Or32(value) ? null : utf8.decode(value);
        if (text == null) {
            return ErrorCode.COMMAND_NOT_UTF8;
        }
        if (text.charAt(0) == BYTE_ORDER_MARK) {
            text.get();
        }
        return reader.read(text, structured);
    }

    /** JSON begins with ASCII, so a zero byte there is half of a wider character. Byte order marks of UTF-16 are no UTF-8. */
    private static boolean startsLikeUtf16Or32(byte[] value) {
        for (int i = 0; i < Math.min(value.length, 4); i++) {
            if (value[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private Id requestId(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable String own,
            boolean mistyped,
            Supplier<@Nullable String> event) {
        return Id.of(
                Identifiers::isRequestId,
                own,
                mistyped,
                event,
                () -> DerivedIds.requestId(topicId, record.partition(), record.offset()));
    }

    private Id directoryId(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable String own,
            boolean mistyped,
            Supplier<@Nullable String> event) {
        return Id.of(Identifiers::isDirectoryId, own, mistyped, event, () -> text(record.key()));
    }

    private Envelope envelope(ConsumerRecord<byte[], byte[]> record, Id requestId, Id directoryId) {
        return new Envelope(record, origin, requireNonNull(requestId.wellFormed()), directoryId.wellFormed());
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : text(header.value());
    }

    /** Null if there is nothing. What is not UTF-8 becomes U+FFFD, which no id and no type of ours has. */
    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0 ? null : new String(bytes, UTF_8);
    }

    /**
     * One of the two ids of a record.
     *
     * @param sent the first that is there at all, well-formed or not; null if it is no text or there is none
     * @param wellFormed the first that is well-formed; null if none is
     */
    private record Id(@Nullable String sent, @Nullable String wellFormed) {

        /** Looks beyond the command's own id only where it has none or a bad one. */
        static Id of(
                Predicate<String> syntax,
                @Nullable String own,
                boolean mistyped,
                Supplier<@Nullable String> event,
                Supplier<@Nullable String> position) {
            if (own != null && syntax.test(own)) {
                return new Id(own, own);
            }
            String second = event.get();
            String third = position.get();
            String fallback = second == null ? third : second;
            String sent = own == null ? fallback : own;
            String wellFormed = second != null && syntax.test(second) ? second : third;
            return new Id(mistyped ? null : sent, wellFormed != null && syntax.test(wellFormed) ? wellFormed : null);
        }
    }
}
