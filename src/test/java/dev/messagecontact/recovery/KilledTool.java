package dev.messagecontact.recovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.support.Waiting;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a command as a process that is killed behind one of its steps. A step is what changes something on a server: a statement, a
 * commit, a request to a broker. The server does it, the command gets no reply, and nothing that the command does from then on
 * reaches a server.
 */
final class KilledTool implements AutoCloseable {

    /**
     * Of the statements of one transaction some are enough: whichever was the last, all are undone. A lock counts too, since a
     * killed run must not leave it behind.
     */
    private static final Pattern CHANGE = Pattern.compile(
            "(insert into|update|delete from) (operator_action|replay|batch_receipt|directory_change)\\b"
                    + "|\\bcommit\\b|pg_try_advisory\\w+");

    /** As Kafka's protocol numbers them. */
    private static final Map<Short, String> REQUESTS = Map.of(
            (short) 0, "Produce",
            (short) 8, "OffsetCommit",
            (short) 22, "InitProducerId",
            (short) 24, "AddPartitionsToTxn",
            (short) 25, "AddOffsetsToTxn",
            (short) 26, "EndTxn",
            (short) 28, "TxnOffsetCommit");

    /** Threads that may outlive a command and send nothing: the driver's own, and those of a pool that was interrupted as it closed. */
    private static final Set<String> HARMLESS =
            Set.of("PostgreSQL-JDBC-Cleaner", "directories:connection-closer", "directories:housekeeper");

    /** Between the names of steps that came at once. */
    static final String AND = " and ";

    private final FaultyProxy toBroker = FaultyProxy.open();
    private final FaultyProxy toDatabase = FaultyProxy.open();
    private final EmbeddedKafka kafka = EmbeddedKafka.start(Map.of(), List.of(toBroker.port()));

    KilledTool() {
        toBroker.leadTo(kafka.behind(0));
    }

    /** A stage on whose servers commands can be killed. */
    TestStage stage(int partitions) {
        return TestStage.on(kafka, partitions);
    }

    /**
     * Runs a command until it is killed.
     *
     * @param step which one is its last: 1 for the first
     * @return the name of that step; null if the command has ended by itself before, and well
     */
    String run(TestStage stage, Map<String, String> settings, int step, String... command) {
        Deadline deadline = new Deadline(step);
        toBroker.forward();
        toBroker.loseReplyTo(deadline.at(KilledTool::request), () -> kill(deadline));
        toDatabase.forward();
        toDatabase.loseReplyTo(deadline.at(KilledTool::statement), () -> kill(deadline));
        Map<String, String> environment = throughProxies(stage, settings);
        ThreadGroup process = new ThreadGroup("tool");
        CompletableFuture<CommandLineRun> end = CompletableFuture.supplyAsync(
                () -> CommandLineRun.of(environment, command), task -> new Thread(process, task, "tool").start());
        Waiting.await("the end of " + Arrays.toString(command)).until(() -> {
            if (deadline.isPast) {
                process.interrupt(); // nothing that it waits for will come
            }
            return end.isDone() && threads(process).isEmpty();
        });
        String last = deadline.last.get();
        if (last == null) {
            assertEquals(0, end.join().exitCode(), () -> Arrays.toString(command) + " " + end.join());
        }
        return last;
    }

    private void kill(Deadline deadline) {
        toBroker.refuse();
        toDatabase.refuse();
        deadline.isPast = true;
    }

    private Map<String, String> throughProxies(TestStage stage, Map<String, String> settings) {
        String url = stage.databaseAddress().jdbcUrl();
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        toDatabase.leadTo(port);
        Map<String, String> all = new HashMap<>(stage.environment(settings));
        all.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + toBroker.port());
        // Without names for statements that come often: each comes with its text.
        all.put("DATABASE_URL", url.replace(":" + port + "/", ":" + toDatabase.port() + "/") + "?prepareThreshold=0");
        return all;
    }

    private static List<String> threads(ThreadGroup process) {
        Thread[] threads = new Thread[process.activeCount() + 10];
        int count = process.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .map(Thread::getName)
                .filter(name -> !HARMLESS.contains(name))
                .toList();
    }

    /** Requests come one by one or several at a time, each with its length before it. */
    private static String request(byte[] sent) {
        ByteBuffer requests = ByteBuffer.wrap(sent);
        List<String> names = new ArrayList<>();
        for (int at = 0; at >= 0 && at + 6 <= sent.length; at += 4 + requests.getInt(at)) {
            String name = REQUESTS.get(requests.getShort(at + 4));
            if (name != null) {
                names.add(name);
            }
        }
        return names.isEmpty() ? null : String.join(AND, names);
    }

    private static String statement(byte[] sent) {
        Matcher change = CHANGE.matcher(
                new String(sent, ISO_8859_1).toLowerCase(Locale.ROOT).replace("\"", ""));
        return change.find() ? change.group() : null;
    }

    @Override
    public void close() {
        kafka.close();
        toBroker.close();
        toDatabase.close();
    }

    /** Counts the steps of both servers as they come. */
    private static final class Deadline {

        private final AtomicReference<String> last = new AtomicReference<>();
        private volatile boolean isPast;
        private int left;

        Deadline(int step) {
            this.left = step;
        }

        Predicate<byte[]> at(Function<byte[], String> step) {
            return sent -> isLast(step.apply(sent));
        }

        private synchronized boolean isLast(String step) {
            if (step == null || --left != 0) {
                return false;
            }
            last.set(step);
            return true;
        }
    }
}
