package dev.messagecontact.recovery;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends records in Kafka transactions of some hundred each, at a pace. Not thread-safe. */
public final class RecordSender {

    private static final int LARGEST_BATCH = 500;

    private final @Nullable Producer<byte[], byte[]> producer;
    private final Pace pace;
    private final List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
    private long sent;

    /** @param producer a transactional one; null to count only */
    public RecordSender(@Nullable Producer<byte[], byte[]> producer, Pace pace) {
        this.producer = producer;
        this.pace = pace;
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
}
