package dev.messagecontact.settings;

import org.slf4j.event.Level;

/**
 * What is logged, and how it looks.
 *
 * @param instance the name of this process, which stands on each line of JSON
 */
public record LogSettings(Level level, LogFormat format, String instance) {}
