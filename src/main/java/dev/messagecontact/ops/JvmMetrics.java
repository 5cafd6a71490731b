package dev.messagecontact.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The numbers of this JVM. Micrometer's own make a series for each cause of a collection when it first comes; these are
 * all there from the start.
 */
final class JvmMetrics {

    private final PrometheusMeterRegistry registry;

    JvmMetrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    void register(String version) {
        // Micrometer has no such type, and its gauges lose the name's end.
        Info.builder()
                .name("contacts_build_info")
                .help("What runs here")
                .labelNames("version", "java")
                .register(registry.getPrometheusRegistry())
                .addLabelValues(version, System.getProperty("java.version", "unknown"));
        registerMemory();
        ManagementFactory.getGarbageCollectorMXBeans().forEach(this::registerCollector);
        registerProcess();
    }

    private void registerMemory() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory("heap", memory::getHeapMemoryUsage);
        memory("nonheap", memory::getNonHeapMemoryUsage);
        gauge(
                "contacts_jvm_heap_max_bytes",
                "What the heap may grow to",
                Tags.empty(),
                () -> memory.getHeapMemoryUsage().getMax());
    }

    private void memory(String area, Supplier<MemoryUsage> usage) {
        Tags tags = Tags.of("area", area);
        gauge(
                "contacts_jvm_memory_used_bytes",
                "Memory in use",
                tags,
                () -> usage.get().getUsed());
        gauge(
                "contacts_jvm_memory_committed_bytes",
                "Memory taken from the system",
                tags,
                () -> usage.get().getCommitted());
    }

    private void registerCollector(GarbageCollectorMXBean collector) {
        Tags tags = Tags.of("collector", collector.getName());
        counter(
                "contacts_jvm_gc_collections_total",
                "Garbage collections",
                tags,
                collector,
                bean -> bean.getCollectionCount());
        counter(
                "contacts_jvm_gc_seconds_total",
                "Time in garbage collections",
                tags,
                collector,
                bean -> bean.getCollectionTime() / 1000.0);
    }

    private void registerProcess() {
        gauge(
                "contacts_jvm_threads",
                "Threads",
                Tags.empty(),
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(
                "contacts_process_start_time_seconds",
                "When this process started, since 1970",
                Tags.empty(),
                () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        gauge(
                "contacts_process_available_cpus",
                "Processors that this process may use",
                Tags.empty(),
                () -> Runtime.getRuntime().availableProcessors());
        if (system instanceof UnixOperatingSystemMXBean unix) {
            counter(
                    "contacts_process_cpu_seconds_total",
                    "Processor time",
                    Tags.empty(),
                    unix,
                    bean -> bean.getProcessCpuTime() / 1e9);
            gauge(
                    "contacts_process_open_files",
                    "Open files and sockets",
                    Tags.empty(),
                    () -> unix.getOpenFileDescriptorCount());
        }
    }

    private void gauge(String name, String meaning, Tags tags, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(meaning).tags(tags).register(registry);
    }

    private <T> void counter(String name, String meaning, Tags tags, T bean, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, bean, value)
                .description(meaning)
                .tags(tags)
                .register(registry);
    }
}
