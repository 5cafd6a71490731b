package dev.messagecontact.workshop.soak;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes commands at a rate until it is closed, on a thread of its own. The broker may be away meanwhile: each command
 * gets into the topic once.
 */
final class Load implements AutoCloseable {

    private static final long SECOND = 1_000_000_000L;

    private final KafkaProducer<byte[], byte[]> producer;
    private final CommandStream commands;
    private final int perSecond;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::publish, "load");
    private volatile boolean closed;

    private Load(KafkaProducer<byte[], byte[]> producer, CommandStream commands, int perSecond) {
        this.producer = producer;
        this.commands = commands;
        this.perSecond = perSecond;
    }

    static Load start(String bootstrapServers, CommandStream commands, int perSecond) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG, 5,
                // To a new partition, a later request may get in before the first, which then never will.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 600_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
        Load load = new Load(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), commands, perSecond);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    /** How many commands are in the topic. */
    long count() {
        return acknowledged.get();
    }

    /** Why it could not publish; null if it could. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    /** Stops, when all that was sent is in the topic. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of it
    private void publish() {
        long start = System.nanoTime();
        for (long sent = 0; !closed; sent++) {
            producer.send(commands.next(), (position, failed) -> note(failed));
            long due = start + sent * SECOND / perSecond;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void note(@Nullable Exception failed) {
        if (failed == null) {
            acknowledged.incrementAndGet();
        } else {
            failure.compareAndSet(null, failed);
        }
    }
}
