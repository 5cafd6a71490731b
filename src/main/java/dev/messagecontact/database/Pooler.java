package dev.messagecontact.database;

import dev.messagecontact.fault.LoginFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/**
 * Finds a pooler between the worker and the server, such as PgBouncer. The worker needs its own sessions, because
 * time-outs are set in them. Any thread may call it.
 */
final class Pooler {

    /** Others may come between two looks, and hide once what we look for. */
    private static final int LOOKS = 3;

    /** "FATAL: transaction blocks not allowed in statement pooling mode", with the code of a broken protocol. */
    private static final String OF_STATEMENTS = "statement pooling mode";

    private final Opening opening;
    private volatile boolean isKnownToKeepSessions;

    /** @param opening a further connection by the same way */
    Pooler(Opening opening) {
        this.opening = opening;
    }

    /** Opens a connection. */
    interface Opening {
        Connection open() throws SQLException;
    }

    /**
     * Finds out, once, whether each client keeps a server to itself while it has no transaction open.
     *
     * @throws LoginFailure if it does not
     */
    void requireSessions(Connection session) throws SQLException {
        if (isKnownToKeepSessions || !isPooled(session)) {
            return;
        }
        try (Connection rival = opening.open()) {
            rival.setAutoCommit(false);
            for (int look = 0; look < LOOKS; look++) {
                requireServersApart(session, rival);
            }
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains(OF_STATEMENTS) ? new LoginFailure(message, LoginFailure.NOT_SUPPORTED) : e;
        }
        isKnownToKeepSessions = true;
    }

    /**
     * While a second connection is in a transaction, the first must keep its own server process; otherwise the pooler
     * keeps no sessions.
     */
    private static void requireServersApart(Connection session, Connection rival) throws SQLException {
        int before = serverOf(session);
        int others = serverOf(rival);
        if (others == before || serverOf(session) != before) {
            throw new LoginFailure(
                    "the pooler gives each transaction another server; PgBouncer needs pool_mode = session",
                    LoginFailure.NOT_SUPPORTED);
        }
        // The driver's own rollback is a prepared statement: of that name there may be one on a server that others had.
        try (Statement statement = rival.createStatement()) {
            statement.execute("rollback");
        }
    }

    /** Whether the process that answers is not the one that the login named: then there is a pooler. */
    private static boolean isPooled(Connection session) throws SQLException {
        return session.unwrap(PGConnection.class).getBackendPID() != serverOf(session);
    }

    private static int serverOf(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
