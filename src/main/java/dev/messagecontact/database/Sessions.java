package dev.messagecontact.database;

import dev.messagecontact.fault.LoginFailure;
import dev.messagecontact.settings.DatabaseSettings;
import dev.messagecontact.settings.SettingsException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.TimeZone;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens sessions with PostgreSQL. Each is opened with the password and the address that hold now, and given out only when
 * what must hold in it does. Any thread may call it.
 */
final class Sessions implements DataSource {

    static {
        // The driver sends the JVM's zone at each login and lets nobody choose; a server refuses names that it does not
        // know.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    private final Driver driver = new Driver();
    private final DatabaseSettings settings;
    private final String name;
    private final SessionSettings must;
    private final Duration socketTimeout;
    private final Pooler pooler = new Pooler(this::open);

    /** @param socketTimeout for the server's answer once it has let us in; zero for none */
    private Sessions(DatabaseSettings settings, String name, SessionSettings must, Duration socketTimeout) {
        this.settings = settings;
        this.name = name;
        this.must = must;
        this.socketTimeout = socketTimeout;
    }

    /** Sessions whose statements end in time. */
    static Sessions bounded(DatabaseSettings settings) {
        return bounded(settings, SessionSettings.bounded(settings));
    }

    /** Sessions of a worker: their statements end in time, and find every row by its key. */
    static Sessions forBatches(DatabaseSettings settings) {
        return bounded(settings, SessionSettings.bounded(settings).forBatches());
    }

    private static Sessions bounded(DatabaseSettings settings, SessionSettings must) {
        return new Sessions(settings, "message-contact-worker", must, settings.socketTimeout());
    }

    /** Sessions whose statements may take as long as they need. */
    static Sessions unbounded(DatabaseSettings settings) {
        return migrating(settings, SessionSettings.UNBOUNDED);
    }

    /** The same, but their statements wait only seconds for a lock. */
    static Sessions forMigrations(DatabaseSettings settings) {
        return migrating(settings, SessionSettings.FOR_MIGRATIONS);
    }

    private static Sessions migrating(DatabaseSettings settings, SessionSettings must) {
        return new Sessions(settings, "message-contact-migrate", must, Duration.ZERO);
    }

    /**
     * A new session; the caller closes it.
     *
     * @throws LoginFailure if there is none to be had
     */
    @Override
    public Connection getConnection() throws LoginFailure {
        try {
            Connection session = open();
            try {
                pooler.requireSessions(session);
                must.setAndCheck(session);
                return session;
            } catch (SQLException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (SQLException | RuntimeException e) {
            throw LoginFailure.of(e);
        }
    }

    private Connection open() throws SQLException {
        String url = settings.currentUrl();
        Connection connection = driver.connect(url, login(url));
        if (connection == null) {
            throw new SettingsException("the driver does not understand this address");
        }
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(socketTimeout.toMillis()));
        return connection;
    }

    private Properties login(String url) {
        Properties login = new Properties();
        PGProperty.APPLICATION_NAME.set(login, name);
        PGProperty.CONNECT_TIMEOUT.set(login, seconds(settings.connectTimeout()));
        // A server may take the connection and then say nothing; the next one has its own time.
        PGProperty.SOCKET_TIMEOUT.set(login, seconds(settings.connectTimeout()));
        PGProperty.LOGIN_TIMEOUT.set(login, seconds(settings.loginTimeout(url)));
        PGProperty.TCP_KEEP_ALIVE.set(login, true);
        // No server message about a row may reach a log with the row's values in it.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(login, false);
        if (DatabaseSettings.namesSeveralServers(url)) {
            PGProperty.TARGET_SERVER_TYPE.set(login, "primary");
        }
        PGProperty.USER.set(login, settings.username());
        PGProperty.PASSWORD.set(login, settings.currentPassword());
        return login;
    }

    private static String seconds(Duration duration) {
        return String.valueOf(duration.toSeconds());
    }

    /** The same as {@link #getConnection()}: user and password are settings. */
    @Override
    public Connection getConnection(@Nullable String username, @Nullable String password) throws LoginFailure {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter ignored) {}

    /** Ignored: it is a setting. */
    @Override
    public void setLoginTimeout(int ignored) {}

    @Override
    public int getLoginTimeout() {
        return (int) settings.loginTimeout(settings.url()).toSeconds();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
