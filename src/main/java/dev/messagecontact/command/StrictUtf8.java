package dev.messagecontact.command;

import static java.nio.charset.CodingErrorAction.REPORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes well-formed UTF-8 and nothing else: no overlong forms, no encoded surrogates, no replacement characters.
 * Reuses its buffers, so each thread needs its own.
 */
final class StrictUtf8 {

    private final CharsetDecoder decoder =
            UTF_8.newDecoder().onMalformedInput(REPORT).onUnmappableCharacter(REPORT);
    private CharBuffer text = CharBuffer.allocate(1024);

    /** The text of these bytes, valid until the next call; null if they are not UTF-8. */
    @Nullable
    CharBuffer decode(byte[] bytes) {
        if (text.capacity() < bytes.length) {
            text = CharBuffer.allocate(bytes.length); // UTF-8 has at most one char a byte
        }
        text.clear();
        boolean wellFormed =
                decoder.reset().decode(ByteBuffer.wrap(bytes), text, true).isUnderflow();
        return wellFormed ? text.flip() : null;
    }
}
