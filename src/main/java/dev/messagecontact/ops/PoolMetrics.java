package dev.messagecontact.ops;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** The numbers of the database's connections. Reading them never waits for a connection. */
final class PoolMetrics {

    private final MeterRegistry registry;

    PoolMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void register(HikariDataSource pool) {
        connections(pool, "active", HikariPoolMXBean::getActiveConnections);
        connections(pool, "idle", HikariPoolMXBean::getIdleConnections);
        Gauge.builder("contacts_database_connections_max", pool, HikariDataSource::getMaximumPoolSize)
                .description("Connections that the pool may have")
                .register(registry);
        gauge(
                pool,
                "contacts_database_pending_threads",
                "Threads that wait for a connection",
                HikariPoolMXBean::getThreadsAwaitingConnection);
        pool.setMetricsTrackerFactory((name, stats) -> new Acquisitions());
    }

    private void connections(HikariDataSource pool, String state, ToIntFunction<HikariPoolMXBean> number) {
        Gauge.builder("contacts_database_connections", () -> now(pool, number))
                .description("Connections of the pool")
                .tags("state", state)
                .register(registry);
    }

    private void gauge(HikariDataSource pool, String name, String meaning, ToIntFunction<HikariPoolMXBean> number) {
        Gauge.builder(name, () -> now(pool, number)).description(meaning).register(registry);
    }

    private static int now(HikariDataSource pool, ToIntFunction<HikariPoolMXBean> number) {
        HikariPoolMXBean open = pool.getHikariPoolMXBean();
        return open == null ? 0 : number.applyAsInt(open);
    }

    /** How long connections are waited for; the pool calls it. */
    private final class Acquisitions implements IMetricsTracker {
        private final Timer acquire = Timer.builder("contacts_database_acquire_seconds")
                .description("Time until the pool gave a connection")
                .register(registry);
        private final Counter timeouts = Counter.builder("contacts_database_acquire_timeouts_total")
                .description("Times that the pool gave no connection")
                .register(registry);

        @Override
        public void recordConnectionAcquiredNanos(long nanos) {
            acquire.record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void recordConnectionTimeout() {
            timeouts.increment();
        }
    }
}
