package dev.messagecontact.cases;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The contract for a record of the command topic, read anew from its tables and in the plainest way: which codes its answer
 * lists, none if it is accepted. Of numbers, those of mainland China are allowed.
 */
final class PlainReading {

    private static final Set<String> TITLES =
            Set.of("FinanceDirector", "TechnicalDirector", "MaintenanceDirector", "CEO", "ProjectDirector", "Other");
    private static final Set<String> TYPES = Set.of(
            "ServiceMessage",
            "FaultMessage",
            "AccountExpenses",
            "SecurityMessage",
            "ActivityMessage",
            "ProductMessage");
    private static final Map<String, String> ACTIONS = Map.of(
            "AddMessageContact", "messagecontact.add.v1",
            "SendEmailVerificationForMessageContact", "messagecontact.send-email-verification.v1",
            "SendPhoneVerificationForMessageContact", "messagecontact.send-phone-verification.v1",
            "DeleteMessageContact", "messagecontact.delete.v1");
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    /** What no field has and no rule takes. */
    private static final Object MISTYPED = Object.class;

    private final int maxBytes;
    private final int maxDepth;

    PlainReading(int maxBytes, int maxDepth) {
        this.maxBytes = maxBytes;
        this.maxDepth = maxDepth;
    }

    List<String> codes(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null || value.length == 0) {
            return List.of("InvalidCommand.Empty");
        }
        if (value.length > maxBytes) {
            return List.of("InvalidCommand.TooLarge");
        }
        boolean isWide = IntStream.range(0, Math.min(4, value.length)).anyMatch(i -> value[i] == 0);
        String text = isWide ? null : strictly(value);
        if (text == null) {
            return List.of("InvalidCommand.Encoding");
        }
        if (text.indexOf('\0') >= 0) {
            return List.of("InvalidCommand.IllFormedText");
        }
        try {
            PlainJson json = new PlainJson(text.startsWith("\uFEFF") ? text.substring(1) : text, maxDepth);
            return codes(json.read(), json, record);
        } catch (PlainJson.NotJson e) {
            return List.of("InvalidCommand.Json");
        } catch (PlainJson.TooDeep e) {
            return List.of("InvalidCommand.TooDeep");
        }
    }

    private static String strictly(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static List<String> codes(Object root, PlainJson json, ConsumerRecord<byte[], byte[]> record) {
        Header contentType = record.headers().lastHeader("content-type");
        boolean isEvent = contentType != null
                && contentType.value() != null
                && new String(contentType.value(), ISO_8859_1)
                        .split(";", 2)[0]
                        .strip()
                        .equalsIgnoreCase("application/cloudevents+json");
        Map<?, ?> event = isEvent && root instanceof Map<?, ?> envelope ? envelope : null;
        Object command = event == null ? root : event.get("data");
        boolean isBinary =
                event != null && event.get("data_base64") != null && event.get("data_base64") != PlainJson.NULL;
        if (!(command instanceof Map<?, ?> fields) || isBinary || (isEvent && event == null)) {
            return List.of("InvalidCommand.NotAnObject");
        }
        if (json.hasDuplicates || json.isIllFormed) {
            return List.of("InvalidCommand." + (json.hasDuplicates ? "DuplicateField" : "IllFormedText"));
        }
        return new Command(fields, event, record).codes();
    }

    /** A command, and what the CloudEvent around it says. */
    private record Command(Map<?, ?> fields, Map<?, ?> event, ConsumerRecord<byte[], byte[]> record) {

        List<String> codes() {
            String action = action();
            if (action == null) {
                return List.of("InvalidCommand.UnsupportedAction");
            }
            List<String> codes = new ArrayList<>();
            Object requestId = id("RequestId", "id");
            if (requestId != null && !matches(requestId, "[A-Za-z0-9._:-]{1,64}")) {
                codes.add("InvalidParameter.RequestId");
            }
            Object directoryId = id("ResourceDirectoryId", "subject");
            directoryId = directoryId == null ? text(record.key()) : directoryId;
            check(directoryId, "[A-Za-z0-9_-]{1,64}", "ResourceDirectoryId", codes);
            if (action.equals("AddMessageContact")) {
                contact(codes);
            } else {
                about(action, codes);
            }
            return codes;
        }

        private String action() {
            Object own = field(fields, "Action");
            Object type = event == null ? header("ce_type") : field(event, "type");
            if (own == null && type == null) {
                return "AddMessageContact";
            }
            boolean isMistyped = own == MISTYPED || (own == null && type == MISTYPED);
            return ACTIONS.keySet().stream()
                    .filter(each -> !isMistyped)
                    .filter(each -> own == null || own.equals(each))
                    .filter(each ->
                            type == null || (type == MISTYPED && event != null) || type.equals(ACTIONS.get(each)))
                    .findFirst()
                    .orElse(null);
        }

        /** The command's own, or else the event's; null if there is none. */
        private Object id(String name, String ofEvent) {
            Object own = field(fields, name);
            return own != null ? own : event == null ? header("ce_" + ofEvent) : field(event, ofEvent);
        }

        private Object header(String name) {
            Header header = record.headers().lastHeader(name);
            return header == null ? null : text(header.value());
        }

        private static Object text(byte[] bytes) {
            String text = bytes == null || bytes.length == 0 ? null : strictly(bytes);
            return text == null && bytes != null && bytes.length > 0 ? MISTYPED : text;
        }

        /** Null if it is missing: absent, null or empty. */
        private static Object field(Map<?, ?> object, String name) {
            Object value = object.get(name);
            return value == null || value == PlainJson.NULL || value.equals("")
                    ? null
                    : value instanceof String ? value : MISTYPED;
        }

        private static boolean matches(Object value, String pattern) {
            return value instanceof String text && text.matches(pattern);
        }

        private static void check(Object value, String pattern, String parameter, List<String> codes) {
            if (value == null) {
                codes.add("MissingParameter." + parameter);
            } else if (!matches(value, pattern)) {
                codes.add("InvalidParameter." + parameter);
            }
        }

        private void about(String action, List<String> codes) {
            check(field(fields, "ContactId"), "c-[A-Za-z0-9]{16}", "ContactId", codes);
            if (action.startsWith("SendEmail") && field(fields, "EmailAddress") == MISTYPED) {
                codes.add("InvalidParameter.EmailAddress");
            }
            if (action.startsWith("SendPhone") && field(fields, "PhoneNumber") == MISTYPED) {
                codes.add("InvalidParameter.PhoneNumber");
            }
        }

        private void contact(List<String> codes) {
            name(codes);
            email(codes);
            phone(codes);
            check(field(fields, "Title"), String.join("|", TITLES), "Title", codes);
            messageTypes(codes);
        }

        private void name(List<String> codes) {
            Object name = field(fields, "Name");
            int before = codes.size();
            check(name, "([A-Za-z]|[\\p{IsHan}&&\\p{L}])+", "Name", codes);
            if (codes.size() == before) {
                String composed = Normalizer.normalize((String) name, Normalizer.Form.NFC);
                long length = composed.codePoints().count();
                if (length < 2 || length > 12) {
                    codes.add("InvalidParameter.Name.Length");
                }
            }
        }

        private void email(List<String> codes) {
            Object address = field(fields, "EmailAddress");
            if (address instanceof String text && text.codePoints().count() > 254) {
                codes.add("InvalidParameter.EmailAddress.Length");
                return;
            }
            String domain = "(" + LABEL + "\\.)+(?![0-9]+$)" + LABEL;
            check(address, "(?=.{1,64}@)" + ATOM + "(\\." + ATOM + ")*@" + domain, "EmailAddress", codes);
        }

        private void phone(List<String> codes) {
            Object number = fields.get("PhoneNumber");
            if (number == null || number == PlainJson.NULL) {
                return;
            }
            if (number instanceof String text && text.isBlank()) {
                codes.add("MissingParameter.PhoneNumber");
            } else if (!matches(number, "[1-9][0-9]{0,2}-[0-9]{4,15}")) {
                codes.add("InvalidParameter.PhoneNumber");
            } else if (!matches(number, "86-.*")) {
                codes.add("InvalidParameter.MobileCountryCode");
            } else if (!matches(number, "86-1[3-9][0-9]{9}")) {
                codes.add("InvalidParameter.PhoneNumber");
            }
        }

        private void messageTypes(List<String> codes) {
            Object types = fields.get("MessageTypes");
            boolean isMissing = types == null || types == PlainJson.NULL || types.equals("") || types.equals(List.of());
            if (isMissing) {
                codes.add("MissingParameter.MessageTypes");
            } else if (!(types instanceof List<?> list) || !TYPES.containsAll(list)) {
                codes.add("InvalidParameter.MessageTypes");
            }
        }
    }
}
