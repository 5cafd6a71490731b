package dev.messagecontact.workshop.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of this machine that nothing listens on. */
public final class Loopback {

    // Below the range that Linux and macOS give to outgoing connections: a client that keeps trying to reach a stopped
    // server would else now and then be given the server's own port, connect to itself and keep the server from it.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    /**
     * No port is given twice: between the look and the use of it another server of ours would take it. Processes that start
     * one after the other, and so have neighbouring ids, begin far enough apart.
     */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % (HIGHEST - LOWEST)));

    private Loopback() {}

    /**
     * A port that nothing listens on, and that is given to nobody else in this JVM.
     *
     * @throws IllegalStateException if all are taken
     */
    public static int freePort() {
        for (int attempt = LOWEST; attempt < HIGHEST; attempt++) {
            int port = LOWEST + NEXT.getAndIncrement() % (HIGHEST - LOWEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
