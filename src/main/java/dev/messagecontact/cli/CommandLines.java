package dev.messagecontact.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a JSON Lines file, byte for byte without their line ends; blank ones are left out. */
final class CommandLines {

    private static final int END = -1;

    private final InputStream input;
    private long number;
    private long bytes;

    CommandLines(InputStream input) {
        this.input = new BufferedInputStream(input, 1 << 16);
    }

    /** The next line; null after the last one. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int read;
        do {
            line.reset();
            read = readLine(line);
        } while (read != END && isBlank(line));
        return isBlank(line) ? null : withoutCarriageReturn(line.toByteArray());
    }

    /** The number of the line that came last, from 1. */
    long number() {
        return number;
    }

    /** How much was read so far. */
    long bytes() {
        return bytes;
    }

    /** Returns what ended it: a line feed or {@link #END}. */
    private int readLine(ByteArrayOutputStream line) throws IOException {
        number++;
        while (true) {
            int read = input.read();
            if (read == END) {
                return END;
            }
            bytes++;
            if (read == '\n') {
                return read;
            }
            line.write(read);
        }
    }

    private static boolean isBlank(ByteArrayOutputStream line) {
        for (byte character : line.toByteArray()) {
            if (character != ' ' && character != '\t' && character != '\r') {
                return false;
            }
        }
        return true;
    }

    private static byte[] withoutCarriageReturn(byte[] line) {
        return line[line.length - 1] == '\r' ? Arrays.copyOf(line, line.length - 1) : line;
    }
}
