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
import org.apache.kafka.common.TopicPartition;

/** Servers that fail when told to, a line on standard input each; for fire-alerts.py. Prints "done" after each. */
class Faults {

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
