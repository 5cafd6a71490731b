package dev.messagecontact.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/**
 * The numbers of this JVM and its process, under Micrometer's own names, so that anybody's dashboard for JVMs shows
 * them.
 */
final class JvmMetrics implements AutoCloseable {

    private final JvmGcMetrics collections = new JvmGcMetrics();

    JvmMetrics(MeterRegistry registry) {
        List.of(
                        collections,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    /** Ends the listening to the JVM's garbage collectors, which would keep the registry in memory. */
    @Override
    public void close() {
        collections.close();
    }
}
