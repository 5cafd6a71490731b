package dev.messagecontact.schemas;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.messagecontact.command.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The contracts in {@code schemas/} as partners get them. Stateless; any thread may call it. */
public final class PublishedSchemas {

    static final Path FOLDER = Path.of("schemas");
    static final String COMMAND = "v1/add-message-contact.command.schema.json";
    static final String SEND_EMAIL = "v1/send-email-verification.command.schema.json";
    static final String SEND_PHONE = "v1/send-phone-verification.command.schema.json";
    static final String DELETE = "v1/delete-message-contact.command.schema.json";
    static final String CONFIRM = "v1/confirm-verification.command.schema.json";
    static final String CLOUD_EVENT = "v1/add-message-contact.cloudevent.schema.json";
    static final String CONTACT_COMMAND_CLOUD_EVENT = "v1/contact-command.cloudevent.schema.json";
    static final String CONFIRM_CLOUD_EVENT = "v1/confirm-verification.cloudevent.schema.json";
    public static final String ADDED = "v1/added.event.schema.json";
    public static final String VERIFICATION_SENT = "v1/verification-sent.event.schema.json";
    public static final String VERIFIED = "v1/verified.event.schema.json";
    public static final String DELETED = "v1/deleted.event.schema.json";
    public static final String REJECTED = "v1/rejected.event.schema.json";
    public static final String EMAIL_VERIFICATION = "v1/email-verification-requested.event.schema.json";
    public static final String SMS_VERIFICATION = "v1/sms-verification-requested.event.schema.json";
    static final String COMMAND_HEADERS = "v1/command.headers.schema.json";
    public static final String EVENT_HEADERS = "v1/event.headers.schema.json";
    public static final String DEAD_LETTER_HEADERS = "v1/dead-letter.headers.schema.json";

    private static final String BASE = "https://messagecontact.dev/schemas/";
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(id -> id.startsWith(BASE) ? text(id.substring(BASE.length())) : null));

    private PublishedSchemas() {}

    /** The schema of a command's value, where that is no CloudEvent. */
    static String ofCommand(Action action) {
        return switch (action) {
            case ADD -> COMMAND;
            case SEND_EMAIL_VERIFICATION -> SEND_EMAIL;
            case SEND_PHONE_VERIFICATION -> SEND_PHONE;
            case DELETE -> DELETE;
            case CONFIRM -> CONFIRM;
        };
    }

    /** The schema of a command's value, where that is a structured CloudEvent. */
    static String ofCloudEvent(Action action) {
        return switch (action) {
            case ADD -> CLOUD_EVENT;
            case SEND_EMAIL_VERIFICATION, SEND_PHONE_VERIFICATION, DELETE -> CONTACT_COMMAND_CLOUD_EVENT;
            case CONFIRM -> CONFIRM_CLOUD_EVENT;
        };
    }

    /** The schema of the value of events of this CloudEvents type. */
    public static String ofEvent(String ceType) {
        return "v1/" + ceType.substring("messagecontact.".length(), ceType.lastIndexOf(".v1")) + ".event.schema.json";
    }

    /** The schema files, as paths within {@code schemas/}. */
    static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("v1"))) {
            return files.map(file -> "v1/" + file.getFileName()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String idOf(String name) {
        return BASE + name;
    }

    /** A JSON or YAML file of {@code schemas/}. */
    public static JsonNode read(String name) {
        return name.endsWith(".yaml")
                ? YAMLMapper.shared().readTree(text(name))
                : JsonMapper.shared().readTree(text(name));
    }

    static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a schema has against a value; formats are only remarks, as the standard has it. */
    static List<Error> faults(String name, JsonNode value) {
        return schema(name, "").validate(value);
    }

    /** The same with formats enforced, as many validators do. */
    public static List<Error> strictFaults(String name, JsonNode value) {
        return strictFaults(schema(name, ""), value);
    }

    /** What a part of a schema, named by a JSON pointer, has against a value; formats enforced. */
    static List<Error> strictFaults(String name, String pointer, JsonNode value) {
        return strictFaults(schema(name, pointer), value);
    }

    /** What a schema within the AsyncAPI document has against a value; formats enforced. */
    static List<Error> strictFaults(JsonNode schemaInAsyncApi, JsonNode value) {
        return strictFaults(REGISTRY.getSchema(SchemaLocation.of(BASE + "asyncapi.yaml"), schemaInAsyncApi), value);
    }

    private static Schema schema(String name, String pointer) {
        return REGISTRY.getSchema(SchemaLocation.of(idOf(name) + "#" + pointer));
    }

    private static List<Error> strictFaults(Schema schema, JsonNode value) {
        return schema.validate(
                value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
