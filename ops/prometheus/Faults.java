import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** Servers that fail when told to, a line on standard input each; for fire-alerts.py. Prints "done" after each. */
class Faults {

    private static KafkaProducer<String, String> publisher;

    public static void main(String[] arguments) throws Exception {
        try (EmbeddedServices services = EmbeddedServices.start(false)) {
            String servers = services.kafka().bootstrapServers();
            String url = services.database().newDatabase("contacts");
            String user = services.database().username();
            String password = services.database().password();
            System.out.println(String.join(" ", servers, url, user, password));
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("stop-database")) {
                    services.database().stop();
                } else if (line.equals("restart-database")) {
                    services.database().restart();
                } else if (line.startsWith("begin ")) {
                    begin(servers, line.split(" ")[1]);
                } else if (line.equals("commit")) {
                    publisher.commitTransaction();
                    publisher.close();
                } else if (line.startsWith("delete-commands ")) {
                    deleteAll(servers, line.split(" ")[1]);
                } else {
                    try (Connection connection = DriverManager.getConnection(url, user, password)) {
                        connection.createStatement().execute(line);
                    }
                }
                System.out.println("done");
            }
        }
    }

    private static void begin(String servers, String topic) {
        publisher = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "transactional.id", "publisher", "transaction.timeout.ms", 600_000),
                new StringSerializer(),
                new StringSerializer());
        publisher.initTransactions();
        publisher.beginTransaction();
        publisher.send(new ProducerRecord<>(topic, "rd-1", "no json"));
        publisher.flush();
    }

    private static void deleteAll(String servers, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (var partition : admin.describeTopics(java.util.List.of(topic)).allTopicNames().get().get(topic).partitions()) {
                TopicPartition each = new TopicPartition(topic, partition.partition());
                long end = admin.listOffsets(Map.of(each, OffsetSpec.latest())).partitionResult(each).get().offset();
                all.put(each, RecordsToDelete.beforeOffset(end));
            }
            admin.deleteRecords(all).all().get();
        }
    }
}
