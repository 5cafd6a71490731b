package dev.messagecontact.command;

import static dev.messagecontact.command.Parameter.ACTION;
import static dev.messagecontact.command.Parameter.CONTACT_ID;
import static dev.messagecontact.command.Parameter.EMAIL_ADDRESS;
import static dev.messagecontact.command.Parameter.MESSAGE_TYPES;
import static dev.messagecontact.command.Parameter.NAME;
import static dev.messagecontact.command.Parameter.PHONE_NUMBER;
import static dev.messagecontact.command.Parameter.REQUEST_ID;
import static dev.messagecontact.command.Parameter.RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.Parameter.TITLE;
import static dev.messagecontact.command.Parameter.VERIFICATION_ID;

import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Walks through one JSON text, without recursion, and keeps what it finds until the next {@link #read}. Not
 * thread-safe.
 *
 * <p>A syntax error outweighs every other error, so all others but too deep a nesting are remembered and the walk goes
 * on to the end of the text.
 */
final class CommandReader {

    private static final Map<String, Parameter> PARAMETERS =
            Arrays.stream(Parameter.values()).collect(Collectors.toUnmodifiableMap(Parameter::fieldName, p -> p));

    private final JsonFactory factory;
    private final int maxDepth;

    private boolean structured;
    private boolean hasEscapes;

    private int depth;
    private @Nullable Frame open;
    private boolean rootIsClosed;

    private boolean hasCommand;
    private boolean hasBinaryData;
    private boolean hasDuplicateField;
    private boolean hasIllFormedText;

    private final ParameterTexts command = new ParameterTexts();
    private final ParameterTexts event = new ParameterTexts();
    private @Nullable List<String> messageTypes;

    CommandReader(DecoderLimits limits) {
        maxDepth = limits.maxDepth();
        factory = JsonFactory.builder()
                .streamReadConstraints(constraints(limits))
                // A table of all names ever seen is a memory that senders could fill.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .build();
    }

    /** Above our own limits, so that never the parser's, but ours, decide. */
    private static StreamReadConstraints constraints(DecoderLimits limits) {
        return StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth() + 1)
                .maxNumberLength(limits.maxValueBytes())
                .maxStringLength(limits.maxValueBytes())
                .maxNameLength(limits.maxValueBytes())
                .maxTokenCount(-1)
                .maxDocumentLength(-1)
                .build();
    }

    /**
     * Reads a text that was decoded from UTF-8, so that only escapes can spell a lone surrogate. The buffer may be changed.
     *
     * @param structured whether the command is in the {@code data} of a CloudEvent, not the text itself
     * @return why it is no command; null if it is one
     */
    @Nullable
    ErrorCode read(CharBuffer text, boolean structured) {
        reset(structured);
        char[] chars = text.array();
        int start = text.arrayOffset() + text.position();
        if (contains(chars, start, text.remaining(), '\0')) {
            return ErrorCode.ILL_FORMED_TEXT;
        }
        hasEscapes = contains(chars, start, text.remaining(), '\\');
        if (hasEscapes) {
            Escapes.spoilForeignDigits(chars, start, text.remaining());
        }
        try (JsonParser json = factory.createParser(ObjectReadContext.empty(), chars, start, text.remaining())) {
            return walk(json);
        } catch (JacksonException e) {
            return ErrorCode.COMMAND_NOT_JSON;
        }
    }

    /** The command's text for this parameter; null if it has none or an empty one. */
    @Nullable
    String text(Parameter parameter) {
        return nullIfEmpty(command.texts.get(parameter));
    }

    /** The text that the CloudEvent around the command has for this parameter; null if it has none or an empty one. */
    @Nullable
    String eventText(Parameter parameter) {
        return nullIfEmpty(event.texts.get(parameter));
    }

    /** Whether the command, or the CloudEvent around it, has a text for this parameter. */
    boolean has(Parameter parameter) {
        return text(parameter) != null || eventText(parameter) != null;
    }

    /** Whether the value that counts, the command's or else the event's, is of the wrong JSON type. */
    boolean isMistyped(Parameter parameter) {
        return command.mistyped.contains(parameter) || (text(parameter) == null && event.mistyped.contains(parameter));
    }

    /** What was read as a command to add a contact, with these ids. */
    AddMessageContact addMessageContact(@Nullable String requestId, @Nullable String directoryId) {
        return new AddMessageContact(
                requestId,
                directoryId,
                command.texts.get(NAME),
                command.texts.get(EMAIL_ADDRESS),
                command.texts.get(PHONE_NUMBER),
                command.texts.get(TITLE),
                command.mistyped.contains(MESSAGE_TYPES) ? null : messageTypes,
                mistyped());
    }

    /** What was read as a command about a contact, with these ids. */
    ContactCommand contactCommand(Action action, @Nullable String requestId, @Nullable String directoryId) {
        return new ContactCommand(
                action,
                requestId,
                directoryId,
                command.texts.get(CONTACT_ID),
                command.texts.get(EMAIL_ADDRESS),
                command.texts.get(PHONE_NUMBER),
                command.texts.get(VERIFICATION_ID),
                mistyped());
    }

    /** The parameters of which {@link #isMistyped} is true. */
    private Set<Parameter> mistyped() {
        EnumSet<Parameter> mistyped = EnumSet.copyOf(command.mistyped);
        event.mistyped.stream().filter(this::isMistyped).forEach(mistyped::add);
        return mistyped;
    }

    private void reset(boolean structured) {
        this.structured = structured;
        depth = 0;
        open = null;
        rootIsClosed = false;
        hasCommand = false;
        hasBinaryData = false;
        hasDuplicateField = false;
        hasIllFormedText = false;
        command.clear();
        event.clear();
        messageTypes = null;
    }

    private @Nullable ErrorCode walk(JsonParser json) {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (rootIsClosed) {
                return ErrorCode.COMMAND_NOT_JSON; // a second document
            }
            switch (token) {
                case PROPERTY_NAME -> enterField(json.currentName());
                case START_OBJECT, START_ARRAY -> {
                    if (depth == maxDepth) {
                        return ErrorCode.COMMAND_TOO_DEEP;
                    }
                    open(value(token, json));
                }
                case END_OBJECT, END_ARRAY -> close();
                default -> {
                    checkText(token, json);
                    value(token, json);
                    rootIsClosed = open == null;
                }
            }
        }
        return rootIsClosed ? error() : ErrorCode.COMMAND_NOT_JSON;
    }

    private @Nullable ErrorCode error() {
        if (!hasCommand || hasBinaryData) {
            return ErrorCode.COMMAND_NOT_AN_OBJECT;
        }
        if (hasDuplicateField) {
            return ErrorCode.DUPLICATE_FIELD;
        }
        return hasIllFormedText ? ErrorCode.ILL_FORMED_TEXT : null;
    }

    private void open(Place place) {
        hasCommand |= place == Place.COMMAND;
        open = new Frame(place, open);
        depth++;
    }

    private void close() {
        open = open == null ? null : open.outer;
        rootIsClosed = open == null;
        depth--;
    }

    private void enterField(String name) {
        hasIllFormedText |= hasEscapes && !isWellFormed(name);
        if (open != null) {
            hasDuplicateField |= !open.enter(name);
        }
    }

    private void checkText(JsonToken token, JsonParser json) {
        if (hasEscapes && token == JsonToken.VALUE_STRING) {
            hasIllFormedText |= !isWellFormed(json.getString());
        }
    }

    /** Keeps what this value says, and tells what place it is if it is an object or array. */
    private Place value(JsonToken token, JsonParser json) {
        if (open == null) {
            return rootPlace(token);
        }
        return switch (open.place) {
            case ENVELOPE -> envelopeValue(open.field, token, json);
            case COMMAND -> commandValue(open.parameter, token, json);
            case MESSAGE_TYPES -> messageType(token, json);
            case ELSEWHERE -> Place.ELSEWHERE;
        };
    }

    private Place rootPlace(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            return Place.ELSEWHERE;
        }
        return structured ? Place.ENVELOPE : Place.COMMAND;
    }

    private Place envelopeValue(String field, JsonToken token, JsonParser json) {
        switch (field) {
            case "data" -> {
                return token == JsonToken.START_OBJECT ? Place.COMMAND : Place.ELSEWHERE;
            }
            case "data_base64" -> hasBinaryData |= token != JsonToken.VALUE_NULL;
            case "type" -> event.keep(ACTION, token, json);
            case "id" -> event.keep(REQUEST_ID, token, json);
            case "subject" -> event.keep(RESOURCE_DIRECTORY_ID, token, json);
            default -> {}
        }
        return Place.ELSEWHERE;
    }

    private Place commandValue(@Nullable Parameter parameter, JsonToken token, JsonParser json) {
        if (parameter == MESSAGE_TYPES) {
            return messageTypes(token, json);
        }
        if (parameter != null) {
            command.keep(parameter, token, json);
        }
        return Place.ELSEWHERE;
    }

    private Place messageTypes(JsonToken token, JsonParser json) {
        if (token == JsonToken.START_ARRAY) {
            messageTypes = new ArrayList<>();
            return Place.MESSAGE_TYPES;
        }
        boolean absent =
                token == JsonToken.VALUE_NULL || (token == JsonToken.VALUE_STRING && json.getStringLength() == 0);
        if (!absent) {
            command.mistyped.add(MESSAGE_TYPES);
        }
        return Place.ELSEWHERE;
    }

    private Place messageType(JsonToken token, JsonParser json) {
        if (token == JsonToken.VALUE_STRING && messageTypes != null) {
            messageTypes.add(json.getString());
        } else {
            command.mistyped.add(MESSAGE_TYPES);
        }
        return Place.ELSEWHERE;
    }

    private static boolean contains(char[] chars, int start, int length, char sought) {
        for (int i = start; i < start + length; i++) {
            if (chars[i] == sought) {
                return true;
            }
        }
        return false;
    }

    /** Whether it has no lone surrogate and no U+0000: neither can be stored or sent on as UTF-8 text. */
    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }

    private static @Nullable String nullIfEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** What an object or array means to us. */
    private enum Place {
        /** The CloudEvent around the command. */
        ENVELOPE,
        COMMAND,
        /** The array in the command's field of this name. */
        MESSAGE_TYPES,
        /** Anything else, unknown fields in it and all; only walked through. */
        ELSEWHERE
    }

    /** An object or array that has begun and not ended. */
    private static final class Frame {

        private final Place place;
        private final @Nullable Frame outer;

        private String field = "";
        private @Nullable Parameter parameter;
        private final Set<Parameter> parametersSeen = EnumSet.noneOf(Parameter.class);
        private @Nullable Set<String> otherFieldsSeen;

        Frame(Place place, @Nullable Frame outer) {
            this.place = place;
            this.outer = outer;
        }

        /** Makes this the field whose value comes next; false if the object had it before. */
        boolean enter(String name) {
            field = name;
            parameter = place == Place.COMMAND ? PARAMETERS.get(name) : null;
            if (parameter != null) {
                return parametersSeen.add(parameter);
            }
            if (otherFieldsSeen == null) {
                otherFieldsSeen = new HashSet<>();
            }
            return otherFieldsSeen.add(name);
        }
    }
}
