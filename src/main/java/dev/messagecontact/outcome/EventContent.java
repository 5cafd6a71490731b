package dev.messagecontact.outcome;

import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What an event says in its headers and its value, as far as it can be read; a text that is not there is null.
 *
 * @param isReadable whether the value is a JSON object that could be read to its end
 * @param id the CloudEvents id: of an answer, it names the command
 * @param time of the command that the event follows from
 * @param code of an error
 * @param status of the contact of a result, as it is afterwards
 * @param channel of a verification
 * @param violations the codes of its violations; an error about no parameter has none
 */
public record EventContent(
        boolean isReadable,
        @Nullable String id,
        @Nullable String time,
        boolean isReplayed,
        @Nullable String code,
        List<String> violations,
        @Nullable String requestId,
        @Nullable String directoryId,
        @Nullable String contactId,
        @Nullable String createDate,
        @Nullable String status,
        @Nullable String channel,
        @Nullable String verificationId,
        @Nullable String emailAddress,
        @Nullable String phoneNumber) {

    public EventContent {
        violations = List.copyOf(violations);
    }

    /**
     * Returns the timestamp of the command that the event follows from, in milliseconds since 1970 UTC; {@link Long#MAX_VALUE},
     * which no command has, if the event does not tell.
     */
    public long commandTimestamp() {
        try {
            return time == null ? Long.MAX_VALUE : Instant.parse(time).toEpochMilli();
        } catch (DateTimeParseException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns where the command of an upstream system stands that an answer answers; empty if it answers none. */
    public Optional<RecordPosition> command() {
        return command(Origin.UPSTREAM);
    }

    /** Returns where the command of this origin stands that an answer answers; empty if it answers none. */
    public Optional<RecordPosition> command(Origin origin) {
        return id == null ? Optional.empty() : AnswerId.positionIn(id, origin);
    }

    static EventContent of(Headers headers, byte @Nullable [] value) {
        Fields fields = new Fields();
        boolean isReadable = fields.read(value);
        return new EventContent(
                isReadable,
                EventHeaders.text(headers, EventHeaders.ID),
                EventHeaders.text(headers, EventHeaders.TIME),
                isReplayed(headers),
                fields.texts.get("Code"),
                fields.violations,
                fields.texts.get("RequestId"),
                fields.texts.get("ResourceDirectoryId"),
                fields.texts.get("ContactId"),
                fields.texts.get("CreateDate"),
                fields.texts.get("Status"),
                fields.texts.get("Channel"),
                fields.texts.get("VerificationId"),
                fields.texts.get("EmailAddress"),
                fields.texts.get("PhoneNumber"));
    }

    /** Whether the contact of a result was made by an earlier command than the one that it answers, by its date in seconds. */
    public boolean tellsOfAnEarlierCommand() {
        return createDate != null && time != null && !time.startsWith(createDate.replace(' ', 'T'));
    }

    static boolean isReplayed(Headers headers) {
        return headers.lastHeader(EventHeaders.REPLAYED) != null;
    }

    /** The texts of a JSON object and of the objects in it; of several with one name, the last. */
    private static final class Fields {

        private static final JsonFactory JSON = new JsonFactory();
        private static final int OUTERMOST = 1;
        private static final int CONTACT = 2;
        private static final int VIOLATION = 3;

        private static final Set<String> OF_CONTACT = Set.of("ContactId", "CreateDate", "Status");

        private final Map<String, String> texts = new HashMap<>();
        private final List<String> violations = new ArrayList<>();

        /** @return whether it could be read to its end; if not, what could be read counts */
        boolean read(byte @Nullable [] value) {
            if (value == null) {
                return false;
            }
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
                return json.nextToken() == JsonToken.START_OBJECT && readObject(json);
            } catch (JacksonException e) {
                return false;
            }
        }

        private boolean readObject(JsonParser json) {
            int depth = OUTERMOST;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                if (token == null) {
                    return false;
                } else if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING && depth <= VIOLATION && json.currentName() != null) {
                    take(json.currentName(), json.getString(), depth);
                }
            }
            return true;
        }

        private void take(String name, String text, int depth) {
            if (depth == OUTERMOST || (depth == CONTACT && OF_CONTACT.contains(name))) {
                texts.put(name, text);
            } else if (depth == VIOLATION && name.equals("Code")) {
                violations.add(text);
            }
        }
    }
}
