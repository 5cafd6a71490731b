package dev.messagecontact.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The database and how long we wait for it.
 *
 * @param url {@code jdbc:postgresql://...}; it may hold a password, print {@link #printableUrl} instead
 * @param username null if the URL names one, or the driver decides
 * @param password null if the URL has one, or none is needed
 * @param urlFile where the URL came from and is read again for each connection; null if it is the environment's or the
 *     settings file's own
 * @param passwordFile the same of the password
 * @param poolSize how many connections one process holds at most
 * @param connectTimeout for opening a connection with one server, in whole seconds
 * @param lockTimeout for a row's lock
 * @param statementTimeout for one statement, enforced by the server
 * @param socketTimeout for the server's answer, in whole seconds
 */
public record DatabaseSettings(
        String url,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable SecretFile urlFile,
        @Nullable SecretFile passwordFile,
        int poolSize,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        Duration socketTimeout) {

    /** The URL without its passwords. */
    public String printableUrl() {
        return DatabaseUrl.masked(url);
    }

    /**
     * The URL that holds now; it may hold a password.
     *
     * @throws SettingsException if its file cannot be read now, or holds one that would be refused at the start
     */
    public String currentUrl() {
        if (urlFile == null) {
            return url;
        }
        String now = urlFile.content().trim();
        String refusal = DatabaseUrl.isUsable(now) ? DatabaseUrl.refusal(now) : "holds no usable URL";
        if (refusal != null) {
            throw new SettingsException(urlFile.setting() + " " + refusal);
        }
        return now;
    }

    /**
     * The password that holds now, as drivers take it.
     *
     * @throws SettingsException if its file cannot be read now
     */
    public @Nullable String currentPassword() {
        return passwordFile == null ? passwordText() : passwordFile.content();
    }

    /** The same with so many connections, if it had fewer: a command needs them at the same time. */
    public DatabaseSettings withConnections(int atLeast) {
        return new DatabaseSettings(
                url,
                username,
                password,
                urlFile,
                passwordFile,
                Math.max(poolSize, atLeast),
                connectTimeout,
                lockTimeout,
                statementTimeout,
                socketTimeout);
    }

    /** Whether this URL names several servers: one of them is to be chosen. */
    public static boolean namesSeveralServers(String url) {
        return DatabaseUrl.servers(url) > 1;
    }

    /**
     * How long opening a connection by this URL may take, if its last server is the one that answers. The driver waits twice for
     * one that takes connections and says nothing: with TLS, then without, unless {@code sslmode} says which.
     */
    public Duration loginTimeout(String url) {
        return connectTimeout.multipliedBy(2L * DatabaseUrl.servers(url) - 1);
    }

    /** The password as it was at the start, as drivers take it. */
    public @Nullable String passwordText() {
        return password == null ? null : password.value();
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, username=%s, password=%s, poolSize=%d]"
                .formatted(printableUrl(), username, password, poolSize);
    }
}
