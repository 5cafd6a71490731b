package dev.messagecontact.cli;

import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.CommandClients;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contacts submit}. */
@Command(
        name = "submit",
        description = "Publish commands: each line of the file that is not blank becomes one record of the command "
                + "topic, byte for byte, with its ResourceDirectoryId as the key. The exit code is 0 if the brokers "
                + "have acknowledged all of them.")
public final class SubmitCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    private final CommonOptions common;

    @Parameters(paramLabel = "FILE", description = "A JSON Lines file; - reads standard input.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String file;

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    public SubmitCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = common.settingsOfShortCommand();
        KafkaSettings kafka = settings.kafka();
        String topic = settings.topics().names().commands();
        Tally tally;
        try (InputStream input = open()) {
            ShortLived.requireTopics(kafka, List.of(topic));
            tally = ShortLived.talk(kafka, () -> send(input, kafka, topic));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(tally.summary());
        out.flush();
        return tally.isComplete() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private InputStream open() {
        try {
            return file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "%s cannot be read".formatted(file));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the tally hears of it
    private Tally send(InputStream input, KafkaSettings kafka, String topic) {
        CommandLines lines = new CommandLines(input);
        Tally tally = new Tally(System.nanoTime());
        try (Producer<byte[], byte[]> producer = new CommandClients(kafka).producer();
                ProgressBar progress = progress()) {
            for (byte[] line = next(lines); line != null && !tally.isHopeless(); line = next(lines)) {
                producer.send(new ProducerRecord<>(topic, RecordKey.of(line), line), tally.sending(lines.number()));
                if (progress != null) {
                    progress.stepTo(lines.bytes());
                }
            }
            producer.flush();
        }
        tally.ended(System.nanoTime());
        return tally;
    }

    private byte @Nullable [] next(CommandLines lines) {
        try {
            return lines.next();
        } catch (IOException e) {
            throw new OperatorException("%s cannot be read to its end".formatted(file), e);
        }
    }

    private @Nullable ProgressBar progress() {
        if (quiet || !Terminal.hasStandardError()) {
            return null;
        }
        return new ProgressBarBuilder()
                .setTaskName("submit")
                .setInitialMax(size())
                .setUnit(" KiB", 1024)
                .build();
    }

    /** @return -1 where it is not known */
    private long size() {
        try {
            return file.equals(STANDARD_INPUT) ? -1 : Files.size(Path.of(file));
        } catch (IOException e) {
            return -1;
        }
    }

    /** What became of the lines; the producer's thread reports to it. */
    private static final class Tally {

        private final long start;
        private long end;
        private long sent;
        private long failed;
        private boolean hopeless;
        private @Nullable String firstFailure;

        Tally(long start) {
            this.start = start;
        }

        Callback sending(long line) {
            return (position, failure) -> answered(line, failure);
        }

        private synchronized void answered(long line, @Nullable Exception failure) {
            if (failure == null) {
                sent++;
                return;
            }
            failed++;
            // Each further line would wait as long for the same answer.
            hopeless |= failure instanceof TimeoutException;
            if (firstFailure == null) {
                firstFailure = "line %d: %s".formatted(line, failure.getClass().getSimpleName());
            }
        }

        synchronized boolean isHopeless() {
            return hopeless;
        }

        synchronized boolean isComplete() {
            return failed == 0;
        }

        void ended(long nanoTime) {
            end = nanoTime;
        }

        synchronized String summary() {
            double seconds = Math.max(0.001, (end - start) / 1e9);
            String line = String.format(
                    Locale.ROOT,
                    "%,d sent, %,d failed, in %.1f s (%,.0f per second)",
                    sent,
                    failed,
                    seconds,
                    sent / seconds);
            String first = firstFailure == null ? "" : "; first failure: " + requireNonNullElse(firstFailure, "");
            return line + first + (hopeless ? "; gave up, the lines after it were not sent" : "");
        }
    }
}
