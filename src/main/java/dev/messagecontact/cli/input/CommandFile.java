package dev.messagecontact.cli.input;

import dev.messagecontact.cli.line.Invocation;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.ParameterException;

/** What is to be submitted or validated: a file or standard input, as it is or compressed with gzip. */
public final class CommandFile implements AutoCloseable {

    private static final String STANDARD_INPUT = "-";
    private static final int UNKNOWN = -1;

    /** What files begin with that hold no lines of JSON. */
    private enum Format {
        GZIP("gzip", 0x1f, 0x8b),
        ZSTANDARD("zstd", 0x28, 0xb5, 0x2f, 0xfd),
        XZ("xz", 0xfd, '7', 'z', 'X', 'Z'),
        BZIP2("bzip2", 'B', 'Z', 'h'),
        ZIP("zip", 'P', 'K', 0x03, 0x04),
        UTF_16_BIG("UTF-16", 0xfe, 0xff),
        UTF_16_LITTLE("UTF-16", 0xff, 0xfe);

        private final String words;
        private final int[] begin;

        Format(String words, int... begin) {
            this.words = words;
            this.begin = begin;
        }

        boolean isBegunBy(int[] bytes, int count) {
            int compared = Math.min(count, begin.length);
            return Arrays.equals(bytes, 0, compared, begin, 0, compared);
        }
    }

    private final Counting raw;
    private final InputStream content;
    private final long size;

    private CommandFile(InputStream file, long size) throws IOException {
        this.raw = new Counting(file);
        this.size = size;
        BufferedInputStream buffered = new BufferedInputStream(raw);
        Optional<Format> format = format(buffered);
        if (format.isPresent() && format.get() != Format.GZIP) {
            throw new UnsupportedFormatException(format.get().words);
        }
        this.content = format.isPresent() ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    }

    /**
     * Opens it.
     *
     * @param name a path, or {@code -} for standard input
     * @throws UnsupportedFormatException if it is something that holds no lines of JSON; the message names it
     * @throws IOException if it cannot be read
     */
    static CommandFile open(String name) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return new CommandFile(System.in, UNKNOWN);
        }
        Path path = path(name);
        if (Files.isDirectory(path)) {
            throw new UnsupportedFormatException("a folder");
        }
        InputStream file = Files.newInputStream(path);
        try {
            return new CommandFile(file, Files.isRegularFile(path) ? Files.size(path) : UNKNOWN);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the file that a command line names.
     *
     * @throws ParameterException if it cannot be read, or holds no lines of JSON
     */
    public static CommandFile named(String name, Invocation invocation) {
        if (name.isEmpty()) { // which Java takes for the folder that it was started in
            throw invocation.badUsage("the name of the file is empty");
        }
        try {
            return open(name);
        } catch (UnsupportedFormatException e) {
            throw invocation.badUsage("%s is %s; lines of JSON in UTF-8 are read, as they are or compressed with gzip"
                    .formatted(name, e.getMessage()));
        } catch (IOException e) {
            throw invocation.badUsage(name + " cannot be read");
        }
    }

    /** What the lines are read from, already unpacked. */
    public InputStream content() {
        return content;
    }

    /** How many bytes the file has, packed or not; -1 where that is not known. */
    public long size() {
        return size;
    }

    /** How many of these bytes were read so far. */
    public long bytesRead() {
        return raw.count;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    /** This is something that holds no lines of JSON. */
    static final class UnsupportedFormatException extends IOException {

        private static final long serialVersionUID = 1L;

        UnsupportedFormatException(String format) {
            super(format);
        }
    }

    private static Path path(String name) throws IOException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException(e);
        }
    }

    /** Looks no further than it must: a first short line of a pipe that stays open is not held back. */
    private static Optional<Format> format(BufferedInputStream input) throws IOException {
        int[] bytes = new int[8];
        input.mark(bytes.length);
        Optional<Format> format = Optional.empty();
        for (int count = 1; count <= bytes.length; count++) {
            bytes[count - 1] = input.read();
            int known = count;
            format = Arrays.stream(Format.values())
                    .filter(each -> each.isBegunBy(bytes, known))
                    .findFirst();
            if (format.isEmpty() || format.get().begin.length <= known) {
                break;
            }
        }
        input.reset();
        return format;
    }

    /** Counts what is read through it. */
    private static final class Counting extends FilterInputStream {

        private volatile long count;

        Counting(InputStream input) {
            super(input);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
