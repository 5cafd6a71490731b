import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes one AddMessageContact command and waits until the broker has it.
 *
 * <pre>java -cp 'kafka-clients.jar:slf4j-api.jar' PublishCommand.java localhost:9092 rd-3G2b1x command.json</pre>
 */
public final class PublishCommand {

    public static void main(String[] args) throws Exception {
        String brokers = args[0];
        String directoryId = args[1];
        String command = Files.readString(Path.of(args[2]));

        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
                ProducerConfig.ACKS_CONFIG, "all", // no command is lost with a broker
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, // the client's own retries neither repeat nor reorder
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            // The key keeps all commands of a directory in order.
            var record = new ProducerRecord<>("message-contact.commands", directoryId, command);
            record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
            record.headers().add("correlationId", "order-4711".getBytes(StandardCharsets.UTF_8));

            // If this throws, the command may or may not be there: send it again with the same RequestId.
            RecordMetadata position = producer.send(record).get();
            System.out.println("published at " + position.partition() + "/" + position.offset());
        }
    }

    private PublishCommand() {}
}
