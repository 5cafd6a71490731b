package dev.messagecontact.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * How much one poll may return, in records and in bytes. Kafka's own limits do not bound memory: {@code max.poll.records} is
 * fixed when the consumer is made, and fetch sizes count compressed bytes, of which a few can hold a gigabyte.
 *
 * <p>It is the consumer's deserializer. Where the budget is spent it throws, and the consumer then returns what it has
 * and offers the same record again in the next poll: it keeps the last record for exactly that ("the retry may succeed, we
 * allow user to move forward in this case", CompletedFetch of kafka-clients). The first record of a poll always passes, unless
 * it is larger than any record may be.
 *
 * <p>Only the thread that polls may use it.
 */
public final class PollBudget {

    private static final int KIBIBYTE = 1024;

    /** The most records of a poll after a consumer has run out of memory. */
    private static final int FEW = 5;

    /** It has no stack trace: it is no failure, and comes once a poll. */
    private static final SerializationException SPENT = new SerializationException("the poll's budget is spent") {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    };

    private final long bytesPerPoll;
    private final long largestRecord;
    private int mostRecords = Integer.MAX_VALUE;
    private boolean countedAny;
    private boolean hasReturnedAny;
    private int recordsLeft = Integer.MAX_VALUE;
    private long bytesLeft;
    private long keyWithoutValue;
    private @Nullable Headers headersOfKey;

    /**
     * A budget for polls of any number of records.
     *
     * @param bytesPerPoll what the records of a poll may take, unpacked
     * @param largestRecord what a single record may take, unpacked
     */
    public PollBudget(long bytesPerPoll, long largestRecord) {
        this.bytesPerPoll = bytesPerPoll;
        this.largestRecord = largestRecord;
        this.bytesLeft = bytesPerPoll;
    }

    /**
     * The limits of one of the readers that share a heap of this size: a sixteenth of it for all their polls together, an
     * eighth for a single record.
     */
    public static PollBudget ofHeap(long maxHeapBytes, int readers) {
        return new PollBudget(maxHeapBytes / 16 / readers, maxHeapBytes / 8);
    }

    /** Whether a poll failed only because the budget was spent before its first record: there is nothing to take now. */
    static boolean isSpent(RecordDeserializationException failure) {
        return failure.getCause() == SPENT;
    }

    /** Allows this many records, and the bytes of a poll, from now on; more than one poll may share them. */
    public void renew(int records) {
        countedAny = false;
        hasReturnedAny = false;
        recordsLeft = records;
        bytesLeft = bytesPerPoll;
        keyWithoutValue = 0;
        headersOfKey = null;
    }

    /**
     * How many of the records that a poll has returned are within the budget, in their order. Kafka calls no deserializer for
     * those without key and value, so they are counted here. The first record since the budget was renewed always is.
     */
    public int within(ConsumerRecords<byte[], byte[]> polled) {
        countTombstone();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            if (record.key() == null && record.value() == null) {
                count(sizeOf(record.headers()));
            }
        }
        int count = polled.count() - (recordsLeft < 0 || bytesLeft < 0 ? beyond(polled) : 0);
        hasReturnedAny |= count > 0;
        return count;
    }

    /** How many of the last records are to be left, so that the others are within the budget; it has these back then. */
    private int beyond(ConsumerRecords<byte[], byte[]> polled) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        polled.forEach(records::add);
        int first = hasReturnedAny ? 0 : 1;
        int end = records.size();
        for (; end > first && (recordsLeft < 0 || bytesLeft < 0); end--) {
            recordsLeft++;
            bytesLeft += sizeOf(records.get(end - 1));
        }
        return records.size() - end;
    }

    /**
     * Lets consumers that are made from now on take a few records at a time, or any number again. Records without key and value
     * are counted when they are in memory: what all of one poll take has no other bound.
     */
    public void takeFew(boolean few) {
        mostRecords = few ? FEW : Integer.MAX_VALUE;
    }

    /** How many records a consumer that is made now may take with one poll, of those that are wanted. */
    public int mostRecords(int wanted) {
        return Math.min(wanted, mostRecords);
    }

    /** Reads keys. They come before their values, and are counted with them; a tombstone has no value to come. */
    public Deserializer<byte[]> keys() {
        return (Counting) (topic, headers, data) -> {
            countTombstone();
            long bytes = 1 + data.remaining() + sizeOf(headers);
            requireRoom(bytes);
            keyWithoutValue = bytes;
            headersOfKey = headers;
            return copy(data);
        };
    }

    /** Reads values, and counts them with their keys and headers. */
    public Deserializer<byte[]> values() {
        return (Counting) (topic, headers, data) -> {
            if (headers != headersOfKey) { // no key came before this value
                countTombstone();
                keyWithoutValue = sizeOf(headers);
            }
            long bytes = keyWithoutValue + data.remaining();
            keyWithoutValue = 0; // it is no tombstone's, whether there is room or not
            requireRoom(bytes);
            count(bytes);
            return copy(data);
        };
    }

    /** What the consumer calls, before it copies a record's bytes. */
    private interface Counting extends Deserializer<byte[]> {

        @Override
        byte[] deserialize(String topic, Headers headers, ByteBuffer data);

        @Override
        default byte[] deserialize(String topic, byte[] data) {
            return data;
        }
    }

    /** An Error would pass through the consumer, and leave it moved past records that it never returned. */
    private static byte[] copy(ByteBuffer data) {
        try {
            return Utils.toArray(data);
        } catch (OutOfMemoryError e) {
            throw new SerializationException("a record is larger than this worker's memory", e);
        }
    }

    private void countTombstone() {
        if (keyWithoutValue > 0) {
            count(keyWithoutValue);
        }
    }

    private void requireRoom(long bytes) {
        if (bytes > largestRecord) {
            throw new SerializationException(
                    "a record of %d KiB is larger than the %d KiB that this worker's memory allows"
                            .formatted(bytes / KIBIBYTE, largestRecord / KIBIBYTE));
        }
        if (countedAny && (recordsLeft <= 0 || bytes > bytesLeft)) {
            throw SPENT;
        }
    }

    private void count(long bytes) {
        countedAny = true;
        recordsLeft--;
        bytesLeft -= bytes;
        keyWithoutValue = 0;
        headersOfKey = null;
    }

    private static long sizeOf(ConsumerRecord<byte[], byte[]> record) {
        long key = record.key() == null ? 0 : 1 + record.key().length;
        return key + (record.value() == null ? 0 : record.value().length) + sizeOf(record.headers());
    }

    private static long sizeOf(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }
}
