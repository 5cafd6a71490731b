package dev.messagecontact.workshop.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** One run of the PostgreSQL server: from a start to the stop or crash that ends it. */
final class PostgresProcess {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration LONGEST_END = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int LONGEST_REPORT = 2_000;

    private final EmbeddedPostgres server;
    private final Path pidFile;
    private final ProcessHandle process;
    private long heldBack;

    private PostgresProcess(EmbeddedPostgres server, Path pidFile) throws IOException {
        this.server = server;
        this.pidFile = pidFile;
        this.process = ProcessHandle.of(pid(pidFile)).orElseThrow();
    }

    /**
     * Starts the server, on the data that is in the folder or on none.
     *
     * @throws IllegalStateException if it does not start, with what the server itself had to say
     */
    static PostgresProcess start(Path folder, int port, boolean durable) {
        Path data = folder.resolve("data");
        Path log = folder.resolve("server.log");
        Path pidFile = data.resolve("postmaster.pid");
        try {
            return new PostgresProcess(server(data, log, port, durable).start(), pidFile);
        } catch (IOException | RuntimeException e) {
            quitIfRunning(pidFile);
            throw new IllegalStateException("the embedded PostgreSQL did not start: " + endOf(log), e);
        }
    }

    /**
     * Starts a server that follows another one, on a copy of that one's data.
     *
     * @param primary the other one's port
     */
    static PostgresProcess standby(Path folder, int port, int primary) {
        Path data = folder.resolve("data");
        try {
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=localhost port=%d user=postgres'%n".formatted(primary),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            Files.createFile(data.resolve("standby.signal"));
        } catch (IOException e) {
            throw new IllegalStateException("the standby could not be set up", e);
        }
        return start(folder, port, false);
    }

    /** Makes a standby a server of its own; returns when it is. */
    void promote() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_promote()");
        } catch (SQLException e) {
            throw new IllegalStateException("the standby could not be promoted", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Ends it in good order, cutting its clients off. */
    void stop() {
        close();
        awaitEnd();
    }

    /** Stands one of its processes still, until a crash. */
    void holdBack(long pid) {
        shell("kill -STOP " + pid);
        heldBack = pid;
    }

    /** Ends it at once, without a checkpoint. */
    void crash() {
        if (heldBack == 0) {
            quit(process.pid());
        } else {
            // What stands still ends only when it is let go on, and must have been told so before.
            shell("kill -QUIT %1$d; kill -QUIT %2$d; kill -CONT %1$d".formatted(heldBack, process.pid()));
        }
        awaitEnd();
        close();
    }

    private static EmbeddedPostgres.Builder server(Path data, Path log, int port, boolean durable) {
        String onlyIfDurable = durable ? "on" : "off";
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                // Else each stop would remove the data, and at exit the library would race with our own order of
                // things.
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(LONGEST_START)
                // Whatever answers on that port: the library's look must come to an end.
                .setConnectConfig("loginTimeout", "10")
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                // The same order of texts and the same messages on every machine.
                .setLocaleConfig("locale", "C")
                .setServerConfig("max_connections", "100")
                .setServerConfig("fsync", onlyIfDurable)
                .setServerConfig("synchronous_commit", onlyIfDurable)
                .setServerConfig("full_page_writes", onlyIfDurable)
                // A socket file would lie outside of the folder, and a crash would leave it there.
                .setServerConfig("unix_socket_directories", "");
    }

    private void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException("the embedded PostgreSQL could not be stopped", e);
        }
    }

    // The library waits for 5 seconds and then lets go; a durable server with much to write needs longer.
    private void awaitEnd() {
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        while (Files.exists(pidFile) && process.isAlive()) {
            if (System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException("the embedded PostgreSQL did not stop within " + LONGEST_END);
            }
            pause();
        }
    }

    private static void quitIfRunning(Path pidFile) {
        if (Files.exists(pidFile)) {
            try {
                quit(pid(pidFile));
            } catch (IOException | RuntimeException gone) {
                // It ended by itself, between the two looks.
            }
        }
    }

    // Java itself can only terminate (which waits for the clients) and kill (which leaves shared memory behind).
    private static void quit(long pid) {
        shell("kill -QUIT " + pid);
    }

    private static void shell(String line) {
        try {
            new ProcessBuilder("sh", "-c", line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("the embedded PostgreSQL could not be sent a signal", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the embedded PostgreSQL stops", e);
        }
    }

    private static long pid(Path pidFile) throws IOException {
        try (var lines = Files.lines(pidFile)) {
            return Long.parseLong(lines.findFirst().orElseThrow());
        }
    }

    private static String endOf(Path log) {
        try {
            String text = new String(Files.readAllBytes(log), UTF_8).strip();
            return text.substring(Math.max(0, text.length() - LONGEST_REPORT));
        } catch (IOException none) {
            return "it wrote nothing";
        }
    }
}
