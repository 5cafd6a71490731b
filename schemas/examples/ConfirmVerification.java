import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Confirms one verification: the person has passed it. A sender calls this when the secret that it has sent came back in
 * time. All three ids stand in the verification request.
 *
 * <pre>java -cp 'kafka-clients.jar:slf4j-api.jar' ConfirmVerification.java localhost:9092 rd-3G2b1x c-UnCaInIFdAC377Zi v-vfhjEdFVpjS9gzNn</pre>
 */
public final class ConfirmVerification {

    public static void main(String[] args) throws Exception {
        String brokers = args[0];
        String directoryId = args[1];
        String contactId = args[2];
        String verificationId = args[3];
        // The RequestId is a label that comes back in the answer. Ids need no escapes in JSON.
        String confirmation = """
                {"Action":"ConfirmMessageContactVerification","RequestId":"%s","ResourceDirectoryId":"%s",\
                "ContactId":"%s","VerificationId":"%s"}""".formatted(verificationId, directoryId, contactId, verificationId);

        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
                ProducerConfig.ACKS_CONFIG, "all", // no confirmation is lost with a broker
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, // the client's own retries neither repeat nor reorder
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var record = new ProducerRecord<>("message-contact.verification-outcomes", directoryId, confirmation);
            record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));

            // If this throws, it may or may not be there: send it again, twice is harmless.
            RecordMetadata position = producer.send(record).get();
            System.out.println(
                    "confirmed " + verificationId + " at " + position.partition() + "/" + position.offset());
        }
    }

    private ConfirmVerification() {}
}
