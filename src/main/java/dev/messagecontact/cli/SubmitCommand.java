package dev.messagecontact.cli;

import dev.messagecontact.cli.input.CommandFile;
import dev.messagecontact.cli.input.CommandLines;
import dev.messagecontact.cli.input.RecordKey;
import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.option.SigningOptions;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.OperatorClients;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.TopicNames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code contacts submit}. */
@Command(
        name = "submit",
        description = "Publish commands: each line of the file that is not blank becomes one record of the command "
                + "topic, byte for byte, with its ResourceDirectoryId as the key. Lines end with LF, CR LF or CR. "
                + "A line that is not a JSON object is counted and published too; the worker rejects it. The exit "
                + "code is 0 if the brokers have acknowledged all records.")
public final class SubmitCommand extends ConfiguredCommand {

    private static final int ROOM_FOR_KEY_AND_HEADERS = 64 * 1024;
    private static final Duration PATIENCE_WHEN_INTERRUPTED = Duration.ofSeconds(5);

    @Parameters(
            paramLabel = "FILE",
            description = "A JSON Lines file, plain or compressed with gzip; - reads standard input.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String file;

    @Mixin
    private final SigningOptions signing = new SigningOptions();

    @Option(
            names = "--outcomes",
            description =
                    "Publish to the topic of the verification outcomes, as the email and SMS senders do: each line "
                            + "confirms that a contact is reached. Nothing is signed there.")
    private boolean outcomes;

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    public SubmitCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = common.settingsOfShortCommand();
        KafkaSettings kafka = settings.kafka();
        TopicNames names = settings.topics().names();
        String topic = outcomes ? names.verificationOutcomes() : names.commands();
        int longest = CommandLines.longest(settings.commands());
        UnaryOperator<ProducerRecord<byte[], byte[]>> signature =
                outcomes ? UnaryOperator.identity() : signing.signature(settings);
        SubmitTally tally = new SubmitTally(invocation.err());
        try (CommandFile input = CommandFile.named(file, invocation)) {
            Broker.requireTopics(kafka, List.of(topic));
            try (Producer<byte[], byte[]> producer =
                            new OperatorClients(kafka).producer(longest + ROOM_FOR_KEY_AND_HEADERS);
                    Interruption interruption = Interruption.does(() -> stop(producer, tally))) {
                send(input, longest, new Destination(producer, topic, signature), tally, interruption);
            }
        }
        tally.tell(invocation.out());
        return tally.isComplete() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private void send(CommandFile input, int longest, Destination to, SubmitTally tally, Interruption interruption) {
        CommandLines lines = new CommandLines(
                input.content(),
                longest,
                line -> tally.fails(line, String.format(Locale.ROOT, "longer than %,d bytes", longest)));
        try (ProgressBar progress = progress(input.size())) {
            byte[] line = lines.next();
            while (line != null && !tally.isHopeless()) {
                send(line, lines.number(), to, tally);
                if (progress != null) {
                    progress.stepTo(input.bytesRead());
                }
                line = lines.next();
            }
            to.producer.flush();
        } catch (IOException e) {
            tally.endsEarly("%s cannot be read beyond line %d".formatted(file, lines.number() - 1));
        } catch (KafkaException | IllegalStateException e) {
            if (!interruption.isUnderWay()) { // it closes the producer
                throw e;
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the tally hears of it
    private static void send(byte[] line, long number, Destination to, SubmitTally tally) {
        RecordKey key = RecordKey.of(line);
        if (!key.isObject()) {
            tally.isNoObject(number);
        }
        to.producer.send(to.signature.apply(new ProducerRecord<>(to.topic, key.bytes(), line)), tally.sending(number));
    }

    /** Where lines are published, and how they are signed. */
    private record Destination(
            Producer<byte[], byte[]> producer, String topic, UnaryOperator<ProducerRecord<byte[], byte[]>> signature) {}

    /** What is on its way gets a moment to be acknowledged. */
    private void stop(Producer<byte[], byte[]> producer, SubmitTally tally) {
        tally.endsEarly("interrupted, the lines after these were not sent");
        producer.close(PATIENCE_WHEN_INTERRUPTED);
        tally.tell(invocation.out());
    }

    private @Nullable ProgressBar progress(long size) {
        if (!progress.hasBars()) {
            return null;
        }
        return new ProgressBarBuilder()
                .setTaskName("submit")
                .setInitialMax(size)
                .setUnit(" KiB", 1024)
                .build();
    }
}
