package dev.messagecontact.cli;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.option.JsonOption;
import dev.messagecontact.cli.option.ProgressBars;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.print.JsonLine;
import dev.messagecontact.command.CommandForm;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.database.Database;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.outcome.Masked;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.recovery.explain.CommandLife;
import dev.messagecontact.recovery.explain.CommandLife.Event;
import dev.messagecontact.recovery.explain.Explained;
import dev.messagecontact.recovery.explain.Explanation;
import dev.messagecontact.recovery.explain.NamedBy;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.Phone;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code contacts explain}. */
@Command(
        name = "explain",
        description = "Show the history of one command: the record, the decision and its reason, the events and their "
                + "positions, repeats and replays; or who led the group past it, when and why. It reads the topics once from "
                + "end to end and changes nothing.",
        exitCodeList = {
            "0:it was found",
            "1:there is no such command in the topic, or it could not be looked for",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
public final class ExplainCommand extends ConfiguredCommand {

    @ArgGroup(multiplicity = "1")
    private final Name name = new Name();

    @Option(names = "--directory", paramLabel = "ID", description = "Only in this resource directory.")
    private @Nullable String directoryId;

    @Option(names = "--show-personal-data", description = "Show name, address and number in full (default: masked).")
    private boolean open;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    /** One of them. */
    static final class Name {

        @Parameters(
                paramLabel = "COMMAND",
                description =
                        "A RequestId. If no command has it: partition:offset of the command topic, or a contact id "
                                + "(c-...).")
        private @Nullable String any;

        @Option(names = "--request-id", paramLabel = "ID", description = "Only what has this RequestId.")
        private @Nullable String requestId;

        @Option(
                names = "--at",
                paramLabel = "PARTITION:OFFSET",
                description = "The command at this position of the command topic, and what repeats it.")
        private @Nullable String position;

        @Option(names = "--contact", paramLabel = "ID", description = "What made this contact (c-...), or is about it.")
        private @Nullable String contactId;
    }

    public ExplainCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() {
        if (name.position != null && RecordPosition.parse(name.position).isEmpty()) {
            throw invocation.badUsage("--at must be two numbers such as 0:17");
        }
        WorkerSettings settings = common.settingsOfShortCommand().worker();
        Broker.requireTopics(settings);
        Explained explained = explained(settings);
        List<CommandLife> lives = explained.lives();
        if (lives.isEmpty()) {
            throw new OperatorException("the command topic has no such command");
        }
        PrintWriter out = invocation.out();
        if (json.isGiven()) {
            lives.forEach(life -> JsonLine.print(out, json(life)));
        } else {
            lives.forEach(life -> print(life, out));
        }
        explained.others().forEach(this::tellOther);
        return ExitCodes.DONE;
    }

    private Explained explained(WorkerSettings settings) {
        try (Database database = Operator.database(settings.database());
                ProgressBars bar = progress.bars()) {
            Explanation explanation = new Explanation(settings, database.dsl(), bar);
            if (name.requestId != null) {
                return explanation.of(name.requestId, Set.of(NamedBy.REQUEST_ID), directoryId);
            } else if (name.position != null) {
                return explanation.of(name.position, Set.of(NamedBy.POSITION), directoryId);
            } else if (name.contactId != null) {
                return explanation.of(name.contactId, Set.of(NamedBy.CONTACT_ID), directoryId);
            }
            return explanation.of(requireNonNull(name.any), EnumSet.allOf(NamedBy.class), directoryId);
        }
    }

    private void tellOther(NamedBy other) {
        String option = other == NamedBy.POSITION ? "--at" : "--contact";
        String what = other == NamedBy.POSITION ? "position of another command" : "id of a contact";
        invocation
                .err()
                .printf("%s is also the %s: `contacts explain %s %s` shows it%n", name.any, what, option, name.any);
    }

    private void print(CommandLife life, PrintWriter out) {
        ConsumerRecord<byte[], byte[]> record = life.request().envelope().record();
        out.printf(
                "command %s of directory %s%n",
                life.request().envelope().requestId(), life.request().envelope().directoryId());
        out.printf(
                "  record    %s, %s, %s%n",
                InTopic.of(record),
                time(record.timestamp()),
                CommandForm.of(record).words());
        out.printf("  decision  %s: %s%n", life.decision() == null ? "none" : life.decision(), life.why());
        Skip skip = life.skip();
        if (skip != null) {
            out.printf("  skipped   by %s, %s: %s%n", skip.by(), skip.at(), skip.reason());
        }
        Contact contact = life.request().acceptedContact();
        if (contact != null) {
            out.printf("  contact   %s, %s%n", contact.contactId(), person(contact));
        }
        for (Event event : life.events()) {
            out.printf(
                    "  event     %s at %s, %s%s%n",
                    event.what(), event.position(), time(event.timestamp()), event.replayed() ? ", replayed" : "");
        }
    }

    private String person(Contact contact) {
        Phone phone = contact.phone();
        String number = phone == null ? "no phone" : phone.number();
        if (open) {
            return "%s, %s, %s".formatted(contact.name(), contact.emailAddress(), number);
        }
        return "%s, %s"
                .formatted(
                        Masked.emailAddress(contact.emailAddress()),
                        phone == null ? number : Masked.phoneNumber(number));
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static ObjectNode json(CommandLife life) {
        ConsumerRecord<byte[], byte[]> record = life.request().envelope().record();
        ObjectNode json = JsonLine.object()
                .put("requestId", life.request().envelope().requestId())
                .put("resourceDirectoryId", life.request().envelope().directoryId());
        JsonLine.place(json.putObject("record"), InTopic.of(record))
                .put("timestamp", time(record.timestamp()))
                .put("form", CommandForm.of(record).words());
        json.put("decision", life.decision()).put("why", life.why());
        Skip skip = life.skip();
        if (skip != null) {
            json.putObject("skipped")
                    .put("by", skip.by())
                    .put("at", skip.at().toString())
                    .put("reason", skip.reason());
        }
        Contact contact = life.request().acceptedContact();
        if (contact != null) {
            json.put("contactId", contact.contactId());
        }
        ArrayNode events = json.putArray("events");
        for (Event event : life.events()) {
            JsonLine.place(events.addObject().put("type", event.what()), event.position())
                    .put("timestamp", time(event.timestamp()))
                    .put("replayed", event.replayed());
        }
        return json;
    }
}
