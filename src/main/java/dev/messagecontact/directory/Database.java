package dev.messagecontact.directory;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** The pool of connections to PostgreSQL, and jOOQ on it. Any thread may use it. */
public final class Database implements AutoCloseable {

    private final HikariDataSource pool;
    private final DSLContext dsl;

    /**
     * Opens a pool that makes its connections when they are needed: the database may come later than we do.
     *
     * @param poolSize how many connections at most
     */
    public Database(String url, String username, String password, int poolSize, Timeouts timeouts) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("directories");
        config.setJdbcUrl(url);
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(poolSize);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(timeouts.connect().toMillis());
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        properties(timeouts).forEach(config::addDataSourceProperty);
        pool = new HikariDataSource(config);
        // jOOQ's logging would show bind values at DEBUG: personal data.
        Settings settings = new Settings()
                .withExecuteLogging(false)
                .withRenderSchema(false)
                .withRenderCatalog(false)
                .withFetchWarnings(false);
        dsl = DSL.using(pool, SQLDialect.POSTGRES, settings);
    }

    /** How long the database may take for what, all set on every session. */
    public record Timeouts(Duration connect, Duration lock, Duration statement, Duration socket) {}

    private static Map<String, String> properties(Timeouts timeouts) {
        return Map.of(
                "ApplicationName",
                "message-contact-worker",
                "connectTimeout",
                Long.toString(timeouts.connect().toSeconds()),
                "socketTimeout",
                Long.toString(timeouts.socket().toSeconds()),
                "tcpKeepAlive",
                "true",
                // No server message about a row may reach a log with the row's values in it.
                "logServerErrorDetail",
                "false",
                "options",
                "-c lock_timeout=" + timeouts.lock().toMillis()
                        + " -c statement_timeout=" + timeouts.statement().toMillis()
                        + " -c idle_in_transaction_session_timeout="
                        + timeouts.socket().toMillis());
    }

    public DSLContext dsl() {
        return dsl;
    }

    /** For parts that look at the pool, such as metrics. */
    public HikariDataSource pool() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
