package dev.messagecontact.workshop.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Faults of a broker that runs. Any thread may call it. */
final class BrokerFaults {

    /** The soak's clients do not log in. */
    private static final String EVERYBODY = "User:ANONYMOUS";

    private static final double BYTES_PER_SECOND = 50_000;

    private static final int RECORDS = 100;
    private static final int RECORD_BYTES = 900_000;

    private final Admin admin;
    private final String commandTopic;

    BrokerFaults(Admin admin, String commandTopic) {
        this.admin = admin;
        this.commandTopic = commandTopic;
    }

    /** Everything is allowed where there is no rule, so the group needs one that allows the rest. */
    void withdrawRight(Runnable pause) {
        AclBinding refusal = rule(AclOperation.READ, AclPermissionType.DENY);
        if (done(admin.createAcls(List.of(rule(AclOperation.ALL, AclPermissionType.ALLOW), refusal))
                .all())) {
            pause.run();
            insist(() -> admin.deleteAcls(List.of(refusal.toFilter())).all());
        }
    }

    private static AclBinding rule(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.GROUP, SoakServers.GROUP, PatternType.LITERAL),
                new AccessControlEntry(EVERYBODY, "*", operation, permission));
    }

    /** Limits what the lanes of a worker may publish. */
    void limit(int worker, Runnable pause) {
        if (done(quota(worker, BYTES_PER_SECOND))) {
            pause.run();
            insist(() -> quota(worker, null));
        }
    }

    private KafkaFuture<Void> quota(int worker, @Nullable Double bytesPerSecond) {
        ClientQuotaAlteration.Op change = new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
        List<ClientQuotaAlteration> ofLanes = IntStream.range(0, SoakServers.LANES)
                .mapToObj(lane -> new ClientQuotaEntity(
                        Map.of(ClientQuotaEntity.CLIENT_ID, SoakServers.instance(worker) + "-" + lane)))
                .map(client -> new ClientQuotaAlteration(client, List.of(change)))
                .toList();
        return admin.alterClientQuotas(ofLanes).all();
    }

    /** Records of one letter: no commands, small on the way, large where they are unpacked. */
    @SuppressWarnings("FutureReturnValueIgnored") // if the broker is away, there is no bomb
    void sendBomb(String bootstrapServers) {
        byte[] value = new byte[RECORD_BYTES];
        Arrays.fill(value, (byte) 'x');
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd",
                ProducerConfig.LINGER_MS_CONFIG,
                5);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(commandTopic, ("bomb-" + i).getBytes(UTF_8), value));
            }
        }
    }

    /** A rule that stayed because the broker was away just then would be a fault without end. */
    private static void insist(Supplier<KafkaFuture<?>> change) {
        while (!done(change.get()) && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(100_000_000L);
        }
    }

    private static boolean done(KafkaFuture<?> change) {
        try {
            change.get();
            return true;
        } catch (ExecutionException e) {
            return false; // the broker is away: a fault of its own
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
