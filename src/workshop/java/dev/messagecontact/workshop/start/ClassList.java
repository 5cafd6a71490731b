package dev.messagecontact.workshop.start;

import dev.messagecontact.cli.EventFeed;
import dev.messagecontact.database.Migration;
import dev.messagecontact.kafka.BoundedAdmin;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.topics.Topics;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.OutcomeTally;
import dev.messagecontact.workshop.testkit.SampleCommands;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Lists the classes that a worker loads until it has answered its first commands. An archive that Java makes of them
 * (class-data sharing) halves the time of a start.
 */
public final class ClassList {

    private static final int COMMANDS = 2_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private ClassList() {}

    /**
     * Runs a worker on servers of its own and writes down what it loads.
     *
     * @param arguments the file to write, and the file with the options of a worker's JVM
     */
    public static void main(String[] arguments) throws Exception {
        Path list = Path.of(arguments[0]).toAbsolutePath();
        Path loaded = Files.createTempFile("loaded", ".classes");
        Path log = Files.createTempFile("worker", ".log");
        try (EmbeddedServices services = EmbeddedServices.start(false)) {
            // Without the JDK's own archive, whose lambdas would not be listed.
            List<String> options = List.of("@" + arguments[1], "-Xshare:off", "-XX:DumpLoadedClassList=" + loaded);
            answerCommands(
                    options, environment(services.database(), services.kafka().bootstrapServers()), log);
            Path made = list.resolveSibling(
                    list.getFileName() + "." + ProcessHandle.current().pid());
            Files.write(made, archivable(Files.readAllLines(loaded)));
            Files.move(made, list, StandardCopyOption.ATOMIC_MOVE);
        } catch (IllegalStateException e) {
            System.err.println(Files.readString(log));
            throw e;
        } finally {
            Files.delete(loaded);
            Files.delete(log);
        }
        System.exit(0);
    }

    private static Map<String, String> environment(EmbeddedDatabase database, String bootstrapServers) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "DATABASE_URL", database.newDatabase("contacts"),
                "DATABASE_USERNAME", database.username(),
                "DATABASE_PASSWORD", database.password());
    }

    private static void answerCommands(List<String> jvmOptions, Map<String, String> environment, Path log)
            throws Exception {
        WorkerSettings settings = Settings.read(environment, null).worker();
        TopicNames topics = settings.topics().names();
        Migration.migrate(settings.database());
        try (Admin admin = new BoundedAdmin(settings.kafka().forAdmin())) {
            new Topics(admin, settings.topics(), settings.commands().maxValueBytes()).createMissing();
        }
        OutcomeTally tally = new OutcomeTally();
        long end = System.nanoTime() + LIMIT.toNanos();
        try (EventFeed events = new EventFeed(settings.kafka(), topics.events());
                WorkerProcess worker = WorkerProcess.start(jvmOptions, environment, log)) {
            submit(settings.kafka(), SampleCommands.of(topics.commands(), COMMANDS));
            while (tally.answers() < COMMANDS) {
                if (!worker.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("the worker does not answer");
                }
                events.next().forEach(tally::count);
            }
            for (String path : List.of("/metrics", "/health/live", "/health/ready", "/console/state")) {
                read("http://127.0.0.1:" + worker.managementPort() + path);
            }
            worker.terminate();
            worker.awaitEnd(LIMIT);
        }
    }

    private static void submit(KafkaSettings kafka, List<ProducerRecord<byte[], byte[]>> commands)
            throws ExecutionException, InterruptedException {
        try (var producer =
                new KafkaProducer<>(kafka.forProducer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent =
                    commands.stream().map(producer::send).toList();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    private static void read(String address) throws IOException {
        try (InputStream in = URI.create(address).toURL().openStream()) {
            in.readAllBytes();
        }
    }

    /**
     * The lines that an archive may have. A class that a jar has in {@code META-INF/versions} must not be in it: with a
     * flight recorder or an agent Java 17 looks for its bytes where they are not, and crashes.
     */
    static List<String> archivable(List<String> lines) {
        return lines.stream().filter(line -> !isVersioned(line)).toList();
    }

    private static boolean isVersioned(String line) {
        if (line.startsWith("#") || line.startsWith("@lambda-form-invoker")) {
            return false;
        }
        String[] words = line.split(" ", 3);
        String name = words[words[0].equals("@lambda-proxy") ? 1 : 0];
        return String.valueOf(ClassLoader.getSystemResource(name + ".class")).contains("META-INF/versions");
    }
}
