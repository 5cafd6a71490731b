package dev.messagecontact.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a run of one of Kafka's own tools gave. The tool has a process of its own, as it ends its process itself. */
public record KafkaTool(int exitCode, String output) {

    private static final Map<String, String> CLASSES = Map.of(
            "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand",
            "kafka-transactions.sh", "org.apache.kafka.tools.TransactionsCommand",
            "kafka-consumer-groups.sh", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand");

    /** @param line the script's name, then its arguments */
    public static KafkaTool run(List<String> line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(WorkerProcess.java(), "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Objects.requireNonNull(CLASSES.get(line.get(0)), line.get(0)));
        command.addAll(line.subList(1, line.size()));
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
        return new KafkaTool(tool.waitFor(), output);
    }
}
