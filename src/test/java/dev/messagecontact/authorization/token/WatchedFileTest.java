package dev.messagecontact.authorization.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.BrokenFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedFileTest {

    @TempDir
    private Path folder;

    private Path file;
    private Throwable fault;

    @BeforeEach
    void writeFile() throws Exception {
        file = folder.resolve("policy.json");
        Files.writeString(file, "one");
    }

    @Test
    void a_change_is_seen_even_if_size_and_time_are_the_same() throws Exception {
        WatchedFile<String> watched = watched();
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);

        watched.look();

        assertEquals("two", watched.content());
    }

    @Test
    void a_broken_one_is_refused_and_the_old_one_stays_until_it_is_mended() throws Exception {
        WatchedFile<String> watched = watched();
        Files.writeString(file, "broken");
        watched.look();
        assertEquals("one", watched.content());
        assertTrue(watched.isRefused());

        Files.writeString(file, "three");
        watched.look();
        assertEquals("three", watched.content());
        assertFalse(watched.isRefused());
    }

    @Test
    void a_broken_one_stays_refused_and_the_old_one_put_back_is_good() throws Exception {
        WatchedFile<String> watched = watched();
        Files.writeString(file, "broken");
        watched.look();
        watched.look();
        assertTrue(watched.isRefused());

        Files.writeString(file, "one");
        watched.look();
        assertFalse(watched.isRefused());
    }

    /** Of the parser, or of memory that was short at that moment. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void one_that_could_not_be_parsed_for_another_reason_is_refused_and_parsed_again(Class<? extends Throwable> kind)
            throws Exception {
        WatchedFile<String> watched = watched();
        fault = kind.getDeclaredConstructor().newInstance();
        Files.writeString(file, "two");
        watched.look();
        assertTrue(watched.isRefused());
        assertEquals("one", watched.content());
        watched.look();
        assertTrue(watched.isRefused());

        fault = null;
        watched.look();
        assertFalse(watched.isRefused());
        assertEquals("two", watched.content());
    }

    @Test
    void one_that_is_gone_or_too_large_is_refused() throws Exception {
        WatchedFile<String> watched = watched();
        Files.delete(file);
        watched.look();
        assertTrue(watched.isRefused());
        Files.writeString(file, "one");
        watched.look();
        assertFalse(watched.isRefused());

        Files.write(file, new byte[1024 * 1024 + 1]);
        watched.look();
        assertTrue(watched.isRefused());
        assertEquals("one", watched.content());
    }

    @Test
    void one_that_is_broken_from_the_start_is_none() throws Exception {
        Files.writeString(file, "broken");
        assertThrows(BrokenFileException.class, this::watched);
    }

    private WatchedFile<String> watched() throws BrokenFileException {
        return new WatchedFile<>("AUTHORIZATION_POLICY_FILE", file, bytes -> {
            String text = new String(bytes, UTF_8);
            if (fault instanceof RuntimeException exception) {
                throw exception;
            }
            if (fault instanceof Error error) {
                throw error;
            }
            if (text.equals("broken")) {
                throw new BrokenFileException("it is broken");
            }
            return text;
        });
    }
}
