package dev.messagecontact.database;

import static dev.messagecontact.support.Waiting.await;

import dev.messagecontact.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** PgBouncer as Debian ships it, a process of its own on a free port, before a test's database. */
final class PgBouncer implements AutoCloseable {

    private static final List<String> PLACES = List.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer");

    private final Process process;
    private final TestDatabase behind;

    private PgBouncer(Process process, TestDatabase behind) {
        this.process = process;
        this.behind = behind;
    }

    static boolean isInstalled() {
        return program().findFirst().isPresent();
    }

    private static Stream<String> program() {
        return PLACES.stream().filter(place -> Files.isExecutable(Path.of(place)));
    }

    /** @param mode session, transaction or statement */
    static PgBouncer before(TestDatabase database, String mode, Path folder) throws Exception {
        int port = freePort();
        URI server = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        Path file = Files.writeString(folder.resolve(mode + ".ini"), """
                [databases]
                * = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                """.formatted(
                        server.getPort(), database.username(), database.password(), port, mode));
        // It does not run as root, and whoever it runs as must get here.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> line = new ArrayList<>(List.of(program().findFirst().orElseThrow(), file.toString()));
        if (System.getProperty("user.name").equals("root")) {
            line.addAll(List.of("-u", "nobody"));
        }
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(mode + ".log").toFile())
                .start();
        await("PgBouncer listens").until(() -> isOpen(port));
        String url = "jdbc:postgresql://127.0.0.1:%d%s".formatted(port, server.getPath());
        return new PgBouncer(process, new TestDatabase(url, database.username(), database.password()));
    }

    /** The database as it is seen through this. */
    TestDatabase database() {
        return behind;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
