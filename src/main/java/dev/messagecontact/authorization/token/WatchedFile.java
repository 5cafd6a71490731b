package dev.messagecontact.authorization.token;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is read again when it changes. It is compared as a whole: times and sizes of files lie when they are copied
 * or mounted. One thread looks; any thread may read what it holds.
 */
final class WatchedFile<T> {

    private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

    private static final int MOST_BYTES = 1024 * 1024;

    private final String name;
    private final Path path;
    private final Parser<T> parser;
    private volatile T content;
    private volatile boolean refused;
    private byte @Nullable [] seen;

    /** Makes sense of a file's bytes. */
    interface Parser<T> {
        T parse(byte[] bytes) throws BrokenFileException;
    }

    /**
     * Reads it for the first time.
     *
     * @param name of the setting, for messages
     * @throws BrokenFileException if it cannot be used
     */
    WatchedFile(String name, Path path, Parser<T> parser) throws BrokenFileException {
        this.name = name;
        this.path = path;
        this.parser = parser;
        byte[] bytes = read();
        this.content = parser.parse(bytes);
        this.seen = bytes;
    }

    /** What it said when it was last usable. */
    T content() {
        return content;
    }

    /** Whether what stands in the file now cannot be used, so that what stood there before still holds. */
    boolean isRefused() {
        return refused;
    }

    /** Reads it again if it has changed; a broken one is refused, and what was read before stays. */
    void look() {
        try {
            byte[] bytes = read();
            if (!Arrays.equals(bytes, seen)) {
                seen = bytes;
                content = parser.parse(bytes);
                log.info("{}: {} has changed; its new content holds from the next batch on", name, path);
                refused = false;
            } else if (refused) {
                content = parser.parse(bytes); // it could not be read for a while, and is what it was
                refused = false;
            }
        } catch (BrokenFileException e) {
            refuse(e.getMessage());
        } catch (RuntimeException | Error e) { // memory may have been short for a moment
            seen = null; // so that the next look parses it again
            refuse(Fault.withoutMessage(e));
        }
    }

    private void refuse(@Nullable String reason) {
        if (!refused) {
            refused = true;
            log.error("{}: {} cannot be used; its last good content still holds: {}", name, path, reason);
        }
    }

    private byte[] read() throws BrokenFileException {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new BrokenFileException("it has more than a mebibyte");
            }
            return bytes;
        } catch (IOException | SecurityException e) {
            throw new BrokenFileException("it cannot be read");
        }
    }
}
