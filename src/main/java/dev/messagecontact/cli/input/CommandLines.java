package dev.messagecontact.cli.input;

import dev.messagecontact.command.DecoderLimits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a JSON Lines file, byte for byte without their line ends (LF, CR LF or CR); blank ones are left out, and so
 * are those that are too long, of which no more is held in memory than may be.
 */
public final class CommandLines {

    private static final int END = -1;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int BEYOND_THE_LIMIT = 64 * 1024;

    private final InputStream input;
    private final int longest;
    private final LongConsumer tooLong;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private boolean isTooLong;
    private boolean afterCarriageReturn;
    private long number;

    /**
     * @param longest how many bytes a line may have
     * @param tooLong gets the number of each longer line as soon as that is known, before the line's end
     */
    public CommandLines(InputStream input, int longest, LongConsumer tooLong) {
        this.input = new BufferedInputStream(input, 1 << 16);
        this.longest = longest;
        this.tooLong = tooLong;
    }

    /** How long a line may be: a command that is too large for the worker is read too, so that it is answered. */
    public static int longest(DecoderLimits commands) {
        return Math.max(MEBIBYTE, commands.maxValueBytes() + BEYOND_THE_LIMIT);
    }

    /** The next line; null after the last one. */
    public byte @Nullable [] next() throws IOException {
        boolean ended;
        do {
            ended = readLine();
            if (!isTooLong && !isBlank()) {
                return line.toByteArray();
            }
        } while (!ended);
        return null;
    }

    /** The number of the line that came last, from 1. */
    public long number() {
        return number;
    }

    /** Returns whether nothing comes after this line. */
    private boolean readLine() throws IOException {
        number++;
        line.reset();
        isTooLong = false;
        while (true) {
            int read = input.read();
            if (read == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false; // the second half of a line end
                continue;
            }
            afterCarriageReturn = read == '\r';
            if (read == END || read == '\n' || read == '\r') {
                return read == END;
            }
            take(read);
        }
    }

    private void take(int read) {
        if (line.size() < longest) {
            line.write(read);
        } else if (!isTooLong) {
            isTooLong = true;
            tooLong.accept(number);
        }
    }

    private boolean isBlank() {
        for (byte character : line.toByteArray()) {
            if (character != ' ' && character != '\t') {
                return false;
            }
        }
        return true;
    }
}
