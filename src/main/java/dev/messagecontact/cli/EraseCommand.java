package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.Confirmation;
import dev.messagecontact.cli.option.SigningOptions;
import dev.messagecontact.cli.print.TextTable;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.OperatorClients;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.TopicNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code contacts erase}. */
@Command(
        name = "erase",
        description =
                "Delete a contact at a person's request: publish the command that does it, wait for the answer, and "
                        + "say in which topics the person's data still stands and until when. Workers must be running.",
        exitCodeList = {
            "0:the contact is deleted",
            "1:it was refused, or no answer came in time; one line on standard error says which",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
public final class EraseCommand extends ConfiguredCommand {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int LONGEST_RECORD = 64 * 1024;

    @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The resource directory's id.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String directoryId;

    @Parameters(index = "1", paramLabel = "CONTACT", description = "The contact's id: c- and 16 letters or digits.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String contactId;

    @Option(
            names = "--request-id",
            paramLabel = "ID",
            description =
                    "The command's RequestId, so that a run that was cut short can be run again (default: a new one).")
    private String requestId = "erase-" + UUID.randomUUID();

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT1M",
            description = "How long to wait for the answer, such as 30s or PT1M (default: 1 minute).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Duration wait;

    @Mixin
    private final SigningOptions signing = new SigningOptions();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    public EraseCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        requireIds();
        Settings settings = common.settingsOfShortCommand();
        UnaryOperator<ProducerRecord<byte[], byte[]>> signature = signing.signature(settings);
        KafkaSettings kafka = settings.kafka();
        TopicNames topics = settings.topics().names();
        Broker.requireTopics(kafka, topics.all());
        confirmation.require("This deletes the contact %s of %s for ever".formatted(contactId, directoryId));
        invocation.err().println("RequestId of the deletion: " + requestId); // also if it is cut short
        PublishedEvent answer = delete(kafka, topics, signature.apply(command(topics)));
        if (answer.kind() == EventKind.ERRORS) {
            throw refused(String.valueOf(answer.content().code()), kafka, topics);
        }
        invocation.out().printf(Locale.ROOT, "deleted: %s of %s by RequestId %s%n", contactId, directoryId, requestId);
        tellWhereDataStands(kafka, topics);
        return ExitCodes.DONE;
    }

    /** Without a contact of this id, a run before this one may have deleted it and ended before it could tell. */
    private OperatorException refused(String code, KafkaSettings kafka, TopicNames topics) {
        if (!code.equals(ErrorCode.CONTACT_NOT_FOUND.code())) {
            return new OperatorException("the contact is not deleted: %s (RequestId %s)".formatted(code, requestId));
        }
        tellWhereDataStands(kafka, topics);
        invocation.out().flush();
        return new OperatorException("there is no such contact: it was deleted before, or never was: %s (RequestId %s)"
                .formatted(code, requestId));
    }

    private void requireIds() {
        if (!Identifiers.isDirectoryId(directoryId)) {
            throw invocation.badUsage("DIRECTORY is no id of a resource directory");
        }
        if (!Identifiers.isContactId(contactId)) {
            throw invocation.badUsage("CONTACT is no id of a contact");
        }
        if (!Identifiers.isRequestId(requestId)) {
            throw invocation.badUsage("--request-id is no RequestId");
        }
    }

    private PublishedEvent delete(KafkaSettings kafka, TopicNames topics, ProducerRecord<byte[], byte[]> command) {
        try (EventFeed events = new EventFeed(kafka, topics.events());
                Producer<byte[], byte[]> producer = new OperatorClients(kafka).producer(LONGEST_RECORD)) {
            RecordMetadata sent = KafkaFutures.get("topic " + topics.commands(), producer.send(command));
            RecordPosition position = new RecordPosition(sent.partition(), sent.offset());
            return answer(events, position)
                    .orElseThrow(() -> new OperatorException(
                            "no answer within %d s to the command at %s; is a worker running? Run it again with --request-id %s"
                                    .formatted(wait.toSeconds(), position, requestId)));
        }
    }

    private ProducerRecord<byte[], byte[]> command(TopicNames topics) {
        byte[] value = JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("Action", Action.DELETE.operation())
                .put("RequestId", requestId)
                .put("ResourceDirectoryId", directoryId)
                .put("ContactId", contactId));
        return new ProducerRecord<>(topics.commands(), directoryId.getBytes(UTF_8), value);
    }

    private Optional<PublishedEvent> answer(EventFeed events, RecordPosition command) {
        long end = System.nanoTime() + wait.toNanos();
        while (System.nanoTime() < end) {
            for (PublishedEvent event : events.next()) {
                if (event.kind().isAnswer()
                        && event.content().command().filter(command::equals).isPresent()) {
                    return Optional.of(event);
                }
            }
        }
        return Optional.empty();
    }

    /** What was published before cannot be taken back: Kafka deletes it when its time is over. */
    private void tellWhereDataStands(KafkaSettings kafka, TopicNames topics) {
        PrintWriter out = invocation.out();
        List<List<String>> rows = new ArrayList<>();
        List<String> withPersonalData = List.of(
                topics.commands(), topics.emailVerifications(), topics.smsVerifications(), topics.deadLetters());
        try (Admin admin = new OperatorClients(kafka).admin()) {
            withPersonalData.forEach(topic -> rows.add(
                    List.of(topic, until(TopicConfiguration.get(topic, TopicConfiguration.ask(admin, topic))))));
        }
        out.print(TextTable.of(List.of("The person's data may still stand in", "Until about"), rows));
        out.println("Backups of the database have it until they are deleted. Senders keep what they keep.");
    }

    /** Kafka deletes whole segments, so a record may stand for as long as its segment takes to fill. */
    private static String until(TopicConfiguration configuration) {
        Duration kept = configuration.retention().time();
        if (kept == null) {
            return "for ever: set a retention";
        }
        return Instant.now()
                .plus(kept)
                .plus(configuration.longestSegment())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
