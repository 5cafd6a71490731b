package dev.messagecontact.support;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A database of one test's own, empty at first; its user is a superuser. */
public record TestDatabase(String jdbcUrl, String username, String password) {

    /** The caller closes it. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, username, password);
    }
}
