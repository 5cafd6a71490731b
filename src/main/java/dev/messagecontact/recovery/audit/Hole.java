package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.RecordPosition.InTopic;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it must be; ids and positions only.
 *
 * @param command the place in the command topic, or null if none is known
 * @param event the place in an event topic, or null if the hole is no event's or the event was not kept
 * @param id of the contact or the directory, or null if it is about neither
 * @param detail what the kind does not say, empty if there is no more
 */
public record Hole(
        HoleKind kind,
        @Nullable InTopic command,
        @Nullable InTopic event,
        @Nullable String id,
        String detail) {}
