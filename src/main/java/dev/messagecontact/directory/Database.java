package dev.messagecontact.directory;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.messagecontact.settings.DatabaseSettings;
import java.time.Duration;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** The pool of connections to PostgreSQL, and jOOQ on it. Any thread may use it. */
public final class Database implements AutoCloseable {

    /** Without jOOQ's logging, which would show bind values at DEBUG: personal data. */
    static final Settings SQL = new Settings()
            .withExecuteLogging(false)
            .withRenderSchema(false)
            .withRenderCatalog(false)
            .withFetchWarnings(false);

    /** After a way to the server was lost without a word, each idle connection costs this much once. */
    private static final Duration LONGEST_VALIDATION = Duration.ofMillis(500);

    private final HikariDataSource pool;
    private final DSLContext dsl;

    /** Opens a pool that makes its connections when they are needed: the database may come later than we do. */
    public Database(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("directories");
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.username());
        config.setPassword(settings.passwordText());
        config.setMaximumPoolSize(settings.poolSize());
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setValidationTimeout(LONGEST_VALIDATION.toMillis());
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        properties(settings).forEach(config::addDataSourceProperty);
        pool = new HikariDataSource(config);
        dsl = DSL.using(pool, SQLDialect.POSTGRES, SQL);
    }

    private static Map<String, String> properties(DatabaseSettings settings) {
        return Map.of(
                "ApplicationName",
                "message-contact-worker",
                "connectTimeout",
                Long.toString(settings.connectTimeout().toSeconds()),
                "socketTimeout",
                Long.toString(settings.socketTimeout().toSeconds()),
                "tcpKeepAlive",
                "true",
                // No server message about a row may reach a log with the row's values in it.
                "logServerErrorDetail",
                "false",
                "options",
                session(settings));
    }

    /** Its time-outs hold on the server, so that what a frozen worker has left open ends without it. */
    private static String session(DatabaseSettings settings) {
        return "-c plan_cache_mode=force_generic_plan" // a batch's statement is the same however many rows it is about
                + " -c lock_timeout=" + settings.lockTimeout().toMillis()
                + " -c statement_timeout=" + settings.statementTimeout().toMillis()
                + " -c idle_in_transaction_session_timeout="
                + settings.socketTimeout().toMillis();
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
