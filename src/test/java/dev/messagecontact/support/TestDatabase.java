package dev.messagecontact.support;

import dev.messagecontact.settings.DatabaseSettings;
import dev.messagecontact.settings.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** A database of one test's own, empty at first; its user is a superuser. */
public record TestDatabase(String jdbcUrl, String username, String password) {

    /** The caller closes it. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, username, password);
    }

    /** The same with these parameters of the connection. */
    public TestDatabase with(String parameters) {
        return new TestDatabase(jdbcUrl + parameters, username, password);
    }

    /** Another one of its server. */
    public TestDatabase named(String name) {
        return new TestDatabase(jdbcUrl.substring(0, jdbcUrl.lastIndexOf('/') + 1) + name, username, password);
    }

    public String name() {
        return jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
    }

    /** The settings of a program that uses it. */
    public DatabaseSettings settings() {
        return Settings.read(
                        Map.of("DATABASE_URL", jdbcUrl, "DATABASE_USERNAME", username, "DATABASE_PASSWORD", password),
                        null)
                .database();
    }

    /** Executes a statement beside this database, on its server; {@code %1$s} stands for its name. */
    public void onServer(String statement) throws SQLException {
        try (Connection connection = named("postgres").connect()) {
            connection.createStatement().execute(statement.formatted(name()));
        }
    }

    /** Makes a copy of it, as a backup; whoever is connected is cut off. */
    public void copy() throws SQLException {
        onServer("alter database %1$s allow_connections false");
        onServer("select pg_terminate_backend(pid) from pg_stat_activity where datname = '%1$s'");
        Waiting.await("it is copied").until(() -> {
            onServer("create database %1$s_copy template %1$s");
            return true;
        });
        onServer("alter database %1$s allow_connections true");
    }

    /** Puts the copy in its place, as an operator does who does not know the runbook: whoever is connected is cut off. */
    public void restore() throws SQLException {
        onServer("drop database %1$s with (force)");
        onServer("alter database %1$s_copy rename to %1$s");
    }
}
