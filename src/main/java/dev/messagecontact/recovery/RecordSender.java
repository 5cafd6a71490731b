package dev.messagecontact.recovery;

import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.settings.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;

/** Sends records in Kafka transactions of some hundred each, at a pace. Not thread-safe. */
public final class RecordSender implements AutoCloseable {

    private static final int LARGEST_BATCH = 500;

    private final @Nullable Producer<byte[], byte[]> producer;
    private final Pace pace;
    private final List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
    private long sent;

    private RecordSender(@Nullable Producer<byte[], byte[]> producer, Pace pace) {
        this.producer = producer;
        this.pace = pace;
    }

    /** Counts what would be sent. */
    public static RecordSender counting() {
        return new RecordSender(null, Pace.ANY);
    }

    /**
     * Sends what publishers have sent, once more. When it returns, what a killed run has sent is there for good or not at all.
     *
     * @param task names the transactional id
     * @throws AccessDeniedException if the account may not use that id
     */
    public static RecordSender of(WorkerSettings settings, String task, Pace pace) {
        KafkaClients clients = new KafkaClients(settings);
        Producer<byte[], byte[]> producer = clients.resendingProducer(task);
        try {
            producer.initTransactions();
            return new RecordSender(producer, pace);
        } catch (RuntimeException e) {
            producer.close();
            throw e instanceof TransactionalIdAuthorizationException denied
                    ? AccessDeniedException.naming("transactional id " + clients.transactionalId(task), denied)
                    : e;
        }
    }

    /** Sends a record, with the ones before it or with the next {@link #flush} at the latest. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        batch.add(record);
        if (batch.size() == LARGEST_BATCH) {
            flush();
        }
    }

    /** Commits what is not sent yet. */
    @SuppressWarnings("FutureReturnValueIgnored") // a send that failed makes the commit fail
    public void flush() {
        if (producer != null && !batch.isEmpty()) {
            producer.beginTransaction();
            batch.forEach(producer::send);
            producer.commitTransaction();
            pace.after(batch.size());
        }
        sent += batch.size();
        batch.clear();
    }

    /** How many records were sent, or would have been. */
    public long sent() {
        return sent;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
