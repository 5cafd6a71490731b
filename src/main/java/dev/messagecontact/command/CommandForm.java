package dev.messagecontact.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The forms in which a command may be published. */
public enum CommandForm {
    /** The value is a CloudEvent, and the command is its data. */
    STRUCTURED("structured CloudEvent"),
    /** The value is the command, and headers make a CloudEvent of it. */
    BINARY("binary CloudEvent"),
    /** The value is the command. */
    PLAIN("plain JSON");

    private static final String STRUCTURED_EVENT = "application/cloudevents+json";

    private final String words;

    CommandForm(String words) {
        this.words = words;
    }

    /** Returns the form of this record. */
    public static CommandForm of(ConsumerRecord<byte[], byte[]> record) {
        if (isStructured(record.headers().lastHeader("content-type"))) {
            return STRUCTURED;
        }
        return record.headers().lastHeader("ce_specversion") == null ? PLAIN : BINARY;
    }

    private static boolean isStructured(@Nullable Header contentType) {
        if (contentType == null || contentType.value() == null) {
            return false;
        }
        String value = new String(contentType.value(), ISO_8859_1);
        int parameters = value.indexOf(';');
        String mediaType = parameters < 0 ? value : value.substring(0, parameters);
        return mediaType.strip().equalsIgnoreCase(STRUCTURED_EVENT);
    }

    /** Returns the form in words for people. */
    public String words() {
        return words;
    }
}
