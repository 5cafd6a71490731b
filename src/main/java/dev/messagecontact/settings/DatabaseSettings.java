package dev.messagecontact.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The database and how long we wait for it.
 *
 * @param url {@code jdbc:postgresql://...}; it may hold a password, print {@link #printableUrl} instead
 * @param username null if the URL names one, or the driver decides
 * @param password null if the URL has one, or none is needed
 * @param poolSize how many connections one process holds at most
 * @param connectTimeout for opening a connection, in whole seconds
 * @param lockTimeout for a row's lock
 * @param statementTimeout for one statement, enforced by the server
 * @param socketTimeout for the server's answer, in whole seconds
 */
public record DatabaseSettings(
        String url,
        @Nullable String username,
        @Nullable Secret password,
        int poolSize,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        Duration socketTimeout) {

    /** The URL without its passwords. */
    public String printableUrl() {
        return DatabaseUrl.masked(url);
    }

    /** The password as drivers take it. */
    public @Nullable String passwordText() {
        return password == null ? null : password.value();
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, username=%s, password=%s, poolSize=%d]"
                .formatted(printableUrl(), username, password, poolSize);
    }
}
