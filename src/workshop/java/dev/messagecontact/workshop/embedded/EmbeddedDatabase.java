package dev.messagecontact.workshop.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL on a free loopback port, a process of its own, with its data in a temporary folder.
 *
 * <p>Any thread may call it. What is not closed is closed when the JVM exits, see {@link AtExit}.
 *
 * <p>The server's programs are unpacked once per machine, into {@code embedded-pg} in the JVM's temporary folder, and
 * stay there for the next start; the system property {@code ot.epg.working-dir} names another folder.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Pattern DATABASE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final boolean durable;
    private final int port = Loopback.freePort();
    private @Nullable TemporaryFolder folder;
    private @Nullable PostgresProcess running;
    private @Nullable TemporaryFolder standbyFolder;
    private @Nullable PostgresProcess standby;
    private boolean closed;

    private EmbeddedDatabase(boolean durable) {
        this.durable = durable;
    }

    /**
     * A server, ready for clients.
     *
     * @param durable whether a commit waits until it is on the disk, as in production; the tests go without and are
     *     faster for it
     * @throws IllegalStateException if it does not start, with what the server itself had to say
     */
    public static EmbeddedDatabase start(boolean durable) {
        ServerLogs.quieten();
        EmbeddedDatabase database = new EmbeddedDatabase(durable);
        AtExit.close(database);
        try {
            database.restart();
            return database;
        } catch (Throwable e) {
            database.close();
            throw e;
        }
    }

    /** The database that every server has, {@code postgres}; the same address after a restart. */
    public String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    /** A superuser. */
    public String username() {
        return "postgres";
    }

    /** Any would do: the server trusts this machine. */
    public String password() {
        return "postgres";
    }

    /**
     * Makes an empty database and gives its address.
     *
     * @param name 1 to 63 of {@code a-z}, {@code 0-9} and {@code _}, a letter first
     */
    public String newDatabase(String name) {
        if (!DATABASE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a database name is 1 to 63 of a-z, 0-9 and _, a letter first");
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), username(), password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("the database " + name + " could not be made", e);
        }
        return jdbcUrl(name);
    }

    /** Shuts the server down in good order, cutting its clients off, its port and data kept for {@link #restart}. */
    public synchronized void stop() {
        if (running != null) {
            running.stop();
            running = null;
        }
    }

    /**
     * Ends the server as a crash would, at once and without a checkpoint: {@link #restart} recovers from the log. If not
     * durable, the last commits may be gone.
     */
    public synchronized void crash() {
        if (running != null) {
            running.crash();
            running = null;
        }
    }

    /**
     * Lets no commit get to the disk any more, unless it waits for it, until a {@link #crash}, which loses them all: that is
     * what {@code synchronous_commit=off} may lose at worst, and otherwise loses only in part.
     */
    public synchronized void holdBackLog() {
        holdBack("walwriter");
    }

    /** Lets the standby receive nothing more: what an asynchronous one that lags has not received is lost in a failover. */
    public synchronized void holdBackStandby() {
        holdBack("walsender");
    }

    private void holdBack(String backend) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), username(), password());
                Statement statement = connection.createStatement()) {
            ResultSet process =
                    statement.executeQuery("select pid from pg_stat_activity where backend_type = '" + backend + "'");
            process.next();
            requireNonNull(running, "the embedded database does not run").holdBack(process.getLong(1));
        } catch (SQLException e) {
            throw new IllegalStateException("the " + backend + " could not be held back", e);
        }
    }

    /** Adds an asynchronous standby, on a copy of the data; the server is restarted for it. */
    public synchronized void addStandby() {
        stop();
        standbyFolder = TemporaryFolder.named("embedded-postgresql-standby-");
        standbyFolder.copy(folder());
        restart();
        standby = PostgresProcess.standby(standbyFolder.path(), Loopback.freePort(), port);
    }

    /** Ends the server as a {@link #crash} does; the standby, promoted, has its address from now on. */
    public synchronized void failOver() {
        PostgresProcess promoted = requireNonNull(standby, "there is no standby");
        crash();
        promoted.promote();
        promoted.stop(); // to start where the clients look for it
        requireNonNull(folder).remove();
        folder = standbyFolder;
        standbyFolder = null;
        standby = null;
        restart();
    }

    /**
     * Starts the server again on the same port with the same data; a running one is stopped first.
     *
     * @throws IllegalStateException if it was closed or does not start
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the embedded database was closed");
        }
        stop();
        if (folder == null) {
            folder = TemporaryFolder.named("embedded-postgresql-");
        }
        running = PostgresProcess.start(folder.path(), port, durable);
    }

    /** Stops the server and removes its folder. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (standby != null) {
                standby.stop();
            }
            stop();
        } finally {
            if (standbyFolder != null) {
                standbyFolder.remove();
            }
            if (folder != null) {
                folder.remove();
            }
            AtExit.forget(this);
        }
    }

    /** The server's first process, which all its others descend from. */
    public synchronized long pid() {
        return requireNonNull(running, "the embedded database does not run").pid();
    }

    /** The folder of its data. */
    synchronized Path folder() {
        return requireNonNull(folder).path();
    }

    private String jdbcUrl(String name) {
        return "jdbc:postgresql://localhost:" + port + "/" + name;
    }
}
