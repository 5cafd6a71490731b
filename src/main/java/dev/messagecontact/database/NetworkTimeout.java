package dev.messagecontact.database;

import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** The time after which a client gives up a server that says nothing, which it does while a statement reads a large table. */
public final class NetworkTimeout {

    private NetworkTimeout() {}

    /**
     * Does work on one connection without that limit. The server's own limits hold unless the work lifts them.
     *
     * @param database within a transaction, its connection is the one
     * @param work is given that connection
     */
    public static <T> T lifted(DSLContext database, Function<DSLContext, T> work) {
        return database.connectionResult(connection -> {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, 0);
            try {
                return work.apply(DSL.using(connection, database.dialect(), database.settings()));
            } finally {
                connection.setNetworkTimeout(Runnable::run, before);
            }
        });
    }
}
