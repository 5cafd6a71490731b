package dev.messagecontact.workshop.embedded;

import static java.util.Objects.requireNonNull;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this JVM (KRaft, broker and controller in one) on a free loopback port, with its data in a
 * temporary folder.
 *
 * <p>Any thread may call it. What is not closed is closed when the JVM exits, see {@link AtExit}.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final String NODE_ID = "1";
    private static final String LOOPBACK = "127.0.0.1:";

    private final String bootstrapServers = address();
    private final String controller = address();
    private final Map<String, String> brokerProperties;
    private final List<Detour> detours;
    private @Nullable TemporaryFolder folder;
    private @Nullable KafkaRaftServer server;
    private boolean closed;

    private EmbeddedKafka(Map<String, String> brokerProperties, List<Integer> proxies) {
        this.brokerProperties = Map.copyOf(brokerProperties);
        this.detours = proxies.stream()
                .map(port -> new Detour(LOOPBACK + port, address()))
                .toList();
    }

    /** A broker with {@link #oneNodeProperties()}, ready for clients. */
    public static EmbeddedKafka start() {
        return start(Map.of());
    }

    /**
     * A broker, ready for clients.
     *
     * @param brokerProperties are added to {@link #oneNodeProperties()} and win over them
     */
    public static EmbeddedKafka start(Map<String, String> brokerProperties) {
        return start(brokerProperties, List.of());
    }

    /**
     * A broker that can be reached through proxies too: a client that comes through one is told that proxy's address as
     * the broker's, so that all it says goes through it.
     *
     * @param brokerProperties are added to {@link #oneNodeProperties()} and win over them
     * @param proxies the ports of proxies on this machine; {@link #behind} says where each must lead to
     */
    public static EmbeddedKafka start(Map<String, String> brokerProperties, List<Integer> proxies) {
        ServerLogs.quieten();
        EmbeddedKafka kafka = new EmbeddedKafka(brokerProperties, proxies);
        AtExit.close(kafka);
        try {
            kafka.restart();
            return kafka;
        } catch (Throwable e) {
            kafka.close();
            throw e;
        }
    }

    /** The broker properties that suit one broker on one machine; all others are Kafka's defaults. */
    public static Map<String, String> oneNodeProperties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("auto.create.topics.enable", "false");
        properties.put("default.replication.factor", "1");
        properties.put("min.insync.replicas", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        // Members come and go within a heartbeat of their own, in both group protocols.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.consumer.assignment.interval.ms", "0");
        properties.put("group.consumer.min.heartbeat.interval.ms", "500");
        properties.put("group.consumer.heartbeat.interval.ms", "500");
        // A group may be told to notice a dead member soon.
        properties.put("group.consumer.min.session.timeout.ms", "2000");
        // The default is 128 MiB of heap.
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        return properties;
    }

    /** What clients connect to; the same after a restart. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The port that the proxy with this place in the list must lead to. */
    public int behind(int proxy) {
        String address = detours.get(proxy).address;
        return Integer.parseInt(address.substring(LOOPBACK.length()));
    }

    /** Shuts the broker down in good order, with its port and data kept for {@link #restart}. */
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /**
     * Starts the broker again on the same port with the same data; a running one is stopped first.
     *
     * @throws IllegalStateException if it was closed
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the embedded broker was closed");
        }
        stop();
        KafkaConfig config = KafkaConfig.fromProps(properties(formatted()), false);
        server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
    }

    /** Stops the broker and removes its folder. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            stop();
        } finally {
            if (folder != null) {
                folder.remove();
            }
            AtExit.forget(this);
        }
    }

    /** The folder of its data. */
    public synchronized Path folder() {
        return requireNonNull(folder).path();
    }

    private static String address() {
        return LOOPBACK + Loopback.freePort();
    }

    private Properties properties(TemporaryFolder logs) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", NODE_ID);
        properties.put("log.dirs", logs.path().toString());
        StringBuilder listeners = new StringBuilder("CLIENTS://" + bootstrapServers);
        StringBuilder advertised = new StringBuilder(listeners);
        StringBuilder protocols = new StringBuilder("CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
        for (int i = 0; i < detours.size(); i++) {
            listeners.append(",DETOUR").append(i).append("://").append(detours.get(i).address);
            advertised.append(",DETOUR").append(i).append("://").append(detours.get(i).proxy);
            protocols.append(",DETOUR").append(i).append(":PLAINTEXT");
        }
        properties.put("listeners", listeners + ",CONTROLLER://" + controller);
        properties.put("advertised.listeners", advertised.toString());
        properties.put("listener.security.protocol.map", protocols.toString());
        properties.put("inter.broker.listener.name", "CLIENTS");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.putAll(oneNodeProperties());
        properties.putAll(brokerProperties);
        return properties;
    }

    private TemporaryFolder formatted() {
        if (folder == null) {
            folder = TemporaryFolder.named("embedded-kafka-");
            format(List.of(brokerProperties
                    .getOrDefault("log.dirs", folder.path().toString())
                    .split(",")));
        }
        return folder;
    }

    /**
     * A way through a proxy.
     *
     * @param proxy what clients connect to
     * @param address what the broker listens on
     */
    private record Detour(String proxy, String address) {}

    private static void format(List<String> directories) {
        try {
            Formatter formatter = new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
                    .setNodeId(Integer.parseInt(NODE_ID))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directories.get(0));
            directories.forEach(formatter::addDirectory);
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker's folder could not be formatted", e);
        }
    }
}
