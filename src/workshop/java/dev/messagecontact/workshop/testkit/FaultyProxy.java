package dev.messagecontact.workshop.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server of this machine that can be cut, frozen without a word, or slowed down. Any thread may call it; a
 * change holds for the connections that are open and for those to come.
 */
public final class FaultyProxy implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    /** Kafka's clients take it for the length of a reply, and no JVM has an array as long. */
    private static final byte[] NO_REPLY = {0x7f, -1, -1, -1};

    private final ServerSocket entrance;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Predicate<byte[]>> fatalRequest = new AtomicReference<>();
    private volatile Runnable atLoss = () -> {};
    private volatile int target;
    private volatile boolean refusing;
    private volatile boolean closed;
    private volatile boolean garbling;
    private volatile long delayNanos;
    private boolean frozen;

    private FaultyProxy(ServerSocket entrance) {
        this.entrance = entrance;
    }

    /** A proxy on a free port, that leads nowhere yet. */
    public static FaultyProxy open() {
        try {
            FaultyProxy proxy = new FaultyProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            start(proxy::accept, "proxy-" + proxy.port());
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leads to this port of this machine from now on. */
    public FaultyProxy leadTo(int port) {
        target = port;
        return this;
    }

    /** What clients connect to. */
    public int port() {
        return entrance.getLocalPort();
    }

    /** Lets everything through again, what was held up first. Connections that were stranded stay so. */
    public synchronized void forward() {
        frozen = false;
        refusing = false;
        delayNanos = 0;
        notifyAll();
    }

    /** Ends all connections at once, as a reset does; new ones are welcome. */
    public void cut() {
        open.forEach(Connection::end);
    }

    /** Ends all connections and turns new ones away, until {@link #forward}. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** Holds up all bytes both ways, without a word to either side, until {@link #forward}. */
    public synchronized void freeze() {
        frozen = true;
    }

    /** Lets no byte through the present connections any more, without a word to either side; new ones are welcome. */
    public void strand() {
        open.forEach(connection -> connection.stranded = true);
    }

    /** Holds up each piece for a while, until {@link #forward}. */
    public void delay(Duration each) {
        delayNanos = each.toNanos();
    }

    /** Lets the next such request through and ends its connection before the reply, so the client does not learn the result. */
    public void loseReplyTo(Predicate<byte[]> request) {
        loseReplyTo(request, () -> {});
    }

    /**
     * The same, and does something before the client can notice.
     *
     * @param atLoss once the server has replied
     */
    public void loseReplyTo(Predicate<byte[]> request, Runnable atLoss) {
        this.atLoss = atLoss;
        garbling = false;
        fatalRequest.set(request);
    }

    /** Lets the next such request through, and sends something in place of the reply that is none. */
    public void garbleReplyTo(Predicate<byte[]> request) {
        garbling = true;
        fatalRequest.set(request);
    }

    /** Whether what {@link #loseReplyTo} or {@link #garbleReplyTo} waits for has come. */
    public boolean hasLostReply() {
        return fatalRequest.get() == null;
    }

    @Override
    public void close() {
        closed = true;
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
            forward();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = entrance.accept();
                if (refusing) {
                    reset(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // The server is away, as this connection's client will notice; or we are closed.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            reset(client);
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Connection connection = new Connection(client, server);
        open.add(connection);
        if (refusing) { // since it was accepted
            connection.end();
        }
        start(connection::requests, "proxy-requests");
        start(connection::replies, "proxy-replies");
    }

    private synchronized void awaitThaw() {
        while (frozen && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // a reset, not an end in good order
            socket.close();
        } catch (IOException gone) {
            // as it should be
        }
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** A client's connection and ours to the server. */
    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean stranded;
        private volatile boolean mute;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            pump(client, server, true);
        }

        void replies() {
            pump(server, client, false);
        }

        private void pump(Socket from, Socket to, boolean requests) {
            byte[] chunk = new byte[CHUNK];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                    if (delayNanos > 0) {
                        LockSupport.parkNanos(delayNanos);
                    }
                    awaitThaw();
                    if (!requests && mute && garbling) {
                        mute = false;
                        out.write(NO_REPLY);
                        continue;
                    }
                    if (!requests && mute) {
                        atLoss.run();
                        end(); // the server has done it, and the client will not hear of it
                    }
                    if (requests) {
                        mute |= isFatal(Arrays.copyOf(chunk, length));
                    }
                    if (!stranded) {
                        out.write(chunk, 0, length);
                    }
                }
            } catch (IOException e) {
                // One side is gone: the other must go too.
            }
            end();
        }

        private boolean isFatal(byte[] request) {
            Predicate<byte[]> fatal = fatalRequest.get();
            return fatal != null && fatal.test(request) && fatalRequest.compareAndSet(fatal, null);
        }

        void end() {
            open.remove(this);
            reset(client);
            reset(server);
        }
    }
}
