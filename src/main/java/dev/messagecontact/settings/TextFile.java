package dev.messagecontact.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what people have written with an editor of theirs. */
final class TextFile {

    /** Some editors on Windows put it before a text in UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextFile() {}

    /** The text of a file in UTF-8, without a byte order mark. */
    static String read(Path file) throws IOException {
        String text = Files.readString(file, UTF_8);
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
