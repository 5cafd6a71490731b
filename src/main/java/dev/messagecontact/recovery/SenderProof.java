package dev.messagecontact.recovery;

import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.token.Authorization;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.WorkerSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether the workers would believe who sent a command if it was published once more now. A token is judged by the time of its
 * record: the one that was valid at the first record may have expired since, and only its publisher can get another. Not
 * thread-safe.
 */
public final class SenderProof implements AutoCloseable {

    /** Ids that are derived from it play no part in who sent a command. */
    private static final UUID ANY_TOPIC_ID = new UUID(0, 0);

    private final WorkerSettings settings;
    private final LongSupplier now;
    private final Authorization authorization;
    private final Map<String, RequestReader> readers = new HashMap<>();

    /**
     * @param settings with the keys that hold now; without authorization every sender is believed
     * @param now milliseconds since 1970 UTC
     * @throws OperatorException if the file of keys or of the policy cannot be used
     */
    public SenderProof(WorkerSettings settings, LongSupplier now) {
        this.settings = settings;
        this.now = now;
        this.authorization = Authorization.open(settings.authorization());
    }

    /** @param topic where it would be published, one that commands are taken from */
    public boolean holds(ConsumerRecord<byte[], byte[]> command, String topic) {
        RequestReader reader = readers.computeIfAbsent(
                topic, name -> CommandReaders.of(settings, name, ANY_TOPIC_ID, authorization::senders));
        return !(reader.read(asOfNow(command), Past.NONE).sender() instanceof Sender.Unproven);
    }

    private ConsumerRecord<byte[], byte[]> asOfNow(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                now.getAsLong(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    @Override
    public void close() {
        authorization.close();
    }
}
