package dev.messagecontact.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.settings.DatabaseSettings;
import java.sql.SQLException;
import java.time.Duration;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** The pool of connections to PostgreSQL, and jOOQ on it. Any thread may use it. */
public final class Database implements AutoCloseable {

    /** Without jOOQ's logging, which would show bind values at DEBUG: personal data. */
    public static final Settings SQL = new Settings()
            .withExecuteLogging(false)
            .withRenderSchema(false)
            .withRenderCatalog(false)
            .withFetchWarnings(false);

    /** The longest check of an idle connection; it takes this long once if the network drops packets silently. */
    private static final Duration LONGEST_VALIDATION = Duration.ofMillis(500);

    private final HikariDataSource pool;
    private final DSLContext dsl;

    /**
     * Opens a pool that makes its connections when they are needed: the database may come later than we do, and a command
     * that works on one at a time takes no more of those that a server has.
     */
    public Database(DatabaseSettings settings) {
        this(settings, Sessions.bounded(settings), 1);
    }

    /**
     * Opens a pool for a worker, whose statements find every row by its key independent of the tables' statistics. Once the
     * database is there, all connections are made: no batch waits for one.
     */
    public static Database forBatches(DatabaseSettings settings) {
        return new Database(settings, Sessions.forBatches(settings), settings.poolSize());
    }

    private Database(DatabaseSettings settings, Sessions sessions, int idleConnections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("directories");
        config.setDataSource(sessions);
        config.setExceptionOverride(new Eviction());
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(idleConnections);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(settings.loginTimeout(settings.url()).toMillis());
        config.setValidationTimeout(LONGEST_VALIDATION.toMillis());
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        pool = new HikariDataSource(config);
        dsl = DSL.using(pool, SQLDialect.POSTGRES, SQL);
    }

    public DSLContext dsl() {
        return dsl;
    }

    /** The pool, for parts such as metrics. */
    public HikariDataSource pool() {
        return pool;
    }

    /**
     * A connection that met an outage is not used again, though it may still answer: the server at its end may not be the
     * one that serves the address now.
     */
    private final class Eviction implements SQLExceptionOverride {

        private static final String READ_ONLY = "25006";

        @java.lang.Override
        public Override adjudicate(SQLException failure) {
            if (READ_ONLY.equals(failure.getSQLState())) {
                // All of them lead there.
                pool.getHikariPoolMXBean().softEvictConnections();
            }
            return DatabaseFault.of(failure.getSQLState()) == DatabaseFault.OUTAGE
                    ? Override.MUST_EVICT
                    : Override.CONTINUE_EVICT;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
