package dev.messagecontact.database;

import dev.messagecontact.fault.LoginFailure;
import dev.messagecontact.settings.DatabaseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold on the server for a session, by the server's names and in its own units. It is set after the login: poolers
 * refuse the start-up parameter for it or, told to ignore it, drop it silently.
 */
record SessionSettings(Map<String, String> values) {

    /** Also lifts what a role or database may set to end a session of ours in the middle; older servers lack some of it. */
    private static final String SET = "select set_config(name, value, false) from unnest(?, ?) as wanted (name, value)"
            + " union all select set_config(name, '0', false) from pg_settings"
            + " where name in ('transaction_timeout', 'idle_session_timeout')";

    private static final String CHECK = "select name, value, actual.setting"
            + " from unnest(?, ?) as wanted (name, value) left join pg_settings actual using (name)"
            + " where actual.setting is distinct from value limit 1";

    /** Settings for statements without a limit, also if a role or database sets limits for its sessions. */
    static final SessionSettings UNBOUNDED = unbounded(Duration.ZERO);

    /** The same, but a change that waits for a lock, and lets all workers wait behind it, is given up after these seconds. */
    static final SessionSettings FOR_MIGRATIONS = unbounded(Duration.ofSeconds(5));

    SessionSettings {
        values = Map.copyOf(values);
    }

    private static SessionSettings unbounded(Duration lockTimeout) {
        return new SessionSettings(Map.of(
                "lock_timeout", millis(lockTimeout),
                "statement_timeout", "0",
                "idle_in_transaction_session_timeout", "0"));
    }

    /** Its time-outs hold on the server, so that what a frozen worker has left open ends without it. */
    static SessionSettings bounded(DatabaseSettings settings) {
        return new SessionSettings(Map.of(
                "plan_cache_mode",
                        "force_generic_plan", // a batch's statement is the same however many rows it is about
                "default_transaction_isolation", "read committed", // who waited for a lock sees what its holder wrote
                "lock_timeout", millis(settings.lockTimeout()),
                "statement_timeout", millis(settings.statementTimeout()),
                "idle_in_transaction_session_timeout", millis(settings.socketTimeout())));
    }

    /**
     * These, for sessions that know nothing but batches. Their statements find rows by key, however few a table had when a
     * plan was made: a plan of an empty table is generic and kept, and would read all of a table that has grown.
     */
    SessionSettings forBatches() {
        Map<String, String> forBatches = new HashMap<>(values);
        List.of("enable_seqscan", "enable_hashjoin", "enable_mergejoin").forEach(name -> forBatches.put(name, "off"));
        return new SessionSettings(forBatches);
    }

    /** @throws LoginFailure if one of them does not hold after it was set */
    void setAndCheck(Connection session) throws SQLException {
        try (PreparedStatement set = bound(session, SET)) {
            set.execute();
        }
        try (PreparedStatement check = bound(session, CHECK);
                ResultSet broken = check.executeQuery()) {
            if (broken.next()) {
                throw new LoginFailure(
                        "%s is %s after it was set to %s: a pooler between the worker and the server keeps no sessions"
                                .formatted(broken.getString(1), broken.getString(3), broken.getString(2)),
                        LoginFailure.NOT_SUPPORTED);
            }
        }
    }

    private PreparedStatement bound(Connection session, String sql) throws SQLException {
        PreparedStatement statement = session.prepareStatement(sql);
        String[] names = values.keySet().toArray(String[]::new);
        statement.setArray(1, session.createArrayOf("text", names));
        statement.setArray(2, session.createArrayOf("text", values.values().toArray(String[]::new)));
        return statement;
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}
