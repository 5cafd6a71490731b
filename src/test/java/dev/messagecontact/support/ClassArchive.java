package dev.messagecontact.support;

import dev.messagecontact.Contacts;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes of a worker, laid out for Java (class-data sharing): a process of the product then starts with less than half
 * of the work. The first test that asks makes the archive, once for a build; another test JVM that asks meanwhile waits.
 *
 * <p>Java can archive what comes from jars only. Where the product's classes lie in a folder, as in an IDE, processes start
 * without.
 */
public final class ClassArchive {

    private static final Duration LONGEST_END = Duration.ofSeconds(60);

    /** Java checks the archive against the jars, and starts without it if it does not fit; that is no output of the product. */
    private static final String NO_WORDS = "-Xlog:disable";

    private ClassArchive() {}

    /** These options of a JVM, and that it use the archive, if there is one. */
    public static List<String> with(List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.addAll(Made.OPTIONS);
        return all;
    }

    /** Made when it is first asked for. */
    private static final class Made {

        private static final List<String> OPTIONS = options();

        @SuppressWarnings("try") // the lock is held as long as its block
        private static List<String> options() {
            Path product = product();
            if (!Files.isRegularFile(product)) {
                return List.of();
            }
            Path archive = product.resolveSibling("test-processes.jsa");
            Path lock = product.resolveSibling("test-processes.lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var ignored = channel.lock()) {
                if (!isOf(product, archive)) {
                    make(archive);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return List.of(NO_WORDS, "-XX:SharedArchiveFile=" + archive);
        }

        private static Path product() {
            try {
                URI place = Contacts.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI();
                return Path.of(place);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private static boolean isOf(Path product, Path archive) throws IOException {
            return Files.exists(archive)
                    && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(product)) > 0;
        }

        /** By a worker that answers a command and ends. */
        private static void make(Path archive) throws IOException {
            Path made = archive.resolveSibling(archive.getFileName() + ".new");
            Path log = archive.resolveSibling(archive.getFileName() + ".log");
            Files.deleteIfExists(made);
            List<String> options = new ArrayList<>(WorkerProcess.SMALL);
            options.addAll(List.of(NO_WORDS, "-XX:ArchiveClassesAtExit=" + made));
            try (TestStage stage = TestStage.with(1);
                    WorkerProcess worker = WorkerProcess.start(options, stage.environment(Map.of()), log)) {
                stage.submit(List.of(Commands.adding(stage, "rd-1", "r-1", "tom")));
                stage.answers(1);
                worker.terminate();
                worker.awaitEnd(LONGEST_END);
            }
            Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
