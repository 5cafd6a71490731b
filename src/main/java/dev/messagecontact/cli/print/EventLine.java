package dev.messagecontact.cli.print;

import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Masked;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.outcome.ResultKind;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One event as one line for people: time, kind, what it says, where it stands. Personal data is masked. */
public final class EventLine {

    private static final int LONGEST_TEXT = 80;

    private EventLine() {}

    /** The whole line. */
    public static String of(PublishedEvent event) {
        return joined(Stream.of(
                Instant.ofEpochMilli(event.record().timestamp()).toString(),
                "%-11s".formatted(kind(event)),
                content(event),
                event.isReplayed() ? "replayed" : "",
                event.position().toString()));
    }

    /** The kind of an event in a word or two. */
    public static String kind(PublishedEvent event) {
        return switch (event.kind()) {
            case RESULTS ->
                switch (ResultKind.ofType(event.type()).orElse(ResultKind.ADDED)) {
                    case ADDED -> "added";
                    case VERIFICATION_SENT -> "sent again";
                    case VERIFIED -> "verified";
                    case DELETED -> "deleted";
                };
            case ERRORS -> "rejected";
            case EMAIL_VERIFICATIONS -> "email";
            case SMS_VERIFICATIONS -> "sms";
            case DEAD_LETTERS -> "dead letter";
        };
    }

    /** What the event says. */
    public static String content(PublishedEvent event) {
        if (event.kind() == EventKind.DEAD_LETTERS) {
            return event.deadLetter().map(EventLine::content).orElse("(unreadable)");
        }
        EventContent content = event.content();
        return content.isReadable() ? content(event.kind(), content) : "(unreadable)";
    }

    private static String content(DeadLetter letter) {
        return joined(Stream.of(letter.reason(), "of " + letter.origin()).map(EventLine::printable));
    }

    private static String content(EventKind kind, EventContent content) {
        return joined(Stream.of(
                printable(content.code()),
                printable(content.directoryId()),
                printable(content.requestId()),
                printable(content.contactId()),
                printable(content.status()),
                printable(content.channel()),
                printable(content.verificationId()),
                masked(content),
                kind == EventKind.ERRORS
                        ? content.command().map(command -> "of " + command).orElse("")
                        : ""));
    }

    private static String masked(EventContent content) {
        String email = printable(content.emailAddress());
        String phone = printable(content.phoneNumber());
        return (email.isEmpty() ? "" : Masked.emailAddress(email)) + (phone.isEmpty() ? "" : Masked.phoneNumber(phone));
    }

    private static String joined(Stream<String> parts) {
        return parts.filter(part -> !part.isEmpty()).collect(Collectors.joining("  "));
    }

    /** Anyone may write into a topic: nothing of it shall steer the terminal. */
    private static String printable(@Nullable String said) {
        String text = requireNonNullElse(said, "");
        String shown = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
        return shown.codePoints()
                .map(character -> Character.isISOControl(character) || Character.getType(character) == Character.FORMAT
                        ? '?'
                        : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
