import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Consumes SMS verification requests and sends each VerificationId once.
 *
 * <pre>java -cp 'kafka-clients.jar:slf4j-api.jar' SendVerifications.java localhost:9092 sms-sender [how many]</pre>
 */
public final class SendVerifications {

    /** In earnest: a table in the sender's own database. Keep its rows longer than the topic keeps its records. */
    private static final Set<String> SENT = new HashSet<>();

    public static void main(String[] args) {
        long left = args.length > 2 ? Long.parseLong(args[2]) : Long.MAX_VALUE;
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0],
                ConsumerConfig.GROUP_ID_CONFIG, args[1],
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", // a request taken back is never seen
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, // we commit after sending
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("message-contact.sms-verifications"));
            while (left > 0) {
                for (ConsumerRecord<String, String> request : consumer.poll(Duration.ofSeconds(1))) {
                    handle(request);
                    left--;
                }
                consumer.commitSync(); // only now: a crash before repeats requests, and loses none
            }
        }
    }

    private static void handle(ConsumerRecord<String, String> request) {
        if (!"messagecontact.sms-verification-requested.v1".equals(header(request, "ce_type"))) {
            return; // a kind that came later than this program
        }
        String verificationId = header(request, "ce_id");
        if (SENT.contains(verificationId)) {
            System.out.println("already sent " + verificationId);
        } else {
            send(verificationId, request.value());
            SENT.add(verificationId);
        }
    }

    /** Hands the message to the SMS gateway; give it the VerificationId as idempotency key if it takes one. */
    private static void send(String verificationId, String value) {
        // Ids only: name and number are personal data.
        System.out.println("sending " + verificationId + " (" + value.length() + " characters)");
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private SendVerifications() {}
}
