package dev.messagecontact.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Partitions with contacts, of which each run of a command may have its own, and runs that are killed. */
final class KillStage implements AutoCloseable {

    private final KilledTool tool;
    private final int partitions;
    private final TestStage stage;
    private int contacts;

    KillStage(KilledTool tool, int partitions) {
        this.tool = tool;
        this.partitions = partitions;
        this.stage = tool.stage(partitions);
    }

    TestStage stage() {
        return stage;
    }

    /** How many commands were published that add one. */
    int contacts() {
        return contacts;
    }

    /** Publishes so many commands on each partition. */
    void addToEach(int commands) {
        stage.submit(IntStream.range(0, commands * partitions)
                .mapToObj(i -> adding(i % partitions, contacts++))
                .toList());
    }

    /** Adds the contact of this number to the directory that a partition has. */
    ProducerRecord<byte[], byte[]> adding(int partition, int number) {
        ProducerRecord<byte[], byte[]> adding = Commands.adding(stage, "rd-" + partition, "r-" + number, name(number));
        return new ProducerRecord<>(adding.topic(), partition, adding.key(), adding.value());
    }

    static String name(int number) {
        return "tom" + Commands.letters(number);
    }

    /** The first contact of a partition. */
    static String contactId(int partition) {
        return DerivedIds.contactId("rd-" + partition, "r-" + partition);
    }

    static ProducerRecord<byte[], byte[]> record(String topic, int partition, String value) {
        return new ProducerRecord<>(topic, partition, "rd-0".getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** A worker answers everything. */
    void answerAll(Map<String, String> settings) {
        RunningWorker worker = stage.startWorker(settings);
        stage.answers(stage.all(stage.commands(), stage.outcomes()).size());
        worker.stop();
    }

    /** Workers answer what comes next, every command has its answer, and each contact was asked once to verify. */
    void goesOn(int asked) {
        addToEach(1);
        RunningWorker worker = stage.startWorker();
        CommandLineRun audit = stage.run("audit", "--quiet");
        worker.stop();
        assertEquals(0, audit.exitCode(), () -> audit.out() + audit.err());
        Aftermath.assertAskedOnce(stage, asked + partitions);
    }

    /** Runs a command until it is killed behind a step, and not again; gives that step. */
    String kill(int step, String command) {
        return tool.run(stage, Map.of(), step, command.split(" "));
    }

    /** Kills a command behind each of its steps, and gives it again word for word. */
    int killAtEachStep(IntFunction<String> command, String... steps) {
        return killAtEachStep(Map.of(), command, command, () -> {}, steps);
    }

    /**
     * Kills a command behind its first step, in the next run behind its second, and so on, and finishes it each time; the last
     * run is not killed.
     *
     * @param command the line for a run; the first has the number 1
     * @param again the line that finishes it
     * @param check holds after each
     * @param steps all kinds of steps that it has
     * @return the number of the last run
     */
    int killAtEachStep(
            Map<String, String> settings,
            IntFunction<String> command,
            IntFunction<String> again,
            Runnable check,
            String... steps) {
        Set<String> killed = new HashSet<>();
        int run = 1;
        String last = tool.run(stage, settings, run, command.apply(run).split(" "));
        while (last != null) {
            String step = last;
            CommandLineRun second = CommandLineRun.of(
                    stage.environment(settings), again.apply(run).split(" "));
            assertEquals(0, second.exitCode(), () -> "killed behind " + step + ": " + second);
            check.run();
            killed.addAll(List.of(step.split(KilledTool.AND)));
            run++;
            last = tool.run(stage, settings, run, command.apply(run).split(" "));
        }
        check.run();
        assertEquals(Set.of(steps), killed);
        return run;
    }

    @Override
    public void close() {
        stage.close();
    }
}
